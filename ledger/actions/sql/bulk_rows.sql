-- @(what became of each row; those protected because they came with a file are counted only)
INSERT INTO ledger_jobrow (dossier_id, job_id, what, object_id, entry_id, line_no, booking,
    booking_after, archived_at, archived_by, set_at, was_binned, is_drawn, is_fec, date, amount, reason)
SELECT %(dossier)s, %(job)s, what, id, entry_id, line_no, booking, booking_after, archived_at,
    archived_by, %(set_at)s::timestamptz, was_binned, is_drawn, is_fec, date, amount, reason
FROM b_items WHERE reason IS DISTINCT FROM 'fec';
