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

-- New lines, in one pass by entry: its key, its state, its balance.  A statement of many lines is
-- planned for its own size (EXECUTE), a small one reuses its plan; see firm/mass_keys.py.
CREATE FUNCTION ledger_entryline_added() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    me CONSTANT xid := pg_current_xact_id()::xid;
    lone bigint; locked bigint; is_frozen boolean;
    uneven_d bigint[]; uneven bigint[]; theirs_d bigint[]; theirs bigint[];
    probe CONSTANT text := $probe$
        SELECT count(*) FILTER (WHERE e.id IS NULL), bool_or(e.state = 'validated'),
            array_agg(f.d) FILTER (WHERE f.net <> 0), array_agg(f.x) FILTER (WHERE f.net <> 0),
            array_agg(f.d) FILTER (WHERE e.xmin <> $1), array_agg(f.x) FILTER (WHERE e.xmin <> $1)
        FROM (SELECT dossier_id AS d, entry_id AS x, sum(debit - credit) AS net
              FROM fresh GROUP BY 1, 2) f
        LEFT JOIN ledger_entry e ON e.dossier_id = f.d AND e.id = f.x$probe$;
BEGIN
    EXECUTE probe INTO lone, is_frozen, uneven_d, uneven, theirs_d, theirs USING me;
    IF theirs IS NOT NULL THEN
        PERFORM 1 FROM ledger_entry e JOIN unnest(theirs_d, theirs) AS k (d, x)
            ON e.dossier_id = k.d AND e.id = k.x FOR KEY SHARE OF e;
        GET DIAGNOSTICS locked = ROW_COUNT;
        lone := lone + cardinality(theirs) - locked;
    END IF;
    IF lone > 0 THEN
        RAISE foreign_key_violation USING
            MESSAGE = 'a line points to no entry of its dossier', CONSTRAINT = 'ledger_entryline_entry_id_fk';
    END IF;
    IF is_frozen THEN
        RAISE check_violation USING MESSAGE = 'a validated entry is frozen', CONSTRAINT = 'entry_is_frozen';
    END IF;
    PERFORM ledger_balance_note(uneven_d, uneven);
    RETURN NULL;
END $$;
CREATE FUNCTION ledger_entryline_balance_delete() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE d bigint[]; e bigint[];
BEGIN
    SELECT array_agg(dossier_id), array_agg(entry_id) INTO d, e FROM (
        SELECT dossier_id, entry_id FROM gone GROUP BY 1, 2 HAVING sum(debit) <> sum(credit)) t;
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
CREATE TRIGGER ledger_entryline_added AFTER INSERT ON ledger_entryline
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION ledger_entryline_added();
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
    PERFORM set_config('app.dossiers', NEW.dossiers::text, true);
    SELECT min(entry_id) INTO bad FROM (
        SELECT l.entry_id FROM ledger_entryline l
        JOIN (SELECT unnest(NEW.dossiers) AS d, unnest(NEW.entries) AS e) t
          ON l.dossier_id = t.d AND l.entry_id = t.e
        GROUP BY l.dossier_id, l.entry_id HAVING sum(l.debit) <> sum(l.credit)) unbalanced;
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
CREATE FUNCTION ledger_entry_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM gone WHERE state = 'validated') THEN
        RAISE check_violation USING MESSAGE = 'a validated entry is frozen', CONSTRAINT = 'entry_is_frozen';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_entry_frozen_update AFTER UPDATE ON ledger_entry
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION ledger_entry_frozen();
CREATE TRIGGER ledger_entry_frozen_delete AFTER DELETE ON ledger_entry
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION ledger_entry_frozen();

CREATE FUNCTION ledger_entryline_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM gone g JOIN ledger_entry e ON e.dossier_id = g.dossier_id
               AND e.id = g.entry_id WHERE e.state = 'validated') THEN
        RAISE check_violation USING MESSAGE = 'a validated entry is frozen', CONSTRAINT = 'entry_is_frozen';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_entryline_frozen_delete AFTER DELETE ON ledger_entryline
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION ledger_entryline_frozen();

CREATE FUNCTION ledger_entryline_frozen_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM gone g
        JOIN ledger_entry e ON e.dossier_id = g.dossier_id AND e.id = g.entry_id
        LEFT JOIN fresh f ON f.dossier_id = g.dossier_id AND f.entry_id = g.entry_id
            AND f.line_no = g.line_no
        WHERE e.state = 'validated' AND (f.entry_id IS NULL OR
            (g.account_id, g.third_party_id, g.date, g.label, g.debit, g.credit, g.foreign_amount,
             g.currency, g.extra) IS DISTINCT FROM
            (f.account_id, f.third_party_id, f.date, f.label, f.debit, f.credit, f.foreign_amount,
             f.currency, f.extra))) THEN
        RAISE check_violation USING MESSAGE = 'a validated entry is frozen', CONSTRAINT = 'entry_is_frozen';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_entryline_frozen_update AFTER UPDATE ON ledger_entryline
    REFERENCING NEW TABLE AS fresh OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_entryline_frozen_change();
