"""One statement: where in the FEC each item that the takeover holds back most likely is."""

from __future__ import annotations

# An invoice is looked for among the FEC's lines of its third party (other names of it included), by
# amount or number, then among the FEC's invoices of whoever; a transaction on its account.
# An entry serves the item that fits it best.
CLASSIFIED = """
WITH held AS MATERIALIZED (
    SELECT i.id, i.issue_date AS day, i.direction, i.type, i.gross, i.third_party_id AS third,
        duplicate_number(i.number) AS key, i.is_kept, i.gross
            * CASE i.direction WHEN 'purchase' THEN 1 ELSE -1 END
            * CASE i.type WHEN 'credit_note' THEN -1 ELSE 1 END AS signed
    FROM ledger_invoice i
    WHERE i.dossier_id = %(dossier)s AND i.is_pre_takeover AND i.source <> 'fec'
      AND i.booking = 'to_process' AND i.state <> 'cancelled'
      AND i.type IN ('invoice', 'credit_note')),
moved AS MATERIALIZED (
    SELECT t.id, t.date AS day, t.amount, t.bank_account_id AS account, t.label, t.is_kept
    FROM ledger_banktransaction t
    WHERE t.dossier_id = %(dossier)s AND t.is_pre_takeover AND t.source <> 'fec'
      AND t.booking IN ('to_process', 'pending_client', 'justified')),
covered AS MATERIALIZED (
    SELECT year_start, year_end FROM ledger_fecimport
    WHERE dossier_id = %(dossier)s AND state = 'imported'),
mine AS MATERIALIZED (SELECT DISTINCT third AS id FROM held WHERE third IS NOT NULL),
named AS MATERIALIZED (
    SELECT id, role, siren, duplicate_name(label) AS name FROM ledger_thirdparty
    WHERE dossier_id = %(dossier)s AND EXISTS (SELECT 1 FROM mine)),
words AS MATERIALIZED (
    SELECT DISTINCT id, role, left(word, 4) AS stem FROM named, string_to_table(name, ' ') AS word
    WHERE length(word) >= 3),
rare AS MATERIALIZED (SELECT role, stem FROM words GROUP BY 1, 2 HAVING count(*) BETWEEN 2 AND 40),
near AS MATERIALIZED (
    SELECT DISTINCT w.id AS a, o.id AS b
    FROM mine JOIN words w ON w.id = mine.id JOIN rare r ON r.role = w.role AND r.stem = w.stem
    JOIN words o ON o.role = r.role AND o.stem = r.stem AND o.id <> w.id),
party AS MATERIALIZED (
    SELECT id AS a, id AS b FROM mine
    UNION SELECT n.a, n.b FROM near n JOIN named p ON p.id = n.a JOIN named q ON q.id = n.b
        WHERE duplicate_alias(p.name, q.name)
    UNION SELECT p.id, q.id FROM mine JOIN named p ON p.id = mine.id
        JOIN named q ON q.role = p.role AND q.siren = p.siren AND q.id <> p.id WHERE p.siren <> ''),
posted AS MATERIALIZED (
    SELECT l.entry_id, l.third_party_id AS third, min(coalesce(e.piece_date, e.date)) AS day,
        duplicate_number(min(e.piece_ref)) AS key, sum(l.credit - l.debit)::bigint AS net
    FROM ledger_entryline l JOIN ledger_entry e ON e.dossier_id = l.dossier_id AND e.id = l.entry_id
    WHERE l.dossier_id = %(dossier)s AND e.fec_import_id IS NOT NULL
      AND l.third_party_id IN (SELECT b FROM party)
    GROUP BY 1, 2),
met AS (
    SELECT h.id, h.day, p.entry_id, p.third, h.third AS wanted, p.day AS posted_on,
        p.net = h.signed AS is_amount, coalesce(p.key = h.key, false) AS is_number, p.net AS found
    FROM held h JOIN party y ON y.a = h.third JOIN posted p ON p.third = y.b AND p.net = h.signed
    UNION
    SELECT h.id, h.day, p.entry_id, p.third, h.third, p.day, p.net = h.signed, true, p.net
    FROM held h JOIN party y ON y.a = h.third JOIN posted p ON p.third = y.b AND p.key = h.key
    WHERE length(h.key) >= 3
    UNION
    SELECT h.id, h.day, i.entry_id, i.third_party_id, h.third, i.issue_date, true,
        coalesce(duplicate_number(i.number) = h.key, false), h.signed
    FROM held h JOIN ledger_invoice i ON i.dossier_id = %(dossier)s AND i.source = 'fec'
        AND i.gross = h.gross AND i.direction = h.direction AND i.type = h.type
    WHERE h.third IS DISTINCT FROM i.third_party_id
      AND (h.third IS NULL OR duplicate_number(i.number) = h.key)),
scored AS (
    SELECT m.*, coalesce(abs(m.posted_on - m.day), 999) AS apart,
        m.wanted IS NULL AS is_nameless,
        m.wanted IS NOT NULL AND EXISTS (
            SELECT 1 FROM party y WHERE y.a = m.wanted AND y.b = m.third) AS is_party FROM met m),
judged AS (
    SELECT *, CASE
        WHEN is_amount AND is_number AND (is_party OR is_nameless) AND apart <= 366 THEN 100
        WHEN is_amount AND is_party AND apart <= 5 THEN 90
        WHEN is_amount AND is_number THEN 60
        WHEN is_number AND is_party AND apart <= 366 THEN 50
        WHEN is_amount AND is_party AND apart <= 45 THEN 40
        WHEN is_amount AND is_nameless AND apart <= 5 THEN 30
        ELSE 0 END AS score FROM scored),
best AS (
    SELECT DISTINCT ON (id) * FROM judged WHERE score > 0
    ORDER BY id, score DESC, apart, entry_id),
claimed AS (
    SELECT *, row_number() OVER (
        PARTITION BY entry_id, third ORDER BY score DESC, apart, id) AS claim FROM best),
bank_met AS (
    SELECT DISTINCT ON (m.id) m.id, t.id AS other, t.entry_id, abs(t.date - m.day) AS apart,
        t.date AS posted_on, duplicate_words(m.label) && duplicate_words(t.label) AS is_label,
        count(*) OVER (PARTITION BY m.id) AS n
    FROM moved m JOIN ledger_banktransaction t ON t.dossier_id = %(dossier)s AND t.source = 'fec'
        AND t.bank_account_id = m.account AND t.amount = m.amount
        AND t.date BETWEEN m.day - 45 AND m.day + 45
    ORDER BY m.id, abs(t.date - m.day) > 5,
        duplicate_words(m.label) && duplicate_words(t.label) DESC, abs(t.date - m.day), t.id),
bank_claimed AS (
    SELECT *, row_number() OVER (PARTITION BY other ORDER BY is_label DESC, apart, id) AS claim
    FROM bank_met)
SELECT 'invoice' AS kind, h.id, h.day, h.is_kept, c.entry_id, c.posted_on, c.found,
    coalesce(c.is_amount, false) AS is_amount, coalesce(c.is_number, false) AS is_number,
    coalesce(c.is_party, false) AS is_party, c.apart, c.claim, coalesce(c.score, 0) AS score,
    EXISTS (SELECT 1 FROM covered v WHERE h.day BETWEEN v.year_start AND v.year_end) AS is_covered,
    c.third
FROM held h LEFT JOIN claimed c ON c.id = h.id
UNION ALL
SELECT 'transaction', m.id, m.day, m.is_kept, c.entry_id, c.posted_on, m.amount,
    c.id IS NOT NULL, false, coalesce(c.is_label, false), c.apart, c.claim,
    CASE WHEN c.id IS NULL THEN 0
         WHEN c.apart <= 5 AND (c.is_label OR c.n = 1) THEN 100 ELSE 40 END,
    EXISTS (SELECT 1 FROM covered v WHERE m.day BETWEEN v.year_start AND v.year_end), NULL
FROM moved m LEFT JOIN bank_claimed c ON c.id = m.id
"""
