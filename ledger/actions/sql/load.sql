-- The import of a FEC, set-based: one statement a table.  `-- @name` names what a statement writes;
-- a name in brackets is not counted.

-- @(year)
INSERT INTO ledger_fiscalyear (dossier_id, start, "end", state, created_by_import_id)
SELECT %(dossier)s, %(start)s, %(end)s, 'open', %(import)s
WHERE NOT EXISTS (SELECT 1 FROM ledger_fiscalyear y WHERE y.dossier_id = %(dossier)s AND y."end" = %(end)s);

-- @(year map)
CREATE TEMP TABLE m_year ON COMMIT DROP AS
SELECT id FROM ledger_fiscalyear WHERE dossier_id = %(dossier)s AND "end" = %(end)s;

-- @journals
INSERT INTO ledger_journal (dossier_id, code, label, nature, created_by_import_id)
SELECT %(dossier)s, code, label,
    CASE WHEN nature IN ('sales', 'purchases', 'bank', 'opening') THEN nature
         WHEN nature = 'cash' THEN 'bank' ELSE 'misc' END, %(import)s
FROM t_journals ORDER BY journal_no
ON CONFLICT (dossier_id, code) DO NOTHING;

-- @(journal map)
CREATE TEMP TABLE m_journal ON COMMIT DROP AS
SELECT t.journal_no, j.id FROM t_journals t
JOIN ledger_journal j ON j.dossier_id = %(dossier)s AND j.code = t.code;

-- @accounts
INSERT INTO ledger_account (dossier_id, number, label, created_by_import_id)
SELECT %(dossier)s, number, label, %(import)s FROM t_accounts ORDER BY account_no
ON CONFLICT (dossier_id, number) DO NOTHING;

-- @(account map)
CREATE TEMP TABLE m_account ON COMMIT DROP AS
SELECT t.account_no, a.id FROM t_accounts t
JOIN ledger_account a ON a.dossier_id = %(dossier)s AND a.number = t.number;

-- @third_parties
INSERT INTO ledger_thirdparty (dossier_id, role, code, label, account_id, kind, is_derived,
    created_by_import_id)
SELECT %(dossier)s, t.role, t.code, coalesce(t.label, t.code), m.id, 'B2B', t.is_derived, %(import)s
FROM t_thirds t LEFT JOIN m_account m USING (account_no) ORDER BY third_no
ON CONFLICT (dossier_id, role, code) DO NOTHING;

-- @(third map)
CREATE TEMP TABLE m_third ON COMMIT DROP AS
SELECT t.third_no, p.id FROM t_thirds t
JOIN ledger_thirdparty p ON p.dossier_id = %(dossier)s AND p.role = t.role AND p.code = t.code;

-- @(entry map)
CREATE TEMP TABLE m_entry ON COMMIT DROP AS
SELECT entry_no, date, is_opening, nextval(pg_get_serial_sequence('ledger_entry', 'id')) AS id
FROM (SELECT entry_no, date, is_opening FROM t_entries ORDER BY entry_no) e;

-- @(lettering map)
CREATE TEMP TABLE m_lettering ON COMMIT DROP AS
SELECT lettering_no, nextval(pg_get_serial_sequence('ledger_lettering', 'id')) AS id FROM t_letterings;

-- @(analyze)
ANALYZE m_account, m_third, m_entry, m_lettering;

-- @entries
INSERT INTO ledger_entry (id, dossier_id, fiscal_year_id, journal_id, number, date, piece_ref,
    piece_date, label, state, is_opening, shape, debit, line_count, fec_import_id, first_line,
    file_validated_on)
SELECT m.id, %(dossier)s, y.id, j.id, e.number, e.date, coalesce(e.piece_ref, ''),
    e.piece_date, coalesce(e.label, ''), 'draft', e.is_opening, e.shape, e.debit, e.line_count,
    %(import)s, e.first_line, e.validated_on
FROM t_entries e JOIN m_entry m USING (entry_no) JOIN m_journal j USING (journal_no), m_year y
ORDER BY e.entry_no;

-- @letterings
INSERT INTO ledger_lettering (id, dossier_id, account_id, third_party_id, code, lettered_on, debit,
    credit, is_balanced, fec_import_id)
SELECT m.id, %(dossier)s, a.id, p.id, l.code, l.lettered_on, l.debit, l.credit,
    l.is_balanced, %(import)s
FROM t_letterings l JOIN m_lettering m USING (lettering_no) JOIN m_account a USING (account_no)
LEFT JOIN m_third p USING (third_no);

-- @lines
INSERT INTO ledger_entryline (dossier_id, entry_id, line_no, account_id, third_party_id, date, label,
    debit, credit, lettering_id, lettering_code, lettered_on, foreign_amount, currency, extra)
SELECT %(dossier)s, e.id, l.line_no, a.id, p.id, e.date, coalesce(l.label, ''),
    l.debit, l.credit, g.id, l.lettering_code, l.lettered_on,
    l.foreign_amount, l.currency, l.extra
FROM t_lines l JOIN m_entry e USING (entry_no) JOIN m_account a USING (account_no)
LEFT JOIN m_third p USING (third_no) LEFT JOIN m_lettering g USING (lettering_no);

-- @invoices
INSERT INTO ledger_invoice (dossier_id, direction, type, number, issue_date, due_date, third_party_id,
    net, vat, gross, currency, foreign_gross, state, booking, source, paid_on, is_pre_takeover,
    entry_id, fec_import_id)
SELECT %(dossier)s, i.direction, i.type, coalesce(i.number, ''), i.issue_date,
    (i.due_dates->>0)::date, p.id, i.net, i.vat, i.gross, coalesce(i.currency, 'EUR'),
    coalesce(i.foreign_gross, ''), CASE WHEN i.is_paid THEN 'paid' ELSE 'issued' END, 'booked', 'fec',
    i.paid_on, coalesce(i.issue_date < %(takeover)s::date, false), e.id, %(import)s
FROM t_invoices i JOIN m_entry e USING (entry_no) LEFT JOIN m_third p USING (third_no);

-- @invoice_lines
INSERT INTO ledger_invoiceline (dossier_id, invoice_id, rank, vat_rate, net, vat)
SELECT i.dossier_id, i.id, v.n, (v.x->>'rate')::numeric, round((v.x->>'net')::numeric * 100)::bigint,
    round((v.x->>'vat')::numeric * 100)::bigint
FROM ledger_invoice i JOIN m_entry e ON e.id = i.entry_id
JOIN t_invoices t ON t.entry_no = e.entry_no AND coalesce(t.number, '') = i.number
    AND t.type = i.type AND t.direction = i.direction AND t.gross = i.gross,
    jsonb_array_elements(t.vat_lines) WITH ORDINALITY v(x, n)
WHERE i.dossier_id = %(dossier)s AND i.fec_import_id = %(import)s
ON CONFLICT (dossier_id, invoice_id, rank) DO NOTHING;

-- @bank_accounts
INSERT INTO ledger_bankaccount (dossier_id, account_id, name, created_by_import_id)
SELECT DISTINCT %(dossier)s, m.id, a.label, %(import)s
FROM t_bank t JOIN m_account m USING (account_no)
JOIN ledger_account a ON a.dossier_id = %(dossier)s AND a.id = m.id
ON CONFLICT (dossier_id, account_id) DO NOTHING;

-- @bank_transactions
INSERT INTO ledger_banktransaction (dossier_id, bank_account_id, date, amount, label, reference,
    booking, source, is_pre_takeover, entry_id, line_no, fec_import_id)
SELECT %(dossier)s, k.id, t.date, t.amount, coalesce(t.label, ''), coalesce(t.ref, ''), 'booked', 'fec',
    coalesce(t.date < %(takeover)s::date, false), e.id, t.line_no, %(import)s
FROM t_bank t JOIN m_entry e USING (entry_no) JOIN m_account m USING (account_no)
JOIN ledger_bankaccount k ON k.dossier_id = %(dossier)s AND k.account_id = m.id;

-- @(account months)
INSERT INTO ledger_accountmonth AS s (dossier_id, fiscal_year_id, account_id, month, is_opening, debit,
    credit, line_count)
SELECT %(dossier)s, y.id, a.id, x.month, x.is_opening, x.debit, x.credit, x.n
FROM (SELECT l.account_no, date_trunc('month', e.date)::date AS month, e.is_opening,
        sum(l.debit) AS debit, sum(l.credit) AS credit, count(*) AS n
      FROM t_lines l JOIN m_entry e USING (entry_no) GROUP BY 1, 2, 3) x
JOIN m_account a USING (account_no), m_year y
ON CONFLICT (dossier_id, fiscal_year_id, account_id, month, is_opening) DO UPDATE
SET debit = s.debit + excluded.debit, credit = s.credit + excluded.credit,
    line_count = s.line_count + excluded.line_count;

-- @(third party months)
INSERT INTO ledger_thirdpartymonth AS s (dossier_id, fiscal_year_id, account_id, third_party_id, month,
    is_opening, debit, credit, line_count)
SELECT %(dossier)s, y.id, a.id, p.id, x.month, x.is_opening, x.debit, x.credit, x.n
FROM (SELECT l.account_no, l.third_no, date_trunc('month', e.date)::date AS month, e.is_opening,
        sum(l.debit) AS debit, sum(l.credit) AS credit, count(*) AS n
      FROM t_lines l JOIN m_entry e USING (entry_no) WHERE l.third_no IS NOT NULL
      GROUP BY 1, 2, 3, 4) x
JOIN m_account a USING (account_no) JOIN m_third p USING (third_no), m_year y
ON CONFLICT (dossier_id, fiscal_year_id, third_party_id, account_id, month, is_opening) DO UPDATE
SET debit = s.debit + excluded.debit, credit = s.credit + excluded.credit,
    line_count = s.line_count + excluded.line_count;

-- @(journal months)
INSERT INTO ledger_journalmonth AS s (dossier_id, fiscal_year_id, journal_id, month, is_opening, debit,
    credit, line_count, entry_count)
SELECT %(dossier)s, y.id, j.id, x.month, x.is_opening, x.debit, x.credit, x.n, x.entries
FROM (SELECT e.journal_no, date_trunc('month', e.date)::date AS month, e.is_opening,
        sum(l.debit) AS debit, sum(l.credit) AS credit, sum(l.n) AS n, count(*) AS entries
      FROM (SELECT entry_no, sum(debit) AS debit, sum(credit) AS credit, count(*) AS n
            FROM t_lines GROUP BY 1) l
      JOIN t_entries e USING (entry_no) GROUP BY 1, 2, 3) x
JOIN m_journal j USING (journal_no), m_year y
ON CONFLICT (dossier_id, fiscal_year_id, journal_id, month, is_opening) DO UPDATE
SET debit = s.debit + excluded.debit, credit = s.credit + excluded.credit,
    line_count = s.line_count + excluded.line_count, entry_count = s.entry_count + excluded.entry_count;

-- @(analyze)
SELECT app_analyze('ledger_entry'), app_analyze('ledger_entryline'), app_analyze('ledger_invoice'),
    app_analyze('ledger_lettering');
