"""Two yes-or-no questions about dossiers that one may not see: is this name, this SIREN taken?"""

from django.db import migrations

FUNCTIONS = """
CREATE FUNCTION dossier_slug_taken(wanted text) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public AS
$$ SELECT EXISTS (SELECT 1 FROM clients_dossier WHERE slug = wanted) $$;
CREATE FUNCTION dossier_siren_taken(firm bigint, wanted text) RETURNS boolean LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, public AS
$$ SELECT EXISTS (SELECT 1 FROM clients_dossier WHERE firm_id = firm AND siren = wanted) $$;
GRANT USAGE, CREATE ON SCHEMA public TO firm_search;
GRANT SELECT ON clients_dossier TO firm_search;
ALTER FUNCTION dossier_slug_taken(text) OWNER TO firm_search;
ALTER FUNCTION dossier_siren_taken(bigint, text) OWNER TO firm_search;
REVOKE CREATE ON SCHEMA public FROM firm_search;
"""


class Migration(migrations.Migration):
    dependencies = [("clients", "0003_walls")]

    operations = [migrations.RunSQL(FUNCTIONS)]
