-- The import of a FEC, set-based, from the temporary tables of fec_load.py.
--
-- Ordinals are dense from 1, so an array in their order gives the id of each: looking it up costs a
-- tenth of a hash join's probe.  An entry or lettering that is not written (append.sql) has 0 there.

-- @(planner: room for the rows that the keys' triggers are shown, by the size of the machine)
SELECT set_config('work_mem', greatest(128, least(256, pg_size_bytes(current_setting('shared_buffers')) >> 22))
    || 'MB', true);

-- @journals
INSERT INTO ledger_journal (dossier_id, code, label, nature, created_by_import_id)
SELECT %(dossier)s, code, coalesce(label, code),
    CASE WHEN nature IN ('sales', 'purchases', 'bank', 'opening') THEN nature
         WHEN nature = 'cash' THEN 'bank' ELSE 'misc' END, %(import)s
FROM t_journals ORDER BY journal_no
ON CONFLICT (dossier_id, code) DO NOTHING;

-- @(journal ids)
UPDATE t_journals t SET id = j.id FROM ledger_journal j
WHERE j.dossier_id = %(dossier)s AND j.code = t.code;

-- @accounts
INSERT INTO ledger_account (dossier_id, number, label, created_by_import_id)
SELECT %(dossier)s, number, coalesce(label, number), %(import)s FROM t_accounts ORDER BY account_no
ON CONFLICT (dossier_id, number) DO NOTHING;

-- @(account ids)
UPDATE t_accounts t SET id = a.id FROM ledger_account a
WHERE a.dossier_id = %(dossier)s AND a.number = t.number;

-- @third_parties
INSERT INTO ledger_thirdparty (dossier_id, role, code, label, account_id, kind, is_derived,
    created_by_import_id)
SELECT %(dossier)s, t.role, t.code, coalesce(t.label, t.code), a.id, 'B2B', t.is_derived, %(import)s
FROM t_thirds t LEFT JOIN t_accounts a USING (account_no) ORDER BY third_no
ON CONFLICT (dossier_id, role, code) DO NOTHING;

-- @(third party ids)
UPDATE t_thirds t SET id = p.id FROM ledger_thirdparty p
WHERE p.dossier_id = %(dossier)s AND p.role = t.role AND p.code = t.code;

-- @entries 14
INSERT INTO ledger_entry (id, dossier_id, fiscal_year_id, journal_id, number, date, piece_ref,
    piece_date, label, is_opening, shape, debit, line_count, fec_import_id, first_line,
    file_validated_on)
SELECT e.id, %(dossier)s, %(year)s, j.id, coalesce(e.number, ''), e.date, coalesce(e.piece_ref, ''),
    e.piece_date, coalesce(e.label, ''), e.is_opening, e.shape, e.debit, e.line_count,
    %(import)s, e.first_line, e.validated_on
FROM t_entries e JOIN t_journals j USING (journal_no) WHERE e.id > 0;

-- @letterings 6
INSERT INTO ledger_lettering (id, dossier_id, account_id, third_party_id, code, lettered_on, debit,
    credit, is_balanced, fec_import_id)
SELECT g.id, %(dossier)s, a.id, p.id, g.code, g.lettered_on, g.debit, g.credit, g.is_balanced, %(import)s
FROM t_letterings g JOIN t_accounts a USING (account_no) LEFT JOIN t_thirds p USING (third_no)
WHERE g.id > 0 AND NOT g.is_known;

-- @lines 50
WITH ids AS MATERIALIZED (SELECT
    (SELECT array_agg(id ORDER BY entry_no) FROM t_entries) AS entry,
    (SELECT array_agg(date ORDER BY entry_no) FROM t_entries) AS date,
    (SELECT array_agg(id ORDER BY account_no) FROM t_accounts) AS account,
    (SELECT array_agg(id ORDER BY third_no) FROM t_thirds) AS third,
    (SELECT array_agg(id ORDER BY lettering_no) FROM t_letterings) AS lettering)
INSERT INTO ledger_entryline (dossier_id, entry_id, line_no, account_id, third_party_id, date, label,
    debit, credit, lettering_id, lettering_code, lettered_on, foreign_amount, currency, extra)
SELECT %(dossier)s, (SELECT entry FROM ids)[entry_no], line_no, (SELECT account FROM ids)[account_no],
    (SELECT third FROM ids)[third_no], (SELECT date FROM ids)[entry_no], coalesce(label, ''), debit,
    credit, (SELECT lettering FROM ids)[lettering_no], lettering_code, lettered_on, foreign_amount,
    currency, extra
FROM t_lines WHERE (SELECT entry FROM ids)[entry_no] > 0;

-- @invoices 9
WITH ids AS MATERIALIZED (SELECT
    (SELECT array_agg(id ORDER BY entry_no) FROM t_entries) AS entry,
    (SELECT array_agg(date ORDER BY entry_no) FROM t_entries) AS date,
    (SELECT array_agg(id ORDER BY third_no) FROM t_thirds) AS third)
INSERT INTO ledger_invoice (id, dossier_id, direction, type, number, issue_date, due_date,
    third_party_id, net, vat, gross, currency, foreign_gross, state, booking, source, paid_on,
    is_pre_takeover, entry_id, fec_import_id)
SELECT id, %(dossier)s, direction, type, coalesce(number, ''), issue_date, (due_dates->>0)::date,
    (SELECT third FROM ids)[third_no], net, vat, gross, coalesce(currency, 'EUR'),
    coalesce(foreign_gross, ''), CASE WHEN is_paid THEN 'paid' ELSE 'issued' END, 'booked', 'fec',
    paid_on,
    coalesce(coalesce(issue_date, (SELECT date FROM ids)[entry_no]) < %(takeover)s::date, false),
    (SELECT entry FROM ids)[entry_no], %(import)s
FROM t_invoices WHERE (SELECT entry FROM ids)[entry_no] > 0;

-- @invoice_lines 5
WITH ids AS MATERIALIZED (SELECT array_agg(id ORDER BY entry_no) AS entry FROM t_entries)
INSERT INTO ledger_invoiceline (dossier_id, invoice_id, rank, vat_rate, net, vat)
SELECT %(dossier)s, id, r, vat_lines[r][1] / 100.0, vat_lines[r][2], vat_lines[r][3]
FROM t_invoices, generate_series(1, cardinality(vat_lines) / 3) r
WHERE (SELECT entry FROM ids)[entry_no] > 0;

-- @bank_accounts
INSERT INTO ledger_bankaccount (dossier_id, account_id, name, created_by_import_id)
SELECT %(dossier)s, a.id, coalesce(a.label, a.number), %(import)s
FROM t_accounts a WHERE a.account_no IN (
    SELECT b.account_no FROM t_bank b JOIN t_entries e USING (entry_no) WHERE e.id > 0)
ORDER BY a.account_no
ON CONFLICT (dossier_id, account_id) DO NOTHING;

-- @bank_transactions 4
WITH ids AS MATERIALIZED (SELECT
    (SELECT array_agg(id ORDER BY entry_no) FROM t_entries) AS entry,
    (SELECT array_agg(k.id ORDER BY a.account_no) FROM t_accounts a LEFT JOIN ledger_bankaccount k
        ON k.dossier_id = %(dossier)s AND k.account_id = a.id) AS bank)
INSERT INTO ledger_banktransaction (dossier_id, bank_account_id, date, amount, label, reference,
    booking, is_pre_takeover, entry_id, line_no, fec_import_id)
SELECT %(dossier)s, (SELECT bank FROM ids)[account_no], date, amount, coalesce(label, ''),
    coalesce(ref, ''), 'booked', coalesce(date < %(takeover)s::date, false),
    (SELECT entry FROM ids)[entry_no], line_no, %(import)s
FROM t_bank WHERE (SELECT entry FROM ids)[entry_no] > 0;

-- @(sums) 3
DROP TABLE IF EXISTS t_sums;
CREATE TEMP TABLE t_sums ON COMMIT DROP AS
SELECT l.account_no, l.third_no, e.journal_no, e.month, e.is_opening, sum(l.debit)::bigint AS debit,
    sum(l.credit)::bigint AS credit, count(*) AS n
FROM t_lines l JOIN t_entries e USING (entry_no) WHERE e.id > 0 GROUP BY 1, 2, 3, 4, 5;

-- @(account months)
INSERT INTO ledger_accountmonth AS s (dossier_id, fiscal_year_id, account_id, month, is_opening, debit,
    credit, line_count)
SELECT %(dossier)s, %(year)s, a.id, x.month, x.is_opening, x.debit, x.credit, x.n
FROM (SELECT account_no, month, is_opening, sum(debit) AS debit, sum(credit) AS credit, sum(n) AS n
      FROM t_sums GROUP BY 1, 2, 3) x
JOIN t_accounts a USING (account_no)
ON CONFLICT (dossier_id, fiscal_year_id, account_id, month, is_opening) DO UPDATE
SET debit = s.debit + excluded.debit, credit = s.credit + excluded.credit,
    line_count = s.line_count + excluded.line_count;

-- @(third party months) 2
INSERT INTO ledger_thirdpartymonth AS s (dossier_id, fiscal_year_id, account_id, third_party_id, month,
    is_opening, debit, credit, line_count)
SELECT %(dossier)s, %(year)s, a.id, p.id, x.month, x.is_opening, x.debit, x.credit, x.n
FROM (SELECT account_no, third_no, month, is_opening, sum(debit) AS debit, sum(credit) AS credit,
          sum(n) AS n
      FROM t_sums WHERE third_no IS NOT NULL GROUP BY 1, 2, 3, 4) x
JOIN t_accounts a USING (account_no) JOIN t_thirds p USING (third_no)
ON CONFLICT (dossier_id, fiscal_year_id, third_party_id, account_id, month, is_opening) DO UPDATE
SET debit = s.debit + excluded.debit, credit = s.credit + excluded.credit,
    line_count = s.line_count + excluded.line_count;

-- @(journal months)
INSERT INTO ledger_journalmonth AS s (dossier_id, fiscal_year_id, journal_id, month, is_opening, debit,
    credit, line_count, entry_count)
SELECT %(dossier)s, %(year)s, j.id, x.month, x.is_opening, x.debit, x.credit, x.n, e.n
FROM (SELECT journal_no, month, is_opening, sum(debit) AS debit, sum(credit) AS credit, sum(n) AS n
      FROM t_sums GROUP BY 1, 2, 3) x
JOIN (SELECT journal_no, month, is_opening, count(*) AS n FROM t_entries
      WHERE id > 0 GROUP BY 1, 2, 3) e
    USING (journal_no, month, is_opening)
JOIN t_journals j USING (journal_no)
ON CONFLICT (dossier_id, fiscal_year_id, journal_id, month, is_opening) DO UPDATE
SET debit = s.debit + excluded.debit, credit = s.credit + excluded.credit,
    line_count = s.line_count + excluded.line_count, entry_count = s.entry_count + excluded.entry_count;

-- @(statistics for the readers, when the import counts among what the tables hold: rough ones, for now)
SELECT set_config('default_statistics_target', '30', true);

-- @(rough statistics)
SELECT app_analyze(oid) FROM pg_class
WHERE oid IN ('ledger_entry'::regclass, 'ledger_entryline'::regclass, 'ledger_invoice'::regclass,
              'ledger_lettering'::regclass)
  AND reltuples < 10 * (SELECT count(*) FROM t_entries);
