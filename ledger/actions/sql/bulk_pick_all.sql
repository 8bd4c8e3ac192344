-- What a reset is about: everything, but invoices that the platform issued, of which only the entry goes.
-- One reason (an entry validated, a year closed, a locked day) and the whole is refused.

-- @(rows)
DROP TABLE IF EXISTS b_items, b_entries;
CREATE TEMP TABLE b_items ON COMMIT DROP AS
SELECT CASE WHEN i.issued_at IS NULL THEN 'i' ELSE 'k' END AS what, i.id, i.entry_id,
    i.booking::text AS booking, NULL::int AS line_no, i.issue_date AS date,
    CASE WHEN i.type = 'credit_note' THEN -i.gross ELSE i.gross END AS amount,
    concat_ws(':', i.direction, CASE WHEN i.issued_at IS NULL THEN i.source ELSE 'issued' END) AS grp,
    i.source = 'fec' OR i.fec_import_id IS NOT NULL AS is_fec,
    CASE WHEN i.issue_date <= %(locked)s::date AND (i.issued_at IS NULL OR i.entry_id IS NOT NULL)
        THEN 'locked' END AS reason,
    i.archived_at, i.archived_by, false AS is_drawn, false AS was_binned, 'archived'::text AS booking_after
FROM ledger_invoice i WHERE i.dossier_id = %(dossier)s
UNION ALL
SELECT 't', t.id, t.entry_id, t.booking, t.line_no, t.date, t.amount,
    concat_ws(':', 'bank', t.bank_account_id), t.source = 'fec' OR t.fec_import_id IS NOT NULL,
    CASE WHEN t.date <= %(locked)s::date THEN 'locked' END, t.archived_at, t.archived_by, false, false, 'archived'
FROM ledger_banktransaction t WHERE t.dossier_id = %(dossier)s
UNION ALL
SELECT 'e', e.id, e.id, '', NULL, e.date, e.debit, concat_ws(':', 'journal', e.journal_id),
    e.fec_import_id IS NOT NULL,
    CASE WHEN e.state = 'validated' THEN 'validated' WHEN y.state = 'closed' THEN 'closed'
        WHEN e.id IN (SELECT settlement_id FROM ledger_vatreturn WHERE dossier_id = %(dossier)s
            AND settlement_id IS NOT NULL) THEN 'vat_return'
        WHEN y.state = 'locked' THEN 'year_locked' WHEN e.date <= %(locked)s::date THEN 'locked' END,
    NULL, NULL, false, false, 'archived'
FROM ledger_entry e
JOIN ledger_fiscalyear y ON y.dossier_id = e.dossier_id AND y.id = e.fiscal_year_id
WHERE e.dossier_id = %(dossier)s
UNION ALL
SELECT 'e', b.id, b.id, 'archived', NULL, b.date, b.debit, concat_ws(':', 'bin', b.journal_id),
    b.fec_import_id IS NOT NULL, NULL, NULL, NULL, false, true, 'archived'
FROM ledger_binnedentry b WHERE b.dossier_id = %(dossier)s AND NOT b.is_deleted;

-- @(an issued invoice without an entry stays as it is)
DELETE FROM b_items WHERE what = 'k' AND entry_id IS NULL AND booking <> 'archived';
