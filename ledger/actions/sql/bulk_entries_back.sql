-- @(statistics of what was picked)
ANALYZE b_items (what, id, entry_id, reason, was_binned);

-- @(entries that come back from the bin)
CREATE TEMP TABLE b_entries ON COMMIT DROP AS
SELECT e.id, e.fiscal_year_id, e.journal_id, date_trunc('month', e.date::timestamp)::date AS month,
    e.is_opening, e.fec_import_id, e.debit, e.line_count, e.is_alone
FROM (SELECT DISTINCT entry_id FROM b_items
      WHERE reason IS NULL AND was_binned AND entry_id IS NOT NULL) g
JOIN ledger_binnedentry e ON e.dossier_id = %(dossier)s AND e.id = g.entry_id;

-- @(statistics)
ANALYZE b_entries (id);
