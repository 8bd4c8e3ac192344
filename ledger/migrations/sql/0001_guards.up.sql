-- What no code can break: an entry balances, a validated entry is frozen.

-- Balance.  A statement whose lines net to zero in each entry it touches leaves every balance as it
-- was: nothing to check (an import of a million lines is one such statement).  Otherwise one row with
-- the touched entries goes to a transient table, whose deferred trigger checks them as a set at commit.
CREATE TABLE ledger_balancecheck (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    dossiers bigint[] NOT NULL,
    entries bigint[] NOT NULL
);

CREATE FUNCTION ledger_balance_note(touched_dossiers bigint[], touched_entries bigint[])
RETURNS void LANGUAGE sql AS $$
    INSERT INTO ledger_balancecheck (dossiers, entries)
    SELECT touched_dossiers, touched_entries WHERE touched_entries IS NOT NULL
$$;

-- What the keys' trigger of new lines saw of their entries (mass_keys.Watch): one pass for all.
CREATE FUNCTION ledger_entryline_judge(
    is_frozen boolean, uneven_dossiers bigint[], uneven_entries bigint[])
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM ledger_refuse_frozen(is_frozen);
    PERFORM ledger_balance_note(uneven_dossiers, uneven_entries);
END $$;

CREATE FUNCTION ledger_entryline_balance_delete() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE d bigint[]; e bigint[];
BEGIN
    SELECT array_agg(dossier_id), array_agg(entry_id) INTO d, e FROM (
        SELECT dossier_id, entry_id FROM gone GROUP BY 1, 2 HAVING sum(debit - credit) <> 0) t;
    PERFORM ledger_balance_note(d, e);
    RETURN NULL;
END $$;
CREATE FUNCTION ledger_entryline_balance_update() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE d bigint[]; e bigint[];
BEGIN
    SELECT array_agg(dossier_id), array_agg(entry_id) INTO d, e FROM (
        SELECT dossier_id, entry_id FROM (
            SELECT dossier_id, entry_id, debit - credit AS net FROM fresh
            UNION ALL SELECT dossier_id, entry_id, credit - debit FROM gone) both_sides
        GROUP BY 1, 2 HAVING sum(net) <> 0) t;
    PERFORM ledger_balance_note(d, e);
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_entryline_balance_delete AFTER DELETE ON ledger_entryline
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION ledger_entryline_balance_delete();
CREATE TRIGGER ledger_entryline_balance_update AFTER UPDATE ON ledger_entryline
    REFERENCING NEW TABLE AS fresh OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_entryline_balance_update();

-- It fires at COMMIT, when a nested scope may be closed: it carries its own and restores the outer one.
CREATE FUNCTION ledger_balancecheck_now() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE outer_scope text := coalesce(current_setting('app.dossiers', true), ''); bad bigint;
BEGIN
    DELETE FROM ledger_balancecheck WHERE id = NEW.id;
    PERFORM set_config('app.dossiers',
        (SELECT array_agg(DISTINCT d)::text FROM unnest(NEW.dossiers) AS d), true);
    EXECUTE $probe$
        SELECT min(entry_id) FROM (
            SELECT l.entry_id FROM ledger_entryline l
            JOIN unnest($1, $2) AS t (d, e) ON l.dossier_id = t.d AND l.entry_id = t.e
            GROUP BY l.dossier_id, l.entry_id HAVING sum(l.debit - l.credit) <> 0) unbalanced$probe$
        INTO bad USING NEW.dossiers, NEW.entries;
    PERFORM set_config('app.dossiers', outer_scope, true);
    IF bad IS NOT NULL THEN
        RAISE check_violation USING MESSAGE = format('entry %s does not balance', bad),
            CONSTRAINT = 'entry_balances';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER ledger_balancecheck_now AFTER INSERT ON ledger_balancecheck
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_balancecheck_now();

-- A validated entry is frozen, lettering apart (PCG 921-3): the correction is a reversal.
CREATE FUNCTION ledger_refuse_frozen(is_frozen boolean) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF is_frozen THEN
        RAISE check_violation USING MESSAGE = 'a validated entry is frozen', CONSTRAINT = 'entry_is_frozen';
    END IF;
END $$;

CREATE FUNCTION ledger_entry_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM ledger_refuse_frozen(EXISTS (SELECT 1 FROM gone WHERE state = 'validated'));
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_entry_frozen_update AFTER UPDATE ON ledger_entry
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION ledger_entry_frozen();
CREATE TRIGGER ledger_entry_frozen_delete AFTER DELETE ON ledger_entry
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION ledger_entry_frozen();

-- Planned each time for the statement's own size; count, not EXISTS: see firm/mass_keys.py.
CREATE FUNCTION ledger_entryline_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE is_frozen boolean;
BEGIN
    EXECUTE $probe$
        SELECT count(*) > 0 FROM (SELECT DISTINCT dossier_id, entry_id FROM gone) g
        JOIN ledger_entry e ON e.dossier_id = g.dossier_id AND e.id = g.entry_id
        WHERE e.state = 'validated'$probe$ INTO is_frozen;
    PERFORM ledger_refuse_frozen(is_frozen);
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_entryline_frozen_delete AFTER DELETE ON ledger_entryline
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION ledger_entryline_frozen();

-- What a change leaves of a frozen line, lettering apart, must be what it was.
CREATE FUNCTION ledger_entryline_frozen_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE is_frozen boolean;
BEGIN
    EXECUTE $probe$
        SELECT count(*) > 0 FROM (
            SELECT DISTINCT dossier_id, entry_id FROM (
                SELECT dossier_id, entry_id, line_no, account_id, third_party_id, date, label, debit,
                    credit, foreign_amount, currency, extra FROM gone
                EXCEPT
                SELECT dossier_id, entry_id, line_no, account_id, third_party_id, date, label, debit,
                    credit, foreign_amount, currency, extra FROM fresh) changed) g
        JOIN ledger_entry e ON e.dossier_id = g.dossier_id AND e.id = g.entry_id
        WHERE e.state = 'validated'$probe$ INTO is_frozen;
    PERFORM ledger_refuse_frozen(is_frozen);
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_entryline_frozen_update AFTER UPDATE ON ledger_entryline
    REFERENCING NEW TABLE AS fresh OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_entryline_frozen_change();
