-- The scope of a transaction, as the policies read it.  current_setting() answers '' (not NULL)
-- after a SET LOCAL has ended: both mean "not set".
CREATE FUNCTION app_user() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT nullif(current_setting('app.user', true), '')::bigint $$;
CREATE FUNCTION app_firm() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT nullif(current_setting('app.firm', true), '')::bigint $$;
CREATE FUNCTION app_firm_write() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT coalesce(current_setting('app.firm_write', true), '') = 'on' $$;
CREATE FUNCTION app_token() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT nullif(current_setting('app.token', true), '') $$;

-- Dossiers open for reading, for access tables: nothing when none is.
CREATE FUNCTION app_in_scope() RETURNS bigint[] LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT coalesce(nullif(current_setting('app.dossiers', true), ''), '{}')::bigint[] $$;
CREATE FUNCTION app_in_write_scope() RETURNS bigint[] LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT coalesce(nullif(current_setting('app.writable', true), ''), '{}')::bigint[] $$;

-- The same for business tables: raises when no dossier was opened at all.
CREATE FUNCTION app_dossiers() RETURNS bigint[] LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
    IF coalesce(current_setting('app.dossiers', true), '') = '' THEN
        RAISE insufficient_privilege USING MESSAGE = 'no dossier scope is set';
    END IF;
    RETURN current_setting('app.dossiers')::bigint[];
END $$;
CREATE FUNCTION app_writable() RETURNS bigint[] LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
    IF coalesce(current_setting('app.writable', true), '') = '' THEN
        RAISE insufficient_privilege USING MESSAGE = 'no dossier scope is set';
    END IF;
    RETURN current_setting('app.writable')::bigint[];
END $$;

-- ANALYZE needs the owner; the loads need fresh statistics of these tables and of no others.
CREATE FUNCTION app_analyze(target regclass) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
    IF target::text NOT IN ('ledger_entry', 'ledger_entryline', 'ledger_account', 'ledger_journal',
                            'ledger_thirdparty', 'ledger_lettering', 'ledger_invoice') THEN
        RAISE insufficient_privilege USING MESSAGE = 'this table is not analysed on demand';
    END IF;
    EXECUTE format('ANALYZE %s', target);
END $$;
