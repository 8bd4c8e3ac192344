-- Links, seals and anchors are written once.  They go with their whole dossier alone, once the deletion
-- of that was asked for and its day has come.
CREATE FUNCTION ledger_seal_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE is_going boolean := false;
BEGIN
    IF TG_OP = 'DELETE' THEN
        SELECT coalesce(bool_and(app_dossier_is_going(g.dossier_id)), true) INTO is_going
        FROM (SELECT DISTINCT dossier_id FROM gone) g;
    ELSE
        is_going := NOT EXISTS (SELECT 1 FROM gone);
    END IF;
    IF NOT is_going THEN
        RAISE check_violation USING CONSTRAINT = 'seal_is_fixed',
            MESSAGE = 'a seal is never changed nor removed';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_entryseal_fixed_update AFTER UPDATE ON ledger_entryseal
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION ledger_seal_fixed();
CREATE TRIGGER ledger_entryseal_fixed_delete AFTER DELETE ON ledger_entryseal
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION ledger_seal_fixed();
CREATE TRIGGER ledger_yearseal_fixed_update AFTER UPDATE ON ledger_yearseal
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION ledger_seal_fixed();
CREATE TRIGGER ledger_yearseal_fixed_delete AFTER DELETE ON ledger_yearseal
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION ledger_seal_fixed();
CREATE TRIGGER ledger_chainanchor_fixed_update AFTER UPDATE ON ledger_chainanchor
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION ledger_seal_fixed();
CREATE TRIGGER ledger_chainanchor_fixed_delete AFTER DELETE ON ledger_chainanchor
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION ledger_seal_fixed();

-- A closed year is closed for good (PCG 921-4).
CREATE FUNCTION ledger_year_closed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM gone g WHERE g.state = 'closed'
               AND NOT (TG_OP = 'DELETE' AND app_dossier_is_going(g.dossier_id))) THEN
        RAISE check_violation USING CONSTRAINT = 'year_is_closed',
            MESSAGE = 'a closed year is never changed';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_fiscalyear_closed_update AFTER UPDATE ON ledger_fiscalyear
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION ledger_year_closed();
CREATE TRIGGER ledger_fiscalyear_closed_delete AFTER DELETE ON ledger_fiscalyear
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION ledger_year_closed();

-- Asked by the keys' trigger of new entries (mass_keys.Watch): a year that is locked or closed takes none.
CREATE FUNCTION ledger_entry_judge(is_shut boolean, uneven_dossiers bigint[], uneven_years bigint[])
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF is_shut THEN
        RAISE check_violation USING CONSTRAINT = 'year_is_open',
            MESSAGE = 'a locked or closed year takes no entry';
    END IF;
END $$;

-- An entry made here is dated within its year; a file's may not be, and says so in its report.
CREATE FUNCTION ledger_entry_in_year() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM fresh e
               JOIN ledger_fiscalyear y ON y.dossier_id = e.dossier_id AND y.id = e.fiscal_year_id
               WHERE e.fec_import_id IS NULL AND e.date NOT BETWEEN y.start AND y."end") THEN
        RAISE check_violation USING CONSTRAINT = 'entry_in_year',
            MESSAGE = 'an entry is dated within its year';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_entry_in_year_insert AFTER INSERT ON ledger_entry
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION ledger_entry_in_year();
CREATE TRIGGER ledger_entry_in_year_update AFTER UPDATE ON ledger_entry
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION ledger_entry_in_year();

-- The lock date leaves validation free: the number that it gives is no change of the entry.
DROP TRIGGER ledger_entry_locked_update ON ledger_entry;
CREATE TRIGGER ledger_entry_locked_update AFTER UPDATE ON ledger_entry
    REFERENCING NEW TABLE AS fresh OLD TABLE AS gone FOR EACH STATEMENT
    EXECUTE FUNCTION ledger_keep_locked('date',
        'dossier_id, id, fiscal_year_id, journal_id, date, piece_ref, piece_date, label');

-- Which dossiers have links that no witness outside has seen: beat has no scope, and learns ids alone.
CREATE FUNCTION ledger_chains_due() RETURNS TABLE (firm bigint, dossier bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT DISTINCT d.firm_id, d.id
    FROM ledger_fiscalyear y
    JOIN clients_dossier d ON d.id = y.dossier_id
    CROSS JOIN LATERAL (
        SELECT chain_seq FROM ledger_entryseal s
        WHERE s.dossier_id = y.dossier_id AND s.fiscal_year_id = y.id
        ORDER BY chain_seq DESC LIMIT 1) s
    WHERE d.firm_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM ledger_chainanchor a WHERE a.dossier_id = y.dossier_id
          AND a.fiscal_year_id = y.id AND a.chain_seq = s.chain_seq)
$$;
GRANT USAGE, CREATE ON SCHEMA public TO firm_search;
GRANT SELECT ON ledger_fiscalyear, ledger_entryseal, ledger_chainanchor, clients_dossier TO firm_search;
ALTER FUNCTION ledger_chains_due() OWNER TO firm_search;
REVOKE CREATE ON SCHEMA public FROM firm_search;
SET LOCAL ROLE firm_search;
REVOKE ALL ON FUNCTION ledger_chains_due() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger_chains_due() TO firm_app;
RESET ROLE;
