-- Taking an import back.  Children go before their parents, whose keys are kept by triggers.

-- @(planner)
SELECT set_config('work_mem', greatest(128, least(256, pg_size_bytes(current_setting('shared_buffers')) >> 22))
    || 'MB', true);

-- @(statistics: rough ones will do here)
SELECT set_config('default_statistics_target', '30', true);

-- @(fresh statistics: the planner takes a table filled since its last vacuum for an empty one)
SELECT app_analyze('ledger_entry'), app_analyze('ledger_entryline'), app_analyze('ledger_invoice'),
    app_analyze('ledger_lettering'), app_analyze('ledger_thirdparty');

-- @(what bulk jobs took out of it does not come back)
DELETE FROM ledger_binnedentryline l USING ledger_binnedentry e
WHERE l.dossier_id = %(dossier)s AND e.dossier_id = l.dossier_id AND e.id = l.entry_id
  AND e.fec_import_id = %(import)s;

-- @(its entries)
DELETE FROM ledger_binnedentry WHERE dossier_id = %(dossier)s AND fec_import_id = %(import)s;

-- @(its letterings)
DELETE FROM ledger_binnedlettering WHERE dossier_id = %(dossier)s AND fec_import_id = %(import)s;

-- @(entries that go)
DROP TABLE IF EXISTS b_entries, b_sums, b_letterings;
CREATE TEMP TABLE b_entries ON COMMIT DROP AS
SELECT id, fiscal_year_id, journal_id, date_trunc('month', date::timestamp)::date AS month, is_opening
FROM ledger_entry WHERE dossier_id = %(dossier)s AND fec_import_id = %(import)s;

-- @(statistics)
ANALYZE b_entries (id);

-- @(sums that go) 15
CREATE TEMP TABLE b_sums ON COMMIT DROP AS
SELECT e.fiscal_year_id, e.journal_id, l.account_id, l.third_party_id, e.month, e.is_opening,
    sum(l.debit)::bigint AS debit, sum(l.credit)::bigint AS credit, count(*) AS n
FROM b_entries e JOIN ledger_entryline l ON l.dossier_id = %(dossier)s AND l.entry_id = e.id
GROUP BY 1, 2, 3, 4, 5, 6;

-- @(letterings that lose lines) 10
CREATE TEMP TABLE b_letterings ON COMMIT DROP AS
SELECT l.lettering_id AS id, sum(l.debit)::bigint AS debit, sum(l.credit)::bigint AS credit
FROM b_entries e JOIN ledger_entryline l ON l.dossier_id = %(dossier)s AND l.entry_id = e.id
WHERE l.lettering_id IS NOT NULL GROUP BY 1;

-- @(statistics)
ANALYZE b_letterings (id);

-- @(documents put beside its entries are to be filed again)
WITH gone AS (
    DELETE FROM ledger_entrydocument d USING b_entries e
    WHERE d.dossier_id = %(dossier)s AND d.entry_id = e.id RETURNING d.document_id
)
UPDATE clients_document c SET state = 'to_file' FROM gone
WHERE c.dossier_id = %(dossier)s AND c.id = gone.document_id AND c.state = 'filed';

-- @(invoices of another source stay, to be booked again)
UPDATE ledger_invoice i SET entry_id = NULL, booking = 'to_process'
FROM b_entries e WHERE i.dossier_id = %(dossier)s AND i.entry_id = e.id
  AND i.fec_import_id IS DISTINCT FROM %(import)s;

-- @(so do bank transactions)
UPDATE ledger_banktransaction t SET entry_id = NULL, line_no = NULL, booking = 'to_process'
FROM b_entries e WHERE t.dossier_id = %(dossier)s AND t.entry_id = e.id
  AND t.fec_import_id IS DISTINCT FROM %(import)s;

-- @bank_transactions 4
DELETE FROM ledger_banktransaction WHERE dossier_id = %(dossier)s AND fec_import_id = %(import)s;

-- @invoice_lines 5
DELETE FROM ledger_invoiceline l USING ledger_invoice i
WHERE l.dossier_id = %(dossier)s AND i.dossier_id = %(dossier)s AND i.id = l.invoice_id
  AND i.fec_import_id = %(import)s;

-- @invoices 5
DELETE FROM ledger_invoice WHERE dossier_id = %(dossier)s AND fec_import_id = %(import)s;

-- @lines 35
DELETE FROM ledger_entryline l USING b_entries e
WHERE l.dossier_id = %(dossier)s AND l.entry_id = e.id;

-- @letterings 8
DELETE FROM ledger_lettering g
WHERE g.dossier_id = %(dossier)s
  AND (g.fec_import_id = %(import)s OR g.id IN (SELECT id FROM b_letterings))
  AND NOT EXISTS (SELECT 1 FROM ledger_entryline l
                  WHERE l.dossier_id = %(dossier)s AND l.lettering_id = g.id);

-- @(letterings that keep lines)
UPDATE ledger_lettering g SET debit = g.debit - u.debit, credit = g.credit - u.credit,
    is_balanced = g.debit - u.debit = g.credit - u.credit,
    fec_import_id = nullif(g.fec_import_id, %(import)s)
FROM b_letterings u WHERE g.dossier_id = %(dossier)s AND g.id = u.id;

-- @entries 12
DELETE FROM ledger_entry WHERE dossier_id = %(dossier)s AND fec_import_id = %(import)s;

-- @include sums_out

-- What the import brought goes too, unless something else uses it.  Lines are asked for through
-- their sums; the keys' triggers look at the lines themselves.  NOT IN reads each list once, into a
-- hash; an anti-join of tables just emptied, which the planner misjudges, tried every pair of rows.

-- @bank_accounts
DELETE FROM ledger_bankaccount WHERE dossier_id = %(dossier)s AND created_by_import_id = %(import)s
  AND id NOT IN (SELECT bank_account_id FROM ledger_banktransaction WHERE dossier_id = %(dossier)s)
  AND id NOT IN (SELECT bank_account_id FROM ledger_binnedbanktransaction
                 WHERE dossier_id = %(dossier)s)
  AND id NOT IN (SELECT bank_account_id FROM ledger_bankstatement WHERE dossier_id = %(dossier)s)
  AND id NOT IN (SELECT bank_account_id FROM ledger_bankconnection WHERE dossier_id = %(dossier)s)
  AND id NOT IN (SELECT bank_account_id FROM ledger_bankalert WHERE dossier_id = %(dossier)s)
  AND id NOT IN (SELECT bank_account_id FROM ledger_bankrule
                 WHERE dossier_id = %(dossier)s AND bank_account_id IS NOT NULL);

-- @third_parties 3
DELETE FROM ledger_thirdparty WHERE dossier_id = %(dossier)s AND created_by_import_id = %(import)s
  AND id NOT IN (SELECT third_party_id FROM ledger_thirdpartymonth WHERE dossier_id = %(dossier)s)
  AND id NOT IN (SELECT third_party_id FROM ledger_binnedentryline
                 WHERE dossier_id = %(dossier)s AND third_party_id IS NOT NULL)
  AND id NOT IN (SELECT third_party_id FROM ledger_binnedinvoice
                 WHERE dossier_id = %(dossier)s AND third_party_id IS NOT NULL)
  AND id NOT IN (SELECT third_party_id FROM ledger_lettering
                 WHERE dossier_id = %(dossier)s AND third_party_id IS NOT NULL)
  AND id NOT IN (SELECT third_party_id FROM ledger_invoice
                 WHERE dossier_id = %(dossier)s AND third_party_id IS NOT NULL)
  AND id NOT IN (SELECT third_party_id FROM ledger_banktransaction
                 WHERE dossier_id = %(dossier)s AND third_party_id IS NOT NULL)
  AND id NOT IN (SELECT third_party_id FROM ledger_bankrule
                 WHERE dossier_id = %(dossier)s AND third_party_id IS NOT NULL)
  AND id NOT IN (SELECT when_third_party_id FROM ledger_bankrule
                 WHERE dossier_id = %(dossier)s AND when_third_party_id IS NOT NULL)
  AND id NOT IN (SELECT third_party_id FROM ledger_autoinvoicerule WHERE dossier_id = %(dossier)s);

-- @accounts 3
DELETE FROM ledger_account WHERE dossier_id = %(dossier)s AND created_by_import_id = %(import)s
  AND id NOT IN (SELECT account_id FROM ledger_accountmonth WHERE dossier_id = %(dossier)s)
  AND id NOT IN (SELECT account_id FROM ledger_binnedentryline WHERE dossier_id = %(dossier)s)
  AND id NOT IN (SELECT account_id FROM ledger_lettering WHERE dossier_id = %(dossier)s)
  AND id NOT IN (SELECT account_id FROM ledger_thirdparty
                 WHERE dossier_id = %(dossier)s AND account_id IS NOT NULL)
  AND id NOT IN (SELECT account_id FROM ledger_bankaccount WHERE dossier_id = %(dossier)s)
  AND id NOT IN (SELECT account_id FROM ledger_invoiceline
                 WHERE dossier_id = %(dossier)s AND account_id IS NOT NULL)
  AND id NOT IN (SELECT account_id FROM ledger_banktransaction
                 WHERE dossier_id = %(dossier)s AND account_id IS NOT NULL)
  AND id NOT IN (SELECT default_account_id FROM ledger_thirdparty
                 WHERE dossier_id = %(dossier)s AND default_account_id IS NOT NULL)
  AND id NOT IN (SELECT account_id FROM ledger_bankrule
                 WHERE dossier_id = %(dossier)s AND account_id IS NOT NULL)
  AND id NOT IN (SELECT account_id FROM ledger_autoinvoicerule
                 WHERE dossier_id = %(dossier)s AND account_id IS NOT NULL)
  AND id NOT IN (SELECT account_id FROM ledger_reviewsheet WHERE dossier_id = %(dossier)s);

-- @journals
DELETE FROM ledger_journal WHERE dossier_id = %(dossier)s AND created_by_import_id = %(import)s
  AND id NOT IN (SELECT journal_id FROM ledger_journalmonth WHERE dossier_id = %(dossier)s)
  AND id NOT IN (SELECT journal_id FROM ledger_binnedentry WHERE dossier_id = %(dossier)s)
  AND id NOT IN (SELECT journal_id FROM ledger_bankaccount
                 WHERE dossier_id = %(dossier)s AND journal_id IS NOT NULL);

-- @years
DELETE FROM ledger_fiscalyear WHERE dossier_id = %(dossier)s AND created_by_import_id = %(import)s
  AND id NOT IN (SELECT fiscal_year_id FROM ledger_journalmonth WHERE dossier_id = %(dossier)s)
  AND id NOT IN (SELECT fiscal_year_id FROM ledger_binnedentry WHERE dossier_id = %(dossier)s)
  AND id NOT IN (SELECT fiscal_year_id FROM ledger_reviewsheet WHERE dossier_id = %(dossier)s)
  AND id NOT IN (SELECT fiscal_year_id FROM ledger_reviewstep WHERE dossier_id = %(dossier)s)
  AND id NOT IN (SELECT fiscal_year_id FROM ledger_reviewyear WHERE dossier_id = %(dossier)s);

-- @(what stays is the dossier's own from now on)
UPDATE ledger_bankaccount SET created_by_import_id = NULL
WHERE dossier_id = %(dossier)s AND created_by_import_id = %(import)s;
-- @(third parties that stay)
UPDATE ledger_thirdparty SET created_by_import_id = NULL
WHERE dossier_id = %(dossier)s AND created_by_import_id = %(import)s;
-- @(accounts that stay)
UPDATE ledger_account SET created_by_import_id = NULL
WHERE dossier_id = %(dossier)s AND created_by_import_id = %(import)s;
-- @(journals that stay)
UPDATE ledger_journal SET created_by_import_id = NULL
WHERE dossier_id = %(dossier)s AND created_by_import_id = %(import)s;
-- @(years that stay)
UPDATE ledger_fiscalyear SET created_by_import_id = NULL
WHERE dossier_id = %(dossier)s AND created_by_import_id = %(import)s;
