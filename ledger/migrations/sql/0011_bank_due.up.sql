-- Which bank connections must be asked now, in any dossier: beat has no scope, and learns ids alone.
CREATE FUNCTION bank_connections_due(most int)
RETURNS TABLE (dossier bigint, firm bigint, connection bigint, due timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT c.dossier_id, d.firm_id, c.id, c.due_at
    FROM ledger_bankconnection c JOIN clients_dossier d ON d.id = c.dossier_id
    WHERE c.is_active AND c.due_at <= now() ORDER BY c.due_at LIMIT most
$$;
GRANT USAGE, CREATE ON SCHEMA public TO firm_search;
GRANT SELECT ON ledger_bankconnection, clients_dossier TO firm_search;
ALTER FUNCTION bank_connections_due(int) OWNER TO firm_search;
REVOKE CREATE ON SCHEMA public FROM firm_search;
SET LOCAL ROLE firm_search;
REVOKE ALL ON FUNCTION bank_connections_due(int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION bank_connections_due(int) TO firm_app;
RESET ROLE;
