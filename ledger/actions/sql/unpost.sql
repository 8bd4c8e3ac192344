-- Taking entries made here away with their lines, sums and counters, in one statement; with `keep`
-- the entries stay for other lines (post.sql), and so does what hangs on them.  The caller holds the
-- rows of the years.
-- Counters are those of queries/drift.py, whose CURRENT_YEARS stand here again.

-- @entries
WITH gone AS (
    DELETE FROM ledger_entryline
    WHERE dossier_id = %(dossier)s AND entry_id = ANY (%(entries)s)
    RETURNING entry_id AS entry, account_id AS account, third_party_id AS third, debit, credit
), entry AS (
    SELECT id, fiscal_year_id AS year, journal_id AS journal, is_opening,
        date_trunc('month', date::timestamp)::date AS month
    FROM ledger_entry WHERE dossier_id = %(dossier)s AND id = ANY (%(entries)s)
), no_entry AS (
    DELETE FROM ledger_entry
    WHERE dossier_id = %(dossier)s AND id = ANY (%(entries)s) AND NOT %(keep)s
), no_document AS (
    DELETE FROM ledger_entrydocument
    WHERE dossier_id = %(dossier)s AND entry_id = ANY (%(entries)s) AND NOT %(keep)s
    RETURNING document_id AS id
), free_document AS (
    UPDATE clients_document c SET state = 'to_file' FROM no_document d
    WHERE c.dossier_id = %(dossier)s AND c.id = d.id AND c.state = 'filed' AND NOT EXISTS (
        SELECT 1 FROM ledger_invoice i WHERE i.dossier_id = %(dossier)s AND i.document_id = c.id)
), no_origin AS (
    UPDATE ledger_entryorigin SET entry_id = NULL
    WHERE dossier_id = %(dossier)s AND entry_id = ANY (%(entries)s) AND NOT %(keep)s
), line AS MATERIALIZED (
    SELECT g.*, e.year, e.journal, e.month, e.is_opening FROM gone g JOIN entry e ON e.id = g.entry
), account AS MATERIALIZED (
    SELECT year, account, month, is_opening, sum(debit) AS debit, sum(credit) AS credit,
        count(*) AS n
    FROM line GROUP BY 1, 2, 3, 4
), third AS MATERIALIZED (
    SELECT year, account, third, month, is_opening, sum(debit) AS debit, sum(credit) AS credit,
        count(*) AS n
    FROM line WHERE third IS NOT NULL GROUP BY 1, 2, 3, 4, 5
), journal AS MATERIALIZED (
    SELECT year, journal, month, is_opening, sum(debit) AS debit, sum(credit) AS credit,
        count(*) AS n, count(DISTINCT entry) AS entries
    FROM line GROUP BY 1, 2, 3, 4
), less_account AS (
    UPDATE ledger_accountmonth s SET debit = s.debit - u.debit, credit = s.credit - u.credit,
        line_count = s.line_count - u.n
    FROM account u
    WHERE s.dossier_id = %(dossier)s AND s.fiscal_year_id = u.year AND s.account_id = u.account
      AND s.month = u.month AND s.is_opening = u.is_opening AND s.line_count <> u.n
), no_account AS (
    DELETE FROM ledger_accountmonth s USING account u
    WHERE s.dossier_id = %(dossier)s AND s.fiscal_year_id = u.year AND s.account_id = u.account
      AND s.month = u.month AND s.is_opening = u.is_opening AND s.line_count = u.n
), less_third AS (
    UPDATE ledger_thirdpartymonth s SET debit = s.debit - u.debit, credit = s.credit - u.credit,
        line_count = s.line_count - u.n
    FROM third u
    WHERE s.dossier_id = %(dossier)s AND s.fiscal_year_id = u.year AND s.account_id = u.account
      AND s.third_party_id = u.third AND s.month = u.month AND s.is_opening = u.is_opening
      AND s.line_count <> u.n
), no_third AS (
    DELETE FROM ledger_thirdpartymonth s USING third u
    WHERE s.dossier_id = %(dossier)s AND s.fiscal_year_id = u.year AND s.account_id = u.account
      AND s.third_party_id = u.third AND s.month = u.month AND s.is_opening = u.is_opening
      AND s.line_count = u.n
), less_journal AS (
    UPDATE ledger_journalmonth s SET debit = s.debit - u.debit, credit = s.credit - u.credit,
        line_count = s.line_count - u.n, entry_count = s.entry_count - u.entries
    FROM journal u
    WHERE s.dossier_id = %(dossier)s AND s.fiscal_year_id = u.year AND s.journal_id = u.journal
      AND s.month = u.month AND s.is_opening = u.is_opening AND s.entry_count <> u.entries
), no_journal AS (
    DELETE FROM ledger_journalmonth s USING journal u
    WHERE s.dossier_id = %(dossier)s AND s.fiscal_year_id = u.year AND s.journal_id = u.journal
      AND s.month = u.month AND s.is_opening = u.is_opening AND s.entry_count = u.entries
), current_year AS (
-- @include current_years
), lost AS (
    SELECT count(DISTINCT l.entry) AS entries, count(*) AS lines,
        coalesce(sum(l.debit - l.credit)
            FILTER (WHERE a.number ~ '^5[134]' AND l.year IN (SELECT id FROM current_year)), 0) AS cash,
        coalesce(sum(l.debit - l.credit)
            FILTER (WHERE a.number LIKE '471%%' AND l.year IN (SELECT id FROM current_year)), 0) AS suspense
    FROM line l LEFT JOIN ledger_account a ON a.dossier_id = %(dossier)s AND a.id = l.account
)
UPDATE clients_dossierstats d SET entries = d.entries - lost.entries, lines = d.lines - lost.lines,
    cash = d.cash - lost.cash, suspense = d.suspense - lost.suspense,
    updated_at = now(),
    last_entry_on = (SELECT max(date) FROM ledger_entry
                     WHERE dossier_id = %(dossier)s AND NOT id = ANY (%(entries)s))
FROM lost WHERE d.dossier_id = %(dossier)s;
