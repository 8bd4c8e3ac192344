-- Taking entries out of the books: sums, letterings, texts.  Rows themselves are moved by bulk_moves.py.

-- @(sums that go)
DROP TABLE IF EXISTS b_sums, b_letterings;
CREATE TEMP TABLE b_sums ON COMMIT DROP AS
SELECT e.fiscal_year_id, e.journal_id, l.account_id, l.third_party_id, e.month, e.is_opening,
    sum(l.debit)::bigint AS debit, sum(l.credit)::bigint AS credit, count(*) AS n
FROM b_entries e JOIN ledger_entryline l ON l.dossier_id = %(dossier)s AND l.entry_id = e.id
GROUP BY 1, 2, 3, 4, 5, 6;

-- @(letterings that are undone, with how many lines they had)
CREATE TEMP TABLE b_letterings ON COMMIT DROP AS
SELECT l.lettering_id AS id, count(*) AS taken
FROM b_entries e JOIN ledger_entryline l ON l.dossier_id = %(dossier)s AND l.entry_id = e.id
WHERE l.lettering_id IS NOT NULL GROUP BY 1;

-- @(statistics)
ANALYZE b_letterings (id);

-- @unlettered_lines
INSERT INTO ledger_unletteredline (dossier_id, lettering_id, entry_id, line_no, lettering_code,
    lettered_on)
SELECT %(dossier)s, l.lettering_id, l.entry_id, l.line_no, l.lettering_code, l.lettered_on
FROM b_letterings g
JOIN ledger_entryline l ON l.dossier_id = %(dossier)s AND l.lettering_id = g.id
WHERE NOT EXISTS (SELECT 1 FROM b_entries e WHERE e.id = l.entry_id)
ON CONFLICT DO NOTHING;

-- @(lines that stay lose their lettering)
UPDATE ledger_entryline l SET lettering_id = NULL, lettering_code = NULL, lettered_on = NULL
FROM b_letterings g
WHERE l.dossier_id = %(dossier)s AND l.lettering_id = g.id
  AND NOT EXISTS (SELECT 1 FROM b_entries e WHERE e.id = l.entry_id);

-- @(texts that the search reads)
DELETE FROM ledger_entrytext t USING b_entries e
WHERE t.dossier_id = %(dossier)s AND t.entry_id = e.id AND e.fec_import_id IS NOT NULL;
