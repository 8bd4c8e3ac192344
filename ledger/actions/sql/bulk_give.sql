-- Letterings of lines that come back: whole again, the group is lettered again; else it waits.

-- @(statistics: rough ones will do here)
SELECT set_config('default_statistics_target', '10', true);

-- @(fresh statistics: the planner takes a bin filled since its last vacuum for an empty one)
SELECT app_analyze(oid) FROM pg_class
WHERE (SELECT count(*) FROM b_entries) > 1000
  AND oid IN ('ledger_binnedentry'::regclass, 'ledger_binnedentryline'::regclass,
              'ledger_binnedlettering'::regclass, 'ledger_unletteredline'::regclass);

-- @(letterings that are whole again)
DROP TABLE IF EXISTS b_letterings;
CREATE TEMP TABLE b_letterings ON COMMIT DROP AS
WITH borne AS MATERIALIZED (
    SELECT l.lettering_id AS id, count(*) AS n FROM b_entries e
    JOIN ledger_binnedentryline l ON l.dossier_id = %(dossier)s AND l.entry_id = e.id
    WHERE l.lettering_id IS NOT NULL GROUP BY 1
), touched AS MATERIALIZED (
    SELECT id FROM borne UNION
    SELECT u.lettering_id FROM ledger_unletteredline u JOIN b_entries e ON e.id = u.entry_id
    WHERE u.dossier_id = %(dossier)s
), waiting AS (
    SELECT u.lettering_id AS id, count(*) AS n FROM touched t
    JOIN ledger_unletteredline u ON u.dossier_id = %(dossier)s AND u.lettering_id = t.id
    LEFT JOIN ledger_entryline l ON l.dossier_id = u.dossier_id AND l.entry_id = u.entry_id
        AND l.line_no = u.line_no
    LEFT JOIN (b_entries e JOIN ledger_binnedentryline b ON b.dossier_id = %(dossier)s
        AND b.entry_id = e.id) ON b.entry_id = u.entry_id AND b.line_no = u.line_no
    WHERE coalesce(l.entry_id, b.entry_id) IS NOT NULL
      AND coalesce(l.lettering_id, b.lettering_id) IS NULL
      AND coalesce(l.lettering_code, b.lettering_code) IS NULL GROUP BY 1
)
SELECT g.id FROM touched t JOIN ledger_binnedlettering g ON g.dossier_id = %(dossier)s AND g.id = t.id
LEFT JOIN borne o ON o.id = t.id LEFT JOIN waiting w ON w.id = t.id
WHERE g.line_count = coalesce(o.n, 0) + coalesce(w.n, 0);

-- @(statistics)
ANALYZE b_letterings (id);

-- @(lines of the others wait for those that are still away)
INSERT INTO ledger_unletteredline (dossier_id, lettering_id, entry_id, line_no, lettering_code,
    lettered_on)
SELECT l.dossier_id, l.lettering_id, l.entry_id, l.line_no, l.lettering_code, l.lettered_on
FROM b_entries e JOIN ledger_binnedentryline l ON l.dossier_id = %(dossier)s AND l.entry_id = e.id
JOIN ledger_binnedlettering g ON g.dossier_id = l.dossier_id AND g.id = l.lettering_id
WHERE NOT EXISTS (SELECT 1 FROM b_letterings w WHERE w.id = l.lettering_id)
ON CONFLICT DO NOTHING;
