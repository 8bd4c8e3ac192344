-- What taking a job back is about: the rows that it wrote on, if they are still as it left them.
-- `back` names the operation that is taken back.

-- @(rows)
DROP TABLE IF EXISTS b_items, b_entries;
CREATE TEMP TABLE b_items ON COMMIT DROP AS
SELECT r.what, r.object_id AS id, r.entry_id, coalesce(i.booking, t.booking, r.booking_after)::text AS booking,
    r.line_no, r.date, r.amount,
    coalesce(i.direction || ':' || i.source, 'bank:' || t.bank_account_id, 'journal') AS grp, r.is_fec,
    CASE
        WHEN %(back)s = 'archive' AND r.what <> 'e' AND (coalesce(i.booking, t.booking, '') <> 'archived'
            OR coalesce(i.archived_at, t.archived_at) IS DISTINCT FROM r.set_at) THEN 'changed'
        WHEN %(back)s = 'archive' AND r.entry_id IS NOT NULL AND b.id IS NULL THEN 'changed'
        WHEN %(back)s = 'restore' AND r.what <> 'e'
            AND (coalesce(i.booking, t.booking, '') <> r.booking_after OR coalesce(i.entry_id, t.entry_id)
                IS DISTINCT FROM CASE WHEN r.was_binned THEN r.entry_id END) THEN 'changed'
        WHEN %(back)s = 'restore' AND r.entry_id IS NOT NULL AND r.was_binned AND e.id IS NULL
            THEN 'changed'
        WHEN e.state = 'validated' THEN 'validated'
        WHEN y.state = 'closed' THEN 'closed' WHEN y.state = 'locked' THEN 'year_locked'
        WHEN least(r.date, e.date, b.date) <= %(locked)s::date THEN 'locked' END AS reason,
    r.archived_at, r.archived_by, r.is_drawn,
    CASE WHEN %(back)s = 'restore' THEN false WHEN %(back)s = 'archive' THEN r.entry_id IS NOT NULL
        ELSE r.entry_id IS NOT NULL AND NOT r.was_binned END AS was_binned,
    r.booking AS booking_after, r.was_binned AS was_away
FROM ledger_jobrow r
LEFT JOIN ledger_invoice i ON r.what IN ('i', 'k') AND i.dossier_id = r.dossier_id AND i.id = r.object_id
LEFT JOIN ledger_banktransaction t ON r.what = 't' AND t.dossier_id = r.dossier_id AND t.id = r.object_id
LEFT JOIN ledger_binnedentry b ON b.dossier_id = r.dossier_id AND b.id = r.entry_id
    AND (NOT b.is_deleted OR b.job_id = r.job_id)
LEFT JOIN ledger_entry e ON e.dossier_id = r.dossier_id AND e.id = r.entry_id
LEFT JOIN ledger_fiscalyear y ON y.dossier_id = r.dossier_id
    AND y.id = coalesce(e.fiscal_year_id, b.fiscal_year_id)
WHERE r.dossier_id = %(dossier)s AND r.job_id = %(about)s AND r.reason IS NULL;

-- @(an entry goes with all that points to it, or stays)
UPDATE b_items x SET reason = k.reason
FROM (SELECT entry_id, min(reason) AS reason FROM b_items
      WHERE reason IS NOT NULL AND entry_id IS NOT NULL GROUP BY 1) k
WHERE x.entry_id = k.entry_id AND x.reason IS NULL;
