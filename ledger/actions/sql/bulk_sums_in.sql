-- The entries of `b_entries`, back in the books, and their lines, count in the months again.

-- @(sums that come)
DROP TABLE IF EXISTS b_sums;
CREATE TEMP TABLE b_sums ON COMMIT DROP AS
SELECT e.fiscal_year_id, e.journal_id, l.account_id, l.third_party_id, e.month, e.is_opening,
    sum(l.debit)::bigint AS debit, sum(l.credit)::bigint AS credit, count(*) AS n
FROM b_entries e JOIN ledger_entryline l ON l.dossier_id = %(dossier)s AND l.entry_id = e.id
GROUP BY 1, 2, 3, 4, 5, 6;

-- @(account months)
INSERT INTO ledger_accountmonth AS s (dossier_id, fiscal_year_id, account_id, month, is_opening, debit,
    credit, line_count)
SELECT %(dossier)s, fiscal_year_id, account_id, month, is_opening, sum(debit), sum(credit), sum(n)
FROM b_sums GROUP BY 2, 3, 4, 5
ON CONFLICT (dossier_id, fiscal_year_id, account_id, month, is_opening) DO UPDATE
SET debit = s.debit + excluded.debit, credit = s.credit + excluded.credit,
    line_count = s.line_count + excluded.line_count;

-- @(third party months)
INSERT INTO ledger_thirdpartymonth AS s (dossier_id, fiscal_year_id, account_id, third_party_id, month,
    is_opening, debit, credit, line_count)
SELECT %(dossier)s, fiscal_year_id, account_id, third_party_id, month, is_opening, sum(debit),
    sum(credit), sum(n)
FROM b_sums WHERE third_party_id IS NOT NULL GROUP BY 2, 3, 4, 5, 6
ON CONFLICT (dossier_id, fiscal_year_id, third_party_id, account_id, month, is_opening) DO UPDATE
SET debit = s.debit + excluded.debit, credit = s.credit + excluded.credit,
    line_count = s.line_count + excluded.line_count;

-- @(journal months)
INSERT INTO ledger_journalmonth AS s (dossier_id, fiscal_year_id, journal_id, month, is_opening, debit,
    credit, line_count, entry_count)
SELECT %(dossier)s, x.fiscal_year_id, x.journal_id, x.month, x.is_opening, x.debit, x.credit, x.n, e.n
FROM (SELECT fiscal_year_id, journal_id, month, is_opening, sum(debit) AS debit, sum(credit) AS credit,
          sum(n) AS n FROM b_sums GROUP BY 1, 2, 3, 4) x
JOIN (SELECT fiscal_year_id, journal_id, month, is_opening, count(*) AS n
      FROM b_entries GROUP BY 1, 2, 3, 4) e USING (fiscal_year_id, journal_id, month, is_opening)
ON CONFLICT (dossier_id, fiscal_year_id, journal_id, month, is_opening) DO UPDATE
SET debit = s.debit + excluded.debit, credit = s.credit + excluded.credit,
    line_count = s.line_count + excluded.line_count, entry_count = s.entry_count + excluded.entry_count;
