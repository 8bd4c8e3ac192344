"""One more question for whoever runs the installation: whose is this firm?"""

from django.db import migrations

LOOK_UP = """
CREATE FUNCTION operator_firm(wanted text) RETURNS TABLE (firm bigint, owner bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT f.id, (SELECT m.user_id FROM firm_membership m WHERE m.firm_id = f.id
                  AND m.role IN ('owner', 'admin') ORDER BY m.role = 'owner' DESC, m.id LIMIT 1)
    FROM firm_firm f WHERE f.slug = wanted
$$;
GRANT USAGE, CREATE ON SCHEMA public TO firm_search;
ALTER FUNCTION operator_firm(text) OWNER TO firm_search;
REVOKE CREATE ON SCHEMA public FROM firm_search;
SET LOCAL ROLE firm_search;
REVOKE ALL ON FUNCTION operator_firm(text) FROM PUBLIC, firm_app;
GRANT EXECUTE ON FUNCTION operator_firm(text) TO firm_owner, firm_backup;
RESET ROLE;
"""


class Migration(migrations.Migration):
    dependencies = [("clients", "0022_transfer_from_firm")]

    operations = [
        migrations.RunSQL(
            LOOK_UP, "SET LOCAL ROLE firm_search; DROP FUNCTION operator_firm(text); RESET ROLE"
        ),
    ]
