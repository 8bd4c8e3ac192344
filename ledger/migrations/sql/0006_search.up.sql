-- The one audited way around the policies for a search: they are read here instead.  A trigram index
-- serves no query behind row-level security, whose operators must be leakproof; this function is its
-- owner's, who bypasses the policies, and it reads the scope itself: it answers ids of the dossiers
-- that are open for reading and of no others, latest entries first.
--
-- `wanted` is contained in what the entry says, or one of its amounts is `cents`; either may be NULL.
CREATE FUNCTION search_entries(wanted text, cents bigint, most int) RETURNS SETOF bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
SET plan_cache_mode = force_custom_plan SET enable_seqscan = off AS $$
DECLARE
    one bigint;
    pattern text := '%' || replace(replace(replace(lower(wanted), '\', '\\'), '%', '\%'), '_', '\_') || '%';
BEGIN
    FOREACH one IN ARRAY app_dossiers() LOOP
        RETURN QUERY SELECT t.entry_id FROM ledger_entrytext t
            WHERE t.dossier_id = one AND (t.said LIKE pattern OR t.amounts @> ARRAY[cents])
            ORDER BY t.date DESC, t.entry_id DESC LIMIT most;
    END LOOP;
END $$;
GRANT USAGE, CREATE ON SCHEMA public TO firm_search;
GRANT SELECT ON ledger_entrytext TO firm_search;
ALTER FUNCTION search_entries(text, bigint, int) OWNER TO firm_search;
REVOKE CREATE ON SCHEMA public FROM firm_search;
SET LOCAL ROLE firm_search;
REVOKE ALL ON FUNCTION search_entries(text, bigint, int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION search_entries(text, bigint, int) TO firm_app;
RESET ROLE;
