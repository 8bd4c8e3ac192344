-- What an archiving or a deletion is about, with the reason why a row is left alone (NULL: it goes).
--
-- By ids (`by_ids`), or by period, kinds, sources, bank accounts and journals; empty lists mean all.

-- @(rows)
DROP TABLE IF EXISTS b_items, b_entries;
CREATE TEMP TABLE b_items ON COMMIT DROP AS
WITH open_to AS (SELECT %(locked)s::date AS day)
SELECT 'i'::text AS what, i.id, i.entry_id, i.booking::text AS booking, NULL::int AS line_no,
    coalesce(i.issue_date, e.date) AS date,
    CASE WHEN i.type = 'credit_note' THEN -i.gross ELSE i.gross END AS amount,
    concat_ws(':', i.direction, i.source) AS grp,
    i.source = 'fec' OR i.fec_import_id IS NOT NULL OR e.fec_import_id IS NOT NULL AS is_fec,
    CASE WHEN %(op)s = 'archive' AND i.booking = 'archived' THEN 'archived'
        WHEN %(only_archived)s AND i.booking <> 'archived' THEN 'live'
        WHEN i.issued_at IS NOT NULL THEN 'issued'
        WHEN NOT %(include_fec)s AND (i.source = 'fec' OR i.fec_import_id IS NOT NULL
            OR e.fec_import_id IS NOT NULL) THEN 'fec'
        WHEN e.state = 'validated' THEN 'validated'
        WHEN y.state = 'closed' THEN 'closed' WHEN y.state = 'locked' THEN 'year_locked'
        WHEN least(i.issue_date, e.date) <= (SELECT day FROM open_to) THEN 'locked' END AS reason,
    i.archived_at, i.archived_by, false AS is_drawn, false AS was_binned, 'archived'::text AS booking_after
FROM ledger_invoice i
LEFT JOIN ledger_entry e ON e.dossier_id = i.dossier_id AND e.id = i.entry_id
LEFT JOIN ledger_fiscalyear y ON y.dossier_id = e.dossier_id AND y.id = e.fiscal_year_id
WHERE i.dossier_id = %(dossier)s AND CASE WHEN %(by_ids)s THEN i.id = ANY (%(invoices)s::bigint[])
    ELSE i.direction = ANY (%(directions)s::text[])
        AND (%(op)s <> 'archive' OR i.booking <> 'archived')
        AND (%(any_source)s OR i.source = ANY (%(sources)s::text[]))
        AND (%(since)s::date IS NULL OR coalesce(i.issue_date, e.date) >= %(since)s::date)
        AND (%(until)s::date IS NULL OR coalesce(i.issue_date, e.date) <= %(until)s::date) END
UNION ALL
SELECT 't', t.id, t.entry_id, t.booking, t.line_no, t.date, t.amount, concat_ws(':', 'bank', t.bank_account_id),
    t.source = 'fec' OR t.fec_import_id IS NOT NULL OR e.fec_import_id IS NOT NULL,
    CASE WHEN %(op)s = 'archive' AND t.booking = 'archived' THEN 'archived'
        WHEN %(only_archived)s AND t.booking <> 'archived' THEN 'live'
        WHEN NOT %(include_fec)s AND (t.source = 'fec' OR t.fec_import_id IS NOT NULL
            OR e.fec_import_id IS NOT NULL) THEN 'fec'
        WHEN e.state = 'validated' THEN 'validated'
        WHEN y.state = 'closed' THEN 'closed' WHEN y.state = 'locked' THEN 'year_locked'
        WHEN least(t.date, e.date) <= (SELECT day FROM open_to) THEN 'locked' END,
    t.archived_at, t.archived_by, false, false, 'archived'
FROM ledger_banktransaction t
LEFT JOIN ledger_entry e ON e.dossier_id = t.dossier_id AND e.id = t.entry_id
LEFT JOIN ledger_fiscalyear y ON y.dossier_id = e.dossier_id AND y.id = e.fiscal_year_id
WHERE t.dossier_id = %(dossier)s AND CASE WHEN %(by_ids)s THEN t.id = ANY (%(transactions)s::bigint[])
    ELSE %(with_bank)s AND (%(op)s <> 'archive' OR t.booking <> 'archived')
        AND (%(any_account)s OR t.bank_account_id = ANY (%(bank_accounts)s::bigint[]))
        AND (%(since)s::date IS NULL OR t.date >= %(since)s::date)
        AND (%(until)s::date IS NULL OR t.date <= %(until)s::date) END
UNION ALL
SELECT 'e', e.id, e.id, '', NULL, e.date, e.debit, concat_ws(':', 'journal', e.journal_id),
    e.fec_import_id IS NOT NULL,
    CASE WHEN NOT %(include_fec)s AND e.fec_import_id IS NOT NULL THEN 'fec'
        WHEN e.state = 'validated' THEN 'validated'
        WHEN e.id IN (SELECT settlement_id FROM ledger_vatreturn WHERE dossier_id = %(dossier)s
            AND settlement_id IS NOT NULL) THEN 'vat_return'
        WHEN y.state = 'closed' THEN 'closed' WHEN y.state = 'locked' THEN 'year_locked'
        WHEN e.date <= (SELECT day FROM open_to) THEN 'locked' END,
    NULL, NULL, false, false, 'archived'
FROM (
    SELECT * FROM ledger_entry
    WHERE %(with_entries)s AND NOT %(by_ids)s AND dossier_id = %(dossier)s
        AND (%(any_journal)s OR journal_id = ANY (%(journals)s::bigint[]))
        AND (%(since)s::date IS NULL OR date >= %(since)s::date)
        AND (%(until)s::date IS NULL OR date <= %(until)s::date)
    UNION ALL
    SELECT * FROM ledger_entry
    WHERE dossier_id = %(dossier)s AND id = ANY (%(entries)s::bigint[])
) e
JOIN ledger_fiscalyear y ON y.dossier_id = e.dossier_id AND y.id = e.fiscal_year_id;

-- @(statistics)
ANALYZE b_items (what, id, entry_id, reason);

-- @(what points to the same entries goes along with them: one pass over a hash, whatever is known of the tables)
INSERT INTO b_items
SELECT 'i', i.id, i.entry_id, i.booking, NULL, i.issue_date,
    CASE WHEN i.type = 'credit_note' THEN -i.gross ELSE i.gross END,
    concat_ws(':', i.direction, i.source), i.source = 'fec',
    CASE WHEN i.issued_at IS NOT NULL THEN 'issued' WHEN %(only_archived)s THEN 'live'
        WHEN i.source = 'fec' AND NOT %(include_fec)s THEN 'fec'
        WHEN i.issue_date <= %(locked)s::date THEN 'locked' END,
    i.archived_at, i.archived_by, true, false, 'archived'
FROM ledger_invoice i
WHERE i.dossier_id = %(dossier)s AND i.entry_id IS NOT NULL
  AND (i.entry_id IN (SELECT entry_id FROM b_items WHERE entry_id IS NOT NULL AND reason IS NULL)) IS TRUE
  AND (i.id IN (SELECT id FROM b_items WHERE what = 'i')) IS FALSE
UNION ALL
SELECT 't', t.id, t.entry_id, t.booking, t.line_no, t.date, t.amount,
    concat_ws(':', 'bank', t.bank_account_id), t.source = 'fec',
    CASE WHEN %(only_archived)s THEN 'live'
        WHEN t.source = 'fec' AND NOT %(include_fec)s THEN 'fec'
        WHEN t.date <= %(locked)s::date THEN 'locked' END,
    t.archived_at, t.archived_by, true, false, 'archived'
FROM ledger_banktransaction t
WHERE t.dossier_id = %(dossier)s AND t.entry_id IS NOT NULL
  AND (t.entry_id IN (SELECT entry_id FROM b_items WHERE entry_id IS NOT NULL AND reason IS NULL)) IS TRUE
  AND (t.id IN (SELECT id FROM b_items WHERE what = 't')) IS FALSE;

-- @(an entry goes with all that points to it, or stays)
UPDATE b_items x SET reason = k.reason
FROM (SELECT entry_id, min(reason) AS reason FROM b_items
      WHERE reason IS NOT NULL AND entry_id IS NOT NULL GROUP BY 1) k
WHERE x.entry_id = k.entry_id AND x.reason IS NULL;

-- @(entries of what was archived before wait in the bin)
UPDATE b_items x SET entry_id = r.entry_id, was_binned = true
FROM ledger_jobrow r JOIN ledger_binnedentry b ON b.dossier_id = r.dossier_id AND b.id = r.entry_id
WHERE x.booking = 'archived' AND x.entry_id IS NULL AND r.dossier_id = %(dossier)s AND r.what = x.what
  AND r.object_id = x.id AND r.set_at = x.archived_at AND r.reason IS NULL AND NOT b.is_deleted;

-- @(entries that were archived alone)
INSERT INTO b_items
SELECT 'e', b.id, b.id, 'archived', NULL, b.date, b.debit, concat_ws(':', 'journal', b.journal_id),
    b.fec_import_id IS NOT NULL,
    CASE WHEN b.fec_import_id IS NOT NULL AND NOT %(include_fec)s THEN 'fec'
        WHEN b.date <= %(locked)s::date THEN 'locked' END, NULL, NULL, false, true, 'archived'
FROM ledger_binnedentry b
WHERE %(op)s = 'delete' AND %(with_entries)s AND NOT %(by_ids)s AND b.dossier_id = %(dossier)s
    AND b.is_alone AND NOT b.is_deleted
    AND (%(any_journal)s OR b.journal_id = ANY (%(journals)s::bigint[]))
    AND (%(since)s::date IS NULL OR b.date >= %(since)s::date)
    AND (%(until)s::date IS NULL OR b.date <= %(until)s::date);
