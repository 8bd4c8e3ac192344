"""One question for whoever runs the installation: which dossier has this short name, and whose is it?"""

from django.db import migrations

LOOK_UP = """
CREATE FUNCTION operator_dossier(wanted text)
RETURNS TABLE (dossier bigint, firm bigint, owner bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT d.id, d.firm_id, coalesce(d.owner_id, (
        SELECT m.user_id FROM firm_membership m
        WHERE m.firm_id = d.firm_id AND m.role IN ('owner', 'admin')
        ORDER BY m.role DESC, m.id LIMIT 1))
    FROM clients_dossier d WHERE d.slug = wanted
$$;
GRANT USAGE, CREATE ON SCHEMA public TO firm_search;
GRANT SELECT ON clients_dossier, firm_membership TO firm_search;
ALTER FUNCTION operator_dossier(text) OWNER TO firm_search;
REVOKE CREATE ON SCHEMA public FROM firm_search;
SET LOCAL ROLE firm_search;
REVOKE ALL ON FUNCTION operator_dossier(text) FROM PUBLIC, firm_app;
GRANT EXECUTE ON FUNCTION operator_dossier(text) TO firm_owner, firm_backup;
RESET ROLE;
"""


class Migration(migrations.Migration):
    dependencies = [("clients", "0004_taken"), ("firm", "0002_walls")]

    operations = [
        migrations.RunSQL(
            LOOK_UP, "SET LOCAL ROLE firm_search; DROP FUNCTION operator_dossier(text); RESET ROLE"
        ),
    ]
