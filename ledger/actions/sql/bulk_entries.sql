-- @(statistics of what was picked)
ANALYZE b_items (what, id, entry_id, reason, was_binned);

-- @(entries that go, read once)
CREATE TEMP TABLE b_entries ON COMMIT DROP AS
SELECT e.id, e.fiscal_year_id, e.journal_id, date_trunc('month', e.date::timestamp)::date AS month,
    e.is_opening, e.fec_import_id, e.debit, e.line_count, g.is_alone
FROM (SELECT entry_id, bool_and(what = 'e') AS is_alone FROM b_items
      WHERE reason IS NULL AND NOT was_binned AND entry_id IS NOT NULL GROUP BY 1) g
JOIN ledger_entry e ON e.dossier_id = %(dossier)s AND e.id = g.entry_id;

-- @(statistics)
ANALYZE b_entries (id);
