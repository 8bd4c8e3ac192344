"""What must be known or done past the walls when people come and go: three answers and one clean-up.

A person who leaves a firm loses his assignments in all its dossiers, those included that whoever
detaches him does not see.  The questions answer yes, no, or a number; never a name.
"""

from django.db import migrations

OPEN = "GRANT USAGE, CREATE ON SCHEMA public TO firm_search;"
CLOSE = "REVOKE CREATE ON SCHEMA public FROM firm_search;"
DEFINER = "LANGUAGE {} SECURITY DEFINER SET search_path = pg_catalog, public"
SQL = DEFINER.format("sql STABLE")

UP = f"""
{OPEN}
GRANT SELECT ON clients_dossier, firm_membership TO firm_search;
GRANT SELECT, DELETE ON clients_dossiergrant, clients_dossieruserobjectpermission TO firm_search;

CREATE FUNCTION firm_membership_left() RETURNS trigger {DEFINER.format("plpgsql")} AS $$
BEGIN
    DELETE FROM clients_dossieruserobjectpermission p USING clients_dossiergrant g, clients_dossier d
        WHERE g.user_id = OLD.user_id AND g.role = 'assigned' AND d.id = g.dossier_id
          AND d.firm_id = OLD.firm_id AND p.user_id = g.user_id AND p.content_object_id = d.id;
    DELETE FROM clients_dossiergrant g USING clients_dossier d
        WHERE g.user_id = OLD.user_id AND g.role = 'assigned' AND d.id = g.dossier_id
          AND d.firm_id = OLD.firm_id;
    RETURN NULL;
END $$;
ALTER FUNCTION firm_membership_left() OWNER TO firm_search;
CREATE TRIGGER firm_membership_left AFTER DELETE ON firm_membership
    FOR EACH ROW EXECUTE FUNCTION firm_membership_left();

-- Does he still own a dossier that the firm follows?
CREATE FUNCTION person_owns_in_firm(person bigint, firm bigint) RETURNS boolean {SQL} AS
$$ SELECT EXISTS (SELECT 1 FROM clients_dossier WHERE firm_id = firm AND owner_id = person) $$;
ALTER FUNCTION person_owns_in_firm(bigint, bigint) OWNER TO firm_search;

-- Has he a hat that this firm has nothing to do with?  It may then not touch his address.
CREATE FUNCTION person_is_elsewhere(person bigint, firm bigint) RETURNS boolean {SQL} AS $$
    SELECT EXISTS (SELECT 1 FROM firm_membership WHERE user_id = person AND firm_id <> firm)
        OR EXISTS (SELECT 1 FROM clients_dossier d WHERE d.firm_id IS DISTINCT FROM firm
                   AND (d.owner_id = person OR EXISTS (SELECT 1 FROM clients_dossiergrant g
                        WHERE g.dossier_id = d.id AND g.user_id = person)))
$$;
ALTER FUNCTION person_is_elsewhere(bigint, bigint) OWNER TO firm_search;

-- The dossier of a firm that somebody asks for by its short name or SIREN, seen by him or not.
CREATE FUNCTION dossier_asked_for(firm bigint, wanted text)
RETURNS TABLE (dossier bigint, is_hidden boolean) {SQL} AS $$
    SELECT id, is_confidential FROM clients_dossier
    WHERE firm_id = firm AND (slug = wanted OR (siren <> '' AND siren = wanted)) LIMIT 1
$$;
ALTER FUNCTION dossier_asked_for(bigint, text) OWNER TO firm_search;
{CLOSE}
"""

DOWN = """
DROP TRIGGER firm_membership_left ON firm_membership;
SET LOCAL ROLE firm_search;
DROP FUNCTION firm_membership_left();
DROP FUNCTION person_owns_in_firm(bigint, bigint);
DROP FUNCTION person_is_elsewhere(bigint, bigint);
DROP FUNCTION dossier_asked_for(bigint, text);
RESET ROLE;
"""


class Migration(migrations.Migration):
    dependencies = [("clients", "0010_base_walls"), ("firm", "0006_people_walls")]

    operations = [migrations.RunSQL(UP, DOWN)]
