-- New entries with their lines, their sums and the dossier's counters, in one statement: the values
-- come as arrays, a line names its entry by rank.  An entry that has an id is written in its place,
-- its lines being gone (unpost.sql).  The caller holds the rows of the years, so no two such statements
-- meet on the same sums.
-- Counters are those of queries/drift.py, whose CURRENT_YEARS stand here again.

-- @entries
WITH wanted AS MATERIALIZED (
    SELECT coalesce(w.given, nextval('ledger_entry_id_seq')) AS id, w.*,
        date_trunc('month', w.date::timestamp)::date AS month
    FROM unnest(%(ranks)s::int[], %(years)s::bigint[], %(journals)s::bigint[], %(dates)s::date[],
        %(refs)s::text[], %(piece_dates)s::date[], %(labels)s::text[], %(shapes)s::text[],
        %(openings)s::bool[], %(ids)s::bigint[])
        AS w (rank, year, journal, date, ref, piece_date, label, shape, is_opening, given)
), line AS MATERIALIZED (
    SELECT w.id AS entry, w.year, w.journal, w.date, w.month, w.is_opening, x.*
    FROM unnest(%(of)s::int[], %(line_nos)s::int[], %(accounts)s::bigint[], %(thirds)s::bigint[],
        %(line_labels)s::text[], %(debits)s::bigint[], %(credits)s::bigint[],
        %(foreign)s::text[], %(currencies)s::text[], %(extras)s::text[])
        AS x (rank, line_no, account, third, label, debit, credit, foreign_amount, currency, extra)
    JOIN wanted w ON w.rank = x.rank
), entries AS (
    INSERT INTO ledger_entry (id, dossier_id, fiscal_year_id, journal_id, number, date, piece_ref,
        piece_date, label, shape, is_opening, state, debit, line_count)
    SELECT w.id, %(dossier)s, w.year, w.journal, %(draft)s || w.id, w.date, w.ref, w.piece_date,
        w.label, w.shape, w.is_opening, 'draft', l.debit, l.n
    FROM wanted w
    JOIN (SELECT entry, sum(debit) AS debit, count(*) AS n FROM line GROUP BY 1) l ON l.entry = w.id
    ON CONFLICT (dossier_id, id) DO UPDATE
    SET fiscal_year_id = excluded.fiscal_year_id, journal_id = excluded.journal_id,
        date = excluded.date, piece_ref = excluded.piece_ref, piece_date = excluded.piece_date,
        label = excluded.label, debit = excluded.debit, line_count = excluded.line_count
), lines AS (
    INSERT INTO ledger_entryline (dossier_id, entry_id, line_no, account_id, third_party_id, date,
        label, debit, credit, foreign_amount, currency, extra)
    SELECT %(dossier)s, entry, line_no, account, third, date, label, debit, credit, foreign_amount,
        currency, extra::jsonb
    FROM line
), by_account AS (
    INSERT INTO ledger_accountmonth AS s (dossier_id, fiscal_year_id, account_id, month, is_opening,
        debit, credit, line_count)
    SELECT %(dossier)s, year, account, month, is_opening, sum(debit), sum(credit), count(*)
    FROM line GROUP BY year, account, month, is_opening
    ON CONFLICT (dossier_id, fiscal_year_id, account_id, month, is_opening) DO UPDATE
    SET debit = s.debit + excluded.debit, credit = s.credit + excluded.credit,
        line_count = s.line_count + excluded.line_count
), by_third AS (
    INSERT INTO ledger_thirdpartymonth AS s (dossier_id, fiscal_year_id, account_id, third_party_id,
        month, is_opening, debit, credit, line_count)
    SELECT %(dossier)s, year, account, third, month, is_opening, sum(debit), sum(credit), count(*)
    FROM line WHERE third IS NOT NULL GROUP BY year, account, third, month, is_opening
    ON CONFLICT (dossier_id, fiscal_year_id, third_party_id, account_id, month, is_opening) DO UPDATE
    SET debit = s.debit + excluded.debit, credit = s.credit + excluded.credit,
        line_count = s.line_count + excluded.line_count
), by_journal AS (
    INSERT INTO ledger_journalmonth AS s (dossier_id, fiscal_year_id, journal_id, month, is_opening,
        debit, credit, line_count, entry_count)
    SELECT %(dossier)s, year, journal, month, is_opening, sum(debit), sum(credit), count(*),
        count(DISTINCT entry)
    FROM line GROUP BY year, journal, month, is_opening
    ON CONFLICT (dossier_id, fiscal_year_id, journal_id, month, is_opening) DO UPDATE
    SET debit = s.debit + excluded.debit, credit = s.credit + excluded.credit,
        line_count = s.line_count + excluded.line_count,
        entry_count = s.entry_count + excluded.entry_count
), current_year AS (
-- @include current_years
), counters AS (
    INSERT INTO clients_dossierstats AS d (dossier_id, entries, lines, cash, suspense, last_entry_on,
        updated_at)
    SELECT %(dossier)s, count(DISTINCT l.entry), count(*),
        coalesce(sum(l.debit - l.credit)
            FILTER (WHERE a.number ~ '^5[134]' AND l.year IN (SELECT id FROM current_year)), 0),
        coalesce(sum(l.debit - l.credit)
            FILTER (WHERE a.number LIKE '471%%' AND l.year IN (SELECT id FROM current_year)), 0),
        max(l.date), now()
    FROM line l LEFT JOIN ledger_account a ON a.dossier_id = %(dossier)s AND a.id = l.account
    ON CONFLICT (dossier_id) DO UPDATE SET entries = d.entries + excluded.entries,
        lines = d.lines + excluded.lines, cash = d.cash + excluded.cash,
        suspense = d.suspense + excluded.suspense,
        last_entry_on = greatest(d.last_entry_on, excluded.last_entry_on), updated_at = now()
)
SELECT id FROM wanted ORDER BY rank;
