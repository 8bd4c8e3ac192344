-- @(the rows themselves, so that nobody writes on them)
SELECT 1 FROM ledger_invoice r JOIN b_items x ON x.id = r.id
WHERE r.dossier_id = %(dossier)s AND x.what IN ('i', 'k') AND x.reason IS NULL
ORDER BY r.id FOR NO KEY UPDATE OF r;

-- @(transactions)
SELECT 1 FROM ledger_banktransaction r JOIN b_items x ON x.id = r.id
WHERE r.dossier_id = %(dossier)s AND x.what = 't' AND x.reason IS NULL
ORDER BY r.id FOR NO KEY UPDATE OF r;
