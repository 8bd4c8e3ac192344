-- Lettering a batch: the groups come as arrays, their lines from the proposals of the job.

-- @(groups)
DROP TABLE IF EXISTS m_groups;
CREATE TEMP TABLE m_groups ON COMMIT DROP AS
SELECT * FROM unnest(%(proposals)s::bigint[], %(ids)s::bigint[], %(codes)s::text[],
    %(days)s::date[], %(written)s::bigint[]) AS g (proposal, id, code, day, written);

-- @(their lines: proposed, of the difference, of the partial lettering that is completed)
DROP TABLE IF EXISTS m_lines;
CREATE TEMP TABLE m_lines ON COMMIT DROP AS
SELECT g.id, g.code, g.day, unnest(p.entry_ids) AS entry, unnest(p.line_nos) AS line
FROM m_groups g JOIN ledger_letteringproposal p ON p.dossier_id = %(dossier)s AND p.id = g.proposal
UNION ALL
SELECT g.id, g.code, g.day, g.written, 1 FROM m_groups g WHERE g.written IS NOT NULL
UNION ALL
SELECT g.id, g.code, g.day, l.entry_id, l.line_no FROM m_groups g
JOIN ledger_letteringproposal p ON p.dossier_id = %(dossier)s AND p.id = g.proposal
JOIN ledger_entryline l ON l.dossier_id = %(dossier)s AND l.lettering_id = p.completes_id;

-- @(statistics)
ANALYZE m_groups; ANALYZE m_lines;

-- @(what the completed ones were)
UPDATE ledger_letteringproposal p SET before = jsonb_build_object(
    'code', k.code, 'lettered_on', k.lettered_on, 'debit', k.debit, 'credit', k.credit,
    'lines', (SELECT jsonb_agg(jsonb_build_array(l.entry_id, l.line_no, l.lettering_code,
                  l.lettered_on))
              FROM ledger_entryline l WHERE l.dossier_id = %(dossier)s AND l.lettering_id = k.id))
FROM m_groups g JOIN ledger_lettering k ON k.dossier_id = %(dossier)s AND k.id = g.id
WHERE p.dossier_id = %(dossier)s AND p.id = g.proposal;

-- @letterings
WITH sums AS (
    SELECT x.id, min(x.code) AS code, min(x.day) AS day, min(l.account_id) AS account,
        min(l.third_party_id) AS third, sum(l.debit)::bigint AS debit,
        sum(l.credit)::bigint AS credit
    FROM m_lines x
    JOIN ledger_entryline l ON l.dossier_id = %(dossier)s AND l.entry_id = x.entry
        AND l.line_no = x.line
    GROUP BY x.id
), completed AS (
    UPDATE ledger_lettering k SET code = s.code, lettered_on = s.day, debit = s.debit,
        credit = s.credit, is_balanced = s.debit = s.credit
    FROM sums s WHERE k.dossier_id = %(dossier)s AND k.id = s.id
    RETURNING k.id
)
INSERT INTO ledger_lettering (id, dossier_id, account_id, third_party_id, code, lettered_on, debit,
    credit, is_balanced)
SELECT s.id, %(dossier)s, s.account, s.third, s.code, s.day, s.debit, s.credit,
    s.debit = s.credit
FROM sums s WHERE s.id NOT IN (SELECT id FROM completed);

-- @lines
UPDATE ledger_entryline l SET lettering_id = x.id, lettering_code = x.code, lettered_on = x.day
FROM m_lines x
WHERE l.dossier_id = %(dossier)s AND l.entry_id = x.entry AND l.line_no = x.line
  AND (l.lettering_id IS NULL OR l.lettering_id = x.id);

-- @(the entries of differences)
UPDATE ledger_letteringproposal p SET write_off_id = g.written
FROM m_groups g WHERE p.dossier_id = %(dossier)s AND p.id = g.proposal AND g.written IS NOT NULL;
