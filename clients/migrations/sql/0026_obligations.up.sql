-- Whose calendar ends before a day, in any dossier: beat has no scope, and learns ids alone.
CREATE FUNCTION obligations_to_plan(until date, most int)
RETURNS TABLE (dossier bigint, firm bigint, covered date)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT p.dossier_id, d.firm_id, p.planned_until
    FROM clients_taxprofile p JOIN clients_dossier d ON d.id = p.dossier_id
    WHERE p.planned_until < until AND d.status IN ('active', 'onboarding') AND d.firm_id IS NOT NULL
    ORDER BY p.planned_until, p.dossier_id LIMIT most
$$;
GRANT USAGE, CREATE ON SCHEMA public TO firm_search;
GRANT SELECT ON clients_taxprofile, clients_dossier TO firm_search;
ALTER FUNCTION obligations_to_plan(date, int) OWNER TO firm_search;
REVOKE CREATE ON SCHEMA public FROM firm_search;
SET LOCAL ROLE firm_search;
REVOKE ALL ON FUNCTION obligations_to_plan(date, int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION obligations_to_plan(date, int) TO firm_app;
RESET ROLE;
