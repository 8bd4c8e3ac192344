"""The walls of what joins people to dossiers; nobody whom the firm has blocked gets past them."""

from django.db import migrations

from firm.migration_ops import AccessTable, TenantTable

ME = "(SELECT app_user())"
OF_FIRM = "firm_id = (SELECT app_firm())"
WRITES_FIRM = f"{OF_FIRM} AND (SELECT app_firm_write())"
IN_SCOPE = "dossier_id IN (SELECT unnest(app_in_scope()))"
IN_WRITE_SCOPE = "dossier_id IN (SELECT unnest(app_in_write_scope()))"

# Uncorrelated branches: see 0003_walls.  A member's grants count only while he is one.
GRANTS = f"""SELECT dossier_id FROM clients_dossiergrant
    WHERE user_id = {ME} AND (expires_at IS NULL OR expires_at > now())"""
SEEN = f"""
ALTER POLICY clients_dossier_read ON clients_dossier USING (
    id IN (SELECT unnest(app_in_scope()))
    OR ((firm_id IS NULL
         OR firm_id NOT IN (SELECT firm_id FROM firm_block WHERE user_id = {ME}))
        AND (owner_id = {ME}
            OR id IN ({GRANTS} AND role <> 'assigned')
            OR (firm_id IN (SELECT firm_id FROM firm_membership WHERE user_id = {ME})
                AND id IN ({GRANTS} AND role = 'assigned'))
            OR (firm_id IN (SELECT firm_id FROM firm_membership
                            WHERE user_id = {ME} AND sees_all) AND NOT is_confidential))));
"""


class Migration(migrations.Migration):
    dependencies = [("clients", "0006_people"), ("firm", "0006_people_walls")]

    operations = [
        migrations.RunSQL(SEEN, migrations.RunSQL.noop),
        AccessTable(
            "firm_customrole",
            select=f"""{OF_FIRM}
                OR id IN (SELECT custom_role_id FROM firm_membership WHERE user_id = {ME})
                OR id IN (SELECT custom_role_id FROM clients_dossiergrant)""",
            insert=WRITES_FIRM,
        ),
        AccessTable(
            "clients_accessrequest",
            select=f"user_id = {ME} OR {IN_SCOPE}",
            insert=f"user_id = {ME}",
            update=IN_WRITE_SCOPE,
        ),
        AccessTable(
            "clients_ownershiptransfer",
            select=f"from_user_id = {ME} OR to_user_id = {ME} OR {IN_SCOPE}",
            insert=IN_WRITE_SCOPE,
        ),
        AccessTable(
            "clients_firminvitation",
            select=f"{OF_FIRM} OR {IN_SCOPE}",
            insert=IN_WRITE_SCOPE,
            update=f"({WRITES_FIRM}) OR {IN_WRITE_SCOPE}",
            delete="false",
        ),
        TenantTable("contact", root=True),
        TenantTable("plansubscription", root=True),
        TenantTable("lockexception", root=True),
    ]
