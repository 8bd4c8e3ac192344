-- Taking a batch of letterings back: what still stands as the job made it.

-- @(groups that stand)
DROP TABLE IF EXISTS m_groups;
CREATE TEMP TABLE m_groups ON COMMIT DROP AS
SELECT p.id AS proposal, k.id, p.before, p.write_off_id AS written
FROM ledger_letteringproposal p
JOIN ledger_lettering k ON k.dossier_id = %(dossier)s AND k.id = p.lettering_id AND k.is_balanced
WHERE p.dossier_id = %(dossier)s AND p.job_id = %(job)s AND p.is_chosen AND NOT p.is_ambiguous
  AND (p.completes_id IS NULL OR p.before IS NOT NULL);

-- @(statistics)
ANALYZE m_groups;

-- @lines
UPDATE ledger_entryline l SET lettering_id = NULL, lettering_code = NULL, lettered_on = NULL
FROM m_groups g WHERE l.dossier_id = %(dossier)s AND l.lettering_id = g.id;

-- @(lines of the partial letterings)
UPDATE ledger_entryline l SET lettering_id = b.id, lettering_code = b.code, lettered_on = b.day
FROM (SELECT g.id, (x ->> 0)::bigint AS entry, (x ->> 1)::int AS line, x ->> 2 AS code,
          (x ->> 3)::date AS day
      FROM m_groups g, jsonb_array_elements(g.before -> 'lines') x WHERE g.before IS NOT NULL) b
WHERE l.dossier_id = %(dossier)s AND l.entry_id = b.entry AND l.line_no = b.line;

-- @(partial letterings)
UPDATE ledger_lettering k SET code = g.before ->> 'code', is_balanced = false,
    lettered_on = (g.before ->> 'lettered_on')::date, debit = (g.before ->> 'debit')::bigint,
    credit = (g.before ->> 'credit')::bigint
FROM m_groups g WHERE k.dossier_id = %(dossier)s AND k.id = g.id AND g.before IS NOT NULL;

-- @letterings
DELETE FROM ledger_lettering k USING m_groups g
WHERE k.dossier_id = %(dossier)s AND k.id = g.id AND g.before IS NULL;
