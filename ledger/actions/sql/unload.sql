-- Taking an import back.  Children go before their parents, whose keys are kept by triggers.

-- @(fresh statistics: the planner takes a table filled since the last vacuum for an empty one)
SELECT app_analyze('ledger_entry'), app_analyze('ledger_entryline'), app_analyze('ledger_invoice'),
    app_analyze('ledger_lettering'), app_analyze('ledger_thirdparty');

-- @(what the import taken back before this one, in the same transaction, left)
DROP TABLE IF EXISTS u_sums, u_entries;

-- @(lines that go)
CREATE TEMP TABLE u_sums ON COMMIT DROP AS
SELECT e.fiscal_year_id, e.journal_id, l.account_id, l.third_party_id,
    date_trunc('month', e.date)::date AS month, e.is_opening, sum(l.debit) AS debit,
    sum(l.credit) AS credit, count(*) AS n
FROM ledger_entry e
JOIN ledger_entryline l ON l.dossier_id = e.dossier_id AND l.entry_id = e.id
WHERE e.dossier_id = %(dossier)s AND e.fec_import_id = %(import)s
GROUP BY 1, 2, 3, 4, 5, 6;

-- @(entries that go)
CREATE TEMP TABLE u_entries ON COMMIT DROP AS
SELECT fiscal_year_id, journal_id, date_trunc('month', date)::date AS month, is_opening, count(*) AS n
FROM ledger_entry WHERE dossier_id = %(dossier)s AND fec_import_id = %(import)s GROUP BY 1, 2, 3, 4;

-- @bank_transactions
DELETE FROM ledger_banktransaction WHERE dossier_id = %(dossier)s AND fec_import_id = %(import)s;

-- @invoice_lines
DELETE FROM ledger_invoiceline l USING ledger_invoice i
WHERE l.dossier_id = %(dossier)s AND i.dossier_id = l.dossier_id AND i.id = l.invoice_id
  AND i.fec_import_id = %(import)s;

-- @invoices
DELETE FROM ledger_invoice WHERE dossier_id = %(dossier)s AND fec_import_id = %(import)s;

-- @lines
DELETE FROM ledger_entryline l USING ledger_entry e
WHERE l.dossier_id = %(dossier)s AND e.dossier_id = l.dossier_id AND e.id = l.entry_id
  AND e.fec_import_id = %(import)s;

-- @letterings
DELETE FROM ledger_lettering WHERE dossier_id = %(dossier)s AND fec_import_id = %(import)s;

-- @entries
DELETE FROM ledger_entry WHERE dossier_id = %(dossier)s AND fec_import_id = %(import)s;

-- @(account months)
UPDATE ledger_accountmonth s SET debit = s.debit - u.debit, credit = s.credit - u.credit,
    line_count = s.line_count - u.n
FROM (SELECT fiscal_year_id, account_id, month, is_opening, sum(debit) AS debit, sum(credit) AS credit,
        sum(n) AS n FROM u_sums GROUP BY 1, 2, 3, 4) u
WHERE s.dossier_id = %(dossier)s AND s.fiscal_year_id = u.fiscal_year_id
  AND s.account_id = u.account_id AND s.month = u.month AND s.is_opening = u.is_opening;

-- @(account months)
DELETE FROM ledger_accountmonth WHERE dossier_id = %(dossier)s AND line_count = 0;

-- @(third party months)
UPDATE ledger_thirdpartymonth s SET debit = s.debit - u.debit, credit = s.credit - u.credit,
    line_count = s.line_count - u.n
FROM (SELECT fiscal_year_id, account_id, third_party_id, month, is_opening, sum(debit) AS debit,
        sum(credit) AS credit, sum(n) AS n FROM u_sums GROUP BY 1, 2, 3, 4, 5) u
WHERE s.dossier_id = %(dossier)s AND s.fiscal_year_id = u.fiscal_year_id
  AND s.account_id = u.account_id AND s.third_party_id = u.third_party_id AND s.month = u.month
  AND s.is_opening = u.is_opening;

-- @(third party months)
DELETE FROM ledger_thirdpartymonth WHERE dossier_id = %(dossier)s AND line_count = 0;

-- @(journal months)
UPDATE ledger_journalmonth s SET debit = s.debit - u.debit, credit = s.credit - u.credit,
    line_count = s.line_count - u.n
FROM (SELECT fiscal_year_id, journal_id, month, is_opening, sum(debit) AS debit, sum(credit) AS credit,
        sum(n) AS n FROM u_sums GROUP BY 1, 2, 3, 4) u
WHERE s.dossier_id = %(dossier)s AND s.fiscal_year_id = u.fiscal_year_id
  AND s.journal_id = u.journal_id AND s.month = u.month AND s.is_opening = u.is_opening;

-- @(journal months)
UPDATE ledger_journalmonth s SET entry_count = s.entry_count - u.n FROM u_entries u
WHERE s.dossier_id = %(dossier)s AND s.fiscal_year_id = u.fiscal_year_id
  AND s.journal_id = u.journal_id AND s.month = u.month AND s.is_opening = u.is_opening;

-- @(journal months)
DELETE FROM ledger_journalmonth WHERE dossier_id = %(dossier)s AND line_count = 0;

-- @bank_accounts
DELETE FROM ledger_bankaccount b WHERE b.dossier_id = %(dossier)s AND b.created_by_import_id = %(import)s
  AND NOT EXISTS (SELECT 1 FROM ledger_banktransaction t
                  WHERE t.dossier_id = b.dossier_id AND t.bank_account_id = b.id);

-- @third_parties
DELETE FROM ledger_thirdparty p WHERE p.dossier_id = %(dossier)s AND p.created_by_import_id = %(import)s
  AND NOT EXISTS (SELECT 1 FROM ledger_entryline l
                  WHERE l.dossier_id = p.dossier_id AND l.third_party_id = p.id)
  AND NOT EXISTS (SELECT 1 FROM ledger_lettering g
                  WHERE g.dossier_id = p.dossier_id AND g.third_party_id = p.id)
  AND NOT EXISTS (SELECT 1 FROM ledger_invoice i
                  WHERE i.dossier_id = p.dossier_id AND i.third_party_id = p.id);

-- @accounts
DELETE FROM ledger_account a WHERE a.dossier_id = %(dossier)s AND a.created_by_import_id = %(import)s
  AND NOT EXISTS (SELECT 1 FROM ledger_entryline l
                  WHERE l.dossier_id = a.dossier_id AND l.account_id = a.id)
  AND NOT EXISTS (SELECT 1 FROM ledger_lettering g
                  WHERE g.dossier_id = a.dossier_id AND g.account_id = a.id)
  AND NOT EXISTS (SELECT 1 FROM ledger_thirdparty p
                  WHERE p.dossier_id = a.dossier_id AND p.account_id = a.id)
  AND NOT EXISTS (SELECT 1 FROM ledger_bankaccount b
                  WHERE b.dossier_id = a.dossier_id AND b.account_id = a.id);

-- @journals
DELETE FROM ledger_journal j WHERE j.dossier_id = %(dossier)s AND j.created_by_import_id = %(import)s
  AND NOT EXISTS (SELECT 1 FROM ledger_entry e
                  WHERE e.dossier_id = j.dossier_id AND e.journal_id = j.id);

-- @years
DELETE FROM ledger_fiscalyear y WHERE y.dossier_id = %(dossier)s AND y.created_by_import_id = %(import)s
  AND NOT EXISTS (SELECT 1 FROM ledger_entry e
                  WHERE e.dossier_id = y.dossier_id AND e.fiscal_year_id = y.id);

-- @(still used)
UPDATE ledger_account SET created_by_import_id = NULL
WHERE dossier_id = %(dossier)s AND created_by_import_id = %(import)s;
-- @(still used)
UPDATE ledger_journal SET created_by_import_id = NULL
WHERE dossier_id = %(dossier)s AND created_by_import_id = %(import)s;
-- @(still used)
UPDATE ledger_thirdparty SET created_by_import_id = NULL
WHERE dossier_id = %(dossier)s AND created_by_import_id = %(import)s;
-- @(still used)
UPDATE ledger_fiscalyear SET created_by_import_id = NULL
WHERE dossier_id = %(dossier)s AND created_by_import_id = %(import)s;
