-- The sums of `b_sums` and the entries of `b_entries` leave the months of the dossier.

-- @(account months)
UPDATE ledger_accountmonth s SET debit = s.debit - u.debit, credit = s.credit - u.credit,
    line_count = s.line_count - u.n
FROM (SELECT fiscal_year_id, account_id, month, is_opening, sum(debit) AS debit,
        sum(credit) AS credit, sum(n) AS n FROM b_sums GROUP BY 1, 2, 3, 4) u
WHERE s.dossier_id = %(dossier)s AND s.fiscal_year_id = u.fiscal_year_id
  AND s.account_id = u.account_id AND s.month = u.month AND s.is_opening = u.is_opening;

-- @(account months)
DELETE FROM ledger_accountmonth WHERE dossier_id = %(dossier)s AND line_count = 0;

-- @(third party months)
UPDATE ledger_thirdpartymonth s SET debit = s.debit - u.debit, credit = s.credit - u.credit,
    line_count = s.line_count - u.n
FROM (SELECT fiscal_year_id, account_id, third_party_id, month, is_opening, sum(debit) AS debit,
        sum(credit) AS credit, sum(n) AS n FROM b_sums GROUP BY 1, 2, 3, 4, 5) u
WHERE s.dossier_id = %(dossier)s AND s.fiscal_year_id = u.fiscal_year_id
  AND s.account_id = u.account_id AND s.third_party_id = u.third_party_id AND s.month = u.month
  AND s.is_opening = u.is_opening;

-- @(third party months)
DELETE FROM ledger_thirdpartymonth WHERE dossier_id = %(dossier)s AND line_count = 0;

-- @(journal months)
UPDATE ledger_journalmonth s SET debit = s.debit - u.debit, credit = s.credit - u.credit,
    line_count = s.line_count - u.n, entry_count = s.entry_count - e.n
FROM (SELECT fiscal_year_id, journal_id, month, is_opening, sum(debit) AS debit, sum(credit) AS credit,
        sum(n) AS n FROM b_sums GROUP BY 1, 2, 3, 4) u
JOIN (SELECT fiscal_year_id, journal_id, month, is_opening, count(*) AS n
      FROM b_entries GROUP BY 1, 2, 3, 4) e USING (fiscal_year_id, journal_id, month, is_opening)
WHERE s.dossier_id = %(dossier)s AND s.fiscal_year_id = u.fiscal_year_id
  AND s.journal_id = u.journal_id AND s.month = u.month AND s.is_opening = u.is_opening;

-- @(journal months)
DELETE FROM ledger_journalmonth WHERE dossier_id = %(dossier)s AND entry_count = 0;
