-- Invoices follow the letterings of their lines: paid when all those of the third party are settled,
-- partially paid before.  Answers what they were.

-- @invoices
WITH made AS MATERIALIZED (
    SELECT g.id, g.is_balanced, g.account_id FROM ledger_lettering g
    JOIN ledger_account a ON a.dossier_id = g.dossier_id AND a.id = g.account_id
    WHERE g.dossier_id = %(dossier)s AND g.id = ANY (%(letterings)s) AND a.number ~ '^4[01]'
), line AS MATERIALIZED (
    SELECT l.entry_id, l.account_id, l.third_party_id, l.lettering_id, l.date, l.debit - l.credit AS cents
    FROM made g
    JOIN ledger_entryline l ON l.dossier_id = %(dossier)s AND l.lettering_id = g.id
), settled AS (
    SELECT lettering_id, max(date) FILTER (WHERE cents > 0) AS by_debit,
        max(date) FILTER (WHERE cents < 0) AS by_credit
    FROM line GROUP BY 1
), due AS MATERIALIZED (
    SELECT i.id, i.state, i.paid_on, i.entry_id, l.account_id, l.third_party_id,
        max(CASE WHEN l.cents > 0 THEN s.by_credit ELSE s.by_debit END) AS settled_on
    FROM line l
    JOIN ledger_invoice i ON i.dossier_id = %(dossier)s AND i.entry_id = l.entry_id
        AND i.state IN ('issued', 'sent', 'partial')
        AND (l.third_party_id IS NULL OR l.third_party_id = i.third_party_id)
    JOIN settled s ON s.lettering_id = l.lettering_id
    GROUP BY 1, 2, 3, 4, 5, 6
), judged AS (
    SELECT d.id, d.state, d.paid_on, d.settled_on, bool_and(coalesce(g.is_balanced, false)) AS whole
    FROM due d
    JOIN ledger_entryline l ON l.dossier_id = %(dossier)s AND l.entry_id = d.entry_id
        AND l.account_id = d.account_id AND l.third_party_id IS NOT DISTINCT FROM d.third_party_id
    LEFT JOIN ledger_lettering g ON g.dossier_id = %(dossier)s AND g.id = l.lettering_id
    GROUP BY 1, 2, 3, 4
)
UPDATE ledger_invoice i SET state = CASE WHEN j.whole THEN 'paid' ELSE 'partial' END,
    paid_on = CASE WHEN j.whole THEN j.settled_on END
FROM judged j WHERE i.dossier_id = %(dossier)s AND i.id = j.id AND (j.whole OR j.settled_on IS NOT NULL)
RETURNING i.id, j.state, j.paid_on, i.state;
