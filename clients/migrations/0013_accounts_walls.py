"""Hidden names: merged duplicates, the firm's trail and mail, and three look-ups past the walls."""

from django.db import migrations

from firm.migration_ops import TenantTable

ME = "(SELECT app_user())"
OF_FIRM = "firm_id = (SELECT app_firm())"
IN_SCOPE = "dossier_id IN (SELECT unnest(app_in_scope()))"
# What the firm may read of a dossier is what its reader may see: a policy within a policy.
IN_SIGHT = "(dossier_id IS NULL OR dossier_id IN (SELECT id FROM clients_dossier))"
OF_COURIER = "(SELECT app_token()) = 'mail:' || id::text"

GRANTS = f"""SELECT dossier_id FROM clients_dossiergrant
    WHERE user_id = {ME} AND (expires_at IS NULL OR expires_at > now())"""
SEEN = f"""
ALTER POLICY clients_dossier_read ON clients_dossier USING (
    id IN (SELECT unnest(app_in_scope()))
    OR (merged_into_id IS NULL
        AND (firm_id IS NULL
             OR firm_id NOT IN (SELECT firm_id FROM firm_block WHERE user_id = {ME}))
        AND (owner_id = {ME}
            OR id IN ({GRANTS} AND role <> 'assigned')
            OR (firm_id IN (SELECT firm_id FROM firm_membership WHERE user_id = {ME})
                AND id IN ({GRANTS} AND role = 'assigned'))
            OR (firm_id IN (SELECT firm_id FROM firm_membership
                            WHERE user_id = {ME} AND sees_all) AND NOT is_confidential))));
ALTER POLICY firm_auditevent_read ON firm_auditevent USING (
    {IN_SCOPE} OR user_id = {ME} OR ({OF_FIRM} AND {IN_SIGHT}));
ALTER POLICY firm_outgoingemail_read ON firm_outgoingemail USING (
    {IN_SCOPE} OR user_id = {ME} OR {OF_COURIER} OR ({OF_FIRM} AND {IN_SIGHT}));
"""

# Each answers its one question to the one person it concerns, and nothing to others.
LOOK_UPS = """
CREATE FUNCTION dossier_behind_glass(wanted text) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT d.id FROM clients_dossier d JOIN firm_membership m ON m.firm_id = d.firm_id
    WHERE d.slug = wanted AND d.is_confidential AND d.merged_into_id IS NULL
      AND m.firm_id = app_firm() AND m.user_id = app_user() AND m.role = 'owner'
      AND NOT EXISTS (SELECT 1 FROM firm_block b
                      WHERE b.firm_id = m.firm_id AND b.user_id = m.user_id)
$$;
CREATE FUNCTION firm_called(wanted text) RETURNS TABLE (id bigint, slug text, name text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT f.id, f.slug::text, f.name::text FROM firm_firm f
    WHERE f.slug = lower(wanted) OR lower(f.name) = lower(wanted) LIMIT 3
$$;
CREATE FUNCTION free_slug_number(base text, first_number integer) RETURNS integer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT n FROM generate_series(first_number, first_number + 100000) n
    WHERE NOT EXISTS (SELECT 1 FROM clients_dossier WHERE slug = base || '-' || n) LIMIT 1
$$;
GRANT USAGE, CREATE ON SCHEMA public TO firm_search;
GRANT SELECT ON clients_dossier, firm_membership, firm_block, firm_firm TO firm_search;
ALTER FUNCTION dossier_behind_glass(text) OWNER TO firm_search;
ALTER FUNCTION firm_called(text) OWNER TO firm_search;
ALTER FUNCTION free_slug_number(text, integer) OWNER TO firm_search;
REVOKE CREATE ON SCHEMA public FROM firm_search;
"""


class Migration(migrations.Migration):
    dependencies = [("clients", "0012_accounts"), ("firm", "0006_people_walls")]

    operations = [
        TenantTable("dossiermerge", root=True),
        migrations.RunSQL(SEEN, migrations.RunSQL.noop),
        migrations.RunSQL(LOOK_UPS, migrations.RunSQL.noop),
    ]
