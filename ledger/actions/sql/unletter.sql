-- Undoing letterings whole: what they had paid is open again, their lines and counters follow.

-- @(invoices that are open again)
UPDATE ledger_invoice SET state = 'issued', paid_on = NULL
WHERE dossier_id = %(dossier)s AND state IN ('paid', 'partial') AND entry_id IN (
    SELECT entry_id FROM ledger_entryline
    WHERE dossier_id = %(dossier)s AND lettering_id = ANY (%(letterings)s));

-- @(lines)
UPDATE ledger_entryline SET lettering_id = NULL, lettering_code = NULL, lettered_on = NULL
WHERE dossier_id = %(dossier)s AND lettering_id = ANY (%(letterings)s);

-- @letterings
WITH gone AS (
    DELETE FROM ledger_lettering WHERE dossier_id = %(dossier)s AND id = ANY (%(letterings)s)
    RETURNING is_balanced
)
UPDATE clients_dossierstats SET updated_at = now(),
    unlettered = unlettered - (SELECT count(*) FROM gone WHERE NOT is_balanced)
WHERE dossier_id = %(dossier)s;
