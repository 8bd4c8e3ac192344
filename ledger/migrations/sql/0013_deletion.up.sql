-- A frozen entry goes with its whole dossier, once the deletion of that was asked for and its day has
-- come, and in no other way.
CREATE OR REPLACE FUNCTION ledger_entry_frozen_gone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM ledger_refuse_frozen(EXISTS (
        SELECT 1 FROM (SELECT DISTINCT dossier_id FROM gone WHERE state = 'validated') g
        WHERE NOT app_dossier_is_going(g.dossier_id)));
    RETURN NULL;
END $$;
DROP TRIGGER ledger_entry_frozen_delete ON ledger_entry;
CREATE TRIGGER ledger_entry_frozen_delete AFTER DELETE ON ledger_entry
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION ledger_entry_frozen_gone();

CREATE OR REPLACE FUNCTION ledger_entryline_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE is_frozen boolean;
BEGIN
    EXECUTE $probe$
        SELECT count(*) > 0 FROM (
            SELECT DISTINCT g.dossier_id FROM (SELECT DISTINCT dossier_id, entry_id FROM gone) g
            JOIN ledger_entry e ON e.dossier_id = g.dossier_id AND e.id = g.entry_id
            WHERE e.state = 'validated') frozen
        WHERE NOT app_dossier_is_going(frozen.dossier_id)$probe$ INTO is_frozen;
    PERFORM ledger_refuse_frozen(is_frozen);
    RETURN NULL;
END $$;
