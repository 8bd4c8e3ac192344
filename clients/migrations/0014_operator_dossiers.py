"""One more question for whoever runs the installation: which dossiers are there?"""

from django.db import migrations

LIST = """
CREATE FUNCTION operator_dossiers() RETURNS SETOF text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT slug FROM clients_dossier ORDER BY id
$$;
GRANT USAGE, CREATE ON SCHEMA public TO firm_search;
ALTER FUNCTION operator_dossiers() OWNER TO firm_search;
REVOKE CREATE ON SCHEMA public FROM firm_search;
SET LOCAL ROLE firm_search;
REVOKE ALL ON FUNCTION operator_dossiers() FROM PUBLIC, firm_app;
GRANT EXECUTE ON FUNCTION operator_dossiers() TO firm_owner, firm_backup;
RESET ROLE;
"""


class Migration(migrations.Migration):
    dependencies = [("clients", "0013_accounts_walls")]

    operations = [
        migrations.RunSQL(
            LIST, "SET LOCAL ROLE firm_search; DROP FUNCTION operator_dossiers(); RESET ROLE"
        ),
    ]
