"""Who opens a confidential dossier by its list, and which would open to nobody without a person.

Asked past the walls, because whoever blocks or detaches a member need not see his dossiers.  Both
answer in ids; the second takes the lock under which a list is shortened, so that two last ones who
go at once are seen by each other.
"""

from django.db import migrations

UP = """
GRANT USAGE, CREATE ON SCHEMA public TO firm_search;
GRANT SELECT ON clients_dossier, clients_dossiergrant, firm_membership, firm_block, firm_user
    TO firm_search;

-- People of the firm who stand on the list for good and may enter.
CREATE FUNCTION listed_on(dossier bigint) RETURNS SETOF bigint
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT g.user_id FROM clients_dossiergrant g
    JOIN clients_dossier d ON d.id = g.dossier_id
    JOIN firm_membership m ON m.firm_id = d.firm_id AND m.user_id = g.user_id
    JOIN firm_user u ON u.id = g.user_id AND u.is_active
    WHERE g.dossier_id = dossier AND g.role = 'assigned' AND g.expires_at IS NULL
      AND NOT EXISTS (SELECT 1 FROM firm_block b
                      WHERE b.firm_id = d.firm_id AND b.user_id = g.user_id)
$$;
ALTER FUNCTION listed_on(bigint) OWNER TO firm_search;

CREATE FUNCTION listed_alone(person bigint) RETURNS SETOF bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE held bigint;
BEGIN
    FOR held IN
        SELECT d.id FROM clients_dossier d JOIN clients_dossiergrant g ON g.dossier_id = d.id
        WHERE d.firm_id = app_firm() AND d.is_confidential AND d.merged_into_id IS NULL
          AND g.user_id = person AND g.role = 'assigned' AND g.expires_at IS NULL
        ORDER BY d.id
    LOOP
        PERFORM pg_advisory_xact_lock(hashtextextended('listed', held));
        IF EXISTS (SELECT 1 FROM listed_on(held) one WHERE one = person)
            AND NOT EXISTS (SELECT 1 FROM listed_on(held) one WHERE one <> person) THEN
            RETURN NEXT held;
        END IF;
    END LOOP;
END $$;
ALTER FUNCTION listed_alone(bigint) OWNER TO firm_search;
REVOKE CREATE ON SCHEMA public FROM firm_search;
"""
DOWN = """
SET LOCAL ROLE firm_search;
DROP FUNCTION listed_alone(bigint);
DROP FUNCTION listed_on(bigint);
RESET ROLE;
"""


class Migration(migrations.Migration):
    dependencies = [("clients", "0017_name_key"), ("firm", "0006_people_walls")]

    operations = [migrations.RunSQL(UP, DOWN)]
