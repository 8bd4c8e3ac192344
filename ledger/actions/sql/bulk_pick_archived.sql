-- What a restoration is about: archived rows, and the entry that each had where it came with a file.

-- @(rows)
DROP TABLE IF EXISTS b_items, b_entries;
CREATE TEMP TABLE b_items ON COMMIT DROP AS
SELECT 'i'::text AS what, i.id, NULL::bigint AS entry_id, i.booking::text AS booking,
    NULL::int AS line_no, i.issue_date AS date,
    CASE WHEN i.type = 'credit_note' THEN -i.gross ELSE i.gross END AS amount,
    concat_ws(':', i.direction, i.source) AS grp, i.source = 'fec' AS is_fec,
    CASE WHEN i.booking <> 'archived' THEN 'live'
        WHEN i.issue_date <= %(locked)s::date THEN 'locked' END AS reason,
    i.archived_at, i.archived_by, false AS is_drawn, false AS was_binned,
    'to_process'::text AS booking_after
FROM ledger_invoice i
WHERE i.dossier_id = %(dossier)s AND CASE WHEN %(by_ids)s THEN i.id = ANY (%(invoices)s::bigint[])
    ELSE i.booking = 'archived' AND i.direction = ANY (%(directions)s::text[])
        AND (%(any_source)s OR i.source = ANY (%(sources)s::text[]))
        AND (%(since)s::date IS NULL OR i.issue_date >= %(since)s::date)
        AND (%(until)s::date IS NULL OR i.issue_date <= %(until)s::date) END
UNION ALL
SELECT 't', t.id, NULL, t.booking, NULL, t.date, t.amount, concat_ws(':', 'bank', t.bank_account_id),
    t.source = 'fec',
    CASE WHEN t.booking <> 'archived' THEN 'live' WHEN t.date <= %(locked)s::date THEN 'locked' END,
    t.archived_at, t.archived_by, false, false, 'to_process'
FROM ledger_banktransaction t
WHERE t.dossier_id = %(dossier)s AND CASE WHEN %(by_ids)s THEN t.id = ANY (%(transactions)s::bigint[])
    ELSE t.booking = 'archived' AND %(with_bank)s
        AND (%(any_account)s OR t.bank_account_id = ANY (%(bank_accounts)s::bigint[]))
        AND (%(since)s::date IS NULL OR t.date >= %(since)s::date)
        AND (%(until)s::date IS NULL OR t.date <= %(until)s::date) END
UNION ALL
SELECT 'e', b.id, b.id, 'archived', NULL, b.date, b.debit, concat_ws(':', 'journal', b.journal_id),
    b.fec_import_id IS NOT NULL,
    CASE WHEN y.state = 'closed' THEN 'closed' WHEN y.state = 'locked' THEN 'year_locked'
        WHEN b.date <= %(locked)s::date THEN 'locked' END,
    NULL, NULL, false, true, ''
FROM ledger_binnedentry b
LEFT JOIN ledger_fiscalyear y ON y.dossier_id = b.dossier_id AND y.id = b.fiscal_year_id
WHERE %(with_entries)s AND NOT %(by_ids)s AND b.dossier_id = %(dossier)s
    AND b.is_alone AND NOT b.is_deleted
    AND (%(any_journal)s OR b.journal_id = ANY (%(journals)s::bigint[]))
    AND (%(since)s::date IS NULL OR b.date >= %(since)s::date)
    AND (%(until)s::date IS NULL OR b.date <= %(until)s::date);

-- @(statistics: without them the planner tries every pair of the rows below)
ANALYZE b_items (what, id, booking, archived_at);

-- @(entries of a file come back as they were; what was made here is booked again by somebody)
UPDATE b_items x SET entry_id = r.entry_id, line_no = r.line_no, was_binned = true, is_fec = true,
    booking_after = 'booked',
    reason = coalesce(x.reason, CASE WHEN y.state = 'closed' THEN 'closed'
        WHEN y.state = 'locked' THEN 'year_locked' WHEN b.date <= %(locked)s::date THEN 'locked' END)
FROM ledger_jobrow r
JOIN ledger_binnedentry b ON b.dossier_id = r.dossier_id AND b.id = r.entry_id
LEFT JOIN ledger_fiscalyear y ON y.dossier_id = b.dossier_id AND y.id = b.fiscal_year_id
WHERE x.what IN ('i', 't') AND x.booking = 'archived' AND r.dossier_id = %(dossier)s AND r.what = x.what
  AND r.object_id = x.id AND r.set_at = x.archived_at AND r.reason IS NULL AND NOT b.is_deleted
  AND b.fec_import_id IS NOT NULL;

-- @(a row that was not booked has again the state that it had)
UPDATE b_items x SET booking_after = r.booking
FROM ledger_jobrow r
WHERE x.what IN ('i', 't') AND x.booking = 'archived' AND r.dossier_id = %(dossier)s AND r.what = x.what
  AND r.object_id = x.id AND r.set_at = x.archived_at AND r.reason IS NULL
  AND r.booking NOT IN ('booked', 'archived');

-- @(what was archived with the same entry comes back with it)
INSERT INTO b_items
SELECT r.what, r.object_id, r.entry_id, 'archived', r.line_no, r.date, r.amount,
    coalesce('bank:' || t.bank_account_id, i.direction || ':' || i.source), true, NULL,
    coalesce(t.archived_at, i.archived_at), coalesce(t.archived_by, i.archived_by), true, true,
    'booked'
FROM ledger_jobrow r
JOIN (SELECT DISTINCT entry_id FROM b_items WHERE was_binned AND reason IS NULL) m
    ON m.entry_id = r.entry_id
LEFT JOIN ledger_banktransaction t ON r.what = 't' AND t.dossier_id = r.dossier_id
    AND t.id = r.object_id AND t.booking = 'archived' AND t.archived_at = r.set_at
LEFT JOIN ledger_invoice i ON r.what = 'i' AND i.dossier_id = r.dossier_id
    AND i.id = r.object_id AND i.booking = 'archived' AND i.archived_at = r.set_at
WHERE r.dossier_id = %(dossier)s AND r.reason IS NULL AND (t.id IS NOT NULL OR i.id IS NOT NULL)
  AND NOT EXISTS (SELECT 1 FROM b_items x WHERE x.what = r.what AND x.id = r.object_id);

-- @(an entry comes back with all that pointed to it, or stays away)
UPDATE b_items x SET reason = k.reason
FROM (SELECT entry_id, min(reason) AS reason FROM b_items
      WHERE reason IS NOT NULL AND entry_id IS NOT NULL GROUP BY 1) k
WHERE x.entry_id = k.entry_id AND x.reason IS NULL;
