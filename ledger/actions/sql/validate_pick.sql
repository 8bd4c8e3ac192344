-- The drafts of a year that a validation takes, in the order of their links; `v_entries` says which.
-- Days are included; empty lists mean all.

-- @(picked)
DROP TABLE IF EXISTS v_entries;

-- @(picked)
CREATE TEMP TABLE v_entries ON COMMIT DROP AS
SELECT e.id AS entry_id, e.journal_id, e.date, e.debit, e.line_count, e.is_opening,
    e.fec_import_id IS NOT NULL AS keeps_number, NULL::int AS journal_no,
    row_number() OVER (ORDER BY e.is_opening DESC, e.date, e.id) AS rank
FROM ledger_entry e
WHERE e.dossier_id = %(dossier)s AND e.fiscal_year_id = %(year)s AND e.state = 'draft'
  AND (%(until)s::date IS NULL OR e.date <= %(until)s::date)
  AND (%(any_journal)s OR e.journal_id = ANY (%(journals)s::bigint[]))
  AND (NOT %(by_ids)s OR e.id = ANY (%(ids)s::bigint[]));

-- @(picked)
ANALYZE v_entries;
