-- What the rules read of one year.  PostgreSQL leaves out what no rule of the statement names.
WITH acc AS (
    SELECT id, number,
           CASE WHEN number ^@ '4456' THEN #vat_in ELSE 0 END
           | CASE WHEN number ^@ '4457' THEN #vat_out ELSE 0 END
           | CASE WHEN number ~ '^(4452|4455|4458|44563|44564|44567|44568)' THEN #vat_other ELSE 0 END
           | CASE WHEN number ~ '^(60|61|62|2[0-3])' AND number !~ '^60[39]' THEN #bought ELSE 0 END
           | CASE WHEN number ^@ '70' AND number !~ '^709' THEN #sold ELSE 0 END
           | CASE WHEN number ~ '^[67]' THEN #result ELSE 0 END
           | CASE WHEN number ~ '^[236]' THEN #cost ELSE 0 END
           | CASE WHEN number ~ '^(40[89]|486|471|467|481|109)' THEN #waiting ELSE 0 END
           | CASE WHEN number ~ '^(616|63|64|661)' THEN #exempt
                  WHEN number ^@ '6' THEN #taxable ELSE 0 END
           | CASE WHEN number ~ '^2[0-3]' THEN #asset ELSE 0 END
           | CASE WHEN number ~ '^40[14]' THEN #supplier ELSE 0 END
           | CASE WHEN number ^@ '411' THEN #customer ELSE 0 END
           | CASE WHEN number ~ '^(53|511)' THEN #till ELSE 0 END
           | CASE WHEN number ^@ '53' THEN #cash ELSE 0 END
           | CASE WHEN number ~ '^(53|58|10[1458]|455|641|6234|606[348]|615)' THEN #rare ELSE 0 END
           AS k
    FROM ledger_account WHERE dossier_id = %(dossier)s
),
head AS (
    SELECT e.id, e.journal_id, j.nature, e.number, e.date, e.piece_ref, e.piece_date,
           e.is_opening, e.debit, e.file_validated_on,
           coalesce(e.file_validated_on,
                    CASE WHEN e.fec_import_id IS NULL AND %(is_shut)s THEN e.created_at::date END
           ) AS entered_on,
           CASE j.nature WHEN 'purchases' THEN #purchases WHEN 'sales' THEN #sales
                         WHEN 'bank' THEN #bank WHEN 'misc' THEN #misc ELSE 0 END
           | CASE WHEN e.is_opening THEN #opening ELSE 0 END AS k
    FROM ledger_entry e
    JOIN ledger_journal j ON j.dossier_id = e.dossier_id AND j.id = e.journal_id
    WHERE e.dossier_id = %(dossier)s AND e.fiscal_year_id = %(year)s
),
-- `k` says what a line is: its account, its journal, whether it has a third party.
line AS (
    SELECT l.entry_id, l.line_no, l.account_id, l.third_party_id, l.debit, l.credit,
           l.debit - l.credit AS cents, l.lettering_id IS NOT NULL AS is_lettered, l.label, h.date,
           a.k | h.k | CASE WHEN l.third_party_id IS NULL THEN 0 ELSE #third END AS k
    FROM head h
    JOIN ledger_entryline l ON l.dossier_id = %(dossier)s AND l.entry_id = h.id
    JOIN acc a ON a.id = l.account_id
),
-- The few lines that the rules of one line look at.
rare AS (
    SELECT l.*, a.number AS account FROM line l JOIN acc a ON a.id = l.account_id
    WHERE l.k & #rare > 0 OR l.debit = 0 AND l.credit = 0
       OR (octet_length(l.label) < 12 OR l.label ^@ ' ') AND length(btrim(l.label)) < %(label_least)s
       OR l.k & (#supplier | #customer) > 0
          AND (l.third_party_id IS NULL OR NOT l.is_lettered AND l.k & (#bank | #opening) > 0)
       OR l.k & #bank > 0 AND l.k & (#bought | #sold) > 0
),
-- Sums of cents as floats: exact below 2^53, and twice as fast as numerics.
fact AS (
    SELECT entry_id, bit_or(k) AS k, sum(cents::float8)::bigint AS gap,
           coalesce(sum(cents::float8) FILTER (WHERE k & #vat_in > 0), 0)::bigint AS vat_in,
           count(*) FILTER (WHERE k & #vat_in > 0) AS vat_in_lines,
           coalesce(sum(-cents::float8) FILTER (WHERE k & #vat_out > 0), 0)::bigint AS vat_out,
           count(*) FILTER (WHERE k & #vat_out > 0) AS vat_out_lines,
           coalesce(sum(cents::float8) FILTER (WHERE k & #bought > 0), 0)::bigint AS bought,
           count(*) FILTER (WHERE k & #bought > 0) AS bought_lines,
           min(account_id) FILTER (WHERE k & #bought > 0) AS bought_on,
           coalesce(sum(-cents::float8) FILTER (WHERE k & #sold > 0), 0)::bigint AS sold,
           count(*) FILTER (WHERE k & #sold > 0) AS sold_lines,
           min(account_id) FILTER (WHERE k & #sold > 0) AS sold_on,
           coalesce(sum(cents::float8) FILTER (WHERE k & #cost > 0), 0)::bigint AS cost
    FROM line GROUP BY entry_id
),
bal AS (
    SELECT a.number AS account, a.id AS account_id, sum(m.debit - m.credit)::bigint AS cents,
           coalesce(sum(m.debit - m.credit) FILTER (WHERE m.is_opening), 0)::bigint AS opening,
           coalesce(sum(m.debit) FILTER (WHERE NOT m.is_opening), 0)::bigint AS moved_debit,
           coalesce(sum(m.credit) FILTER (WHERE NOT m.is_opening), 0)::bigint AS moved_credit,
           coalesce(sum(m.line_count) FILTER (WHERE NOT m.is_opening), 0) AS moves
    FROM ledger_accountmonth m JOIN acc a ON a.id = m.account_id
    WHERE m.dossier_id = %(dossier)s AND m.fiscal_year_id = %(year)s AND m.line_count > 0
    GROUP BY a.number, a.id
),
tiers AS (
    SELECT a.number AS account, m.third_party_id, t.code,
           sum(m.debit - m.credit)::bigint AS cents,
           coalesce(sum(m.debit - m.credit) FILTER (WHERE m.is_opening), 0)::bigint AS opening,
           coalesce(sum(m.line_count) FILTER (WHERE NOT m.is_opening), 0) AS moves
    FROM ledger_thirdpartymonth m
    JOIN acc a ON a.id = m.account_id
    JOIN ledger_thirdparty t ON t.dossier_id = m.dossier_id AND t.id = m.third_party_id
    WHERE m.dossier_id = %(dossier)s AND m.fiscal_year_id = %(year)s AND m.line_count > 0
    GROUP BY a.number, m.third_party_id, t.code
),
span AS (
    SELECT coalesce(max(date) FILTER (WHERE NOT is_opening), %(start)s::date) AS last FROM head
),
numbered AS (
    SELECT id, journal_id, file_validated_on, is_opening, debit,
           rtrim(number, '0123456789') COLLATE "C" AS prefix,
           right(substr(number, length(rtrim(number, '0123456789')) + 1), 18)::bigint AS n
    FROM head
    WHERE number ~ '[0-9]$' AND NOT number ^@ 'BR-' AND NOT is_opening
),
-- One numbering for all journals, or one a journal: whichever leaves fewer numbers out.
steps AS (
    SELECT sum(missing) FILTER (WHERE journal_id IS NULL) AS whole_missing,
           sum(missing) FILTER (WHERE journal_id IS NOT NULL) AS own_missing,
           min(missing) FILTER (WHERE journal_id IS NULL) < 0 AS is_shared
    FROM (
        SELECT journal_id, prefix, max(n) - min(n) + 1 - count(*) AS missing FROM numbered
        GROUP BY GROUPING SETS ((journal_id, prefix), (prefix))
    ) m
),
stepped AS (
    SELECT id, debit, n, file_validated_on, lag(n) OVER own AS before,
           lag(file_validated_on) OVER own AS validated_before
    FROM (
        SELECT x.*, CASE WHEN NOT is_shared AND whole_missing < own_missing THEN 0
                         ELSE journal_id END AS scope
        FROM numbered x, steps
    ) y
    WINDOW own AS (PARTITION BY scope, prefix ORDER BY n, id)
),
sale_ref AS (
    SELECT prefix, n, min(id) AS id,
           lag(n) OVER (PARTITION BY prefix ORDER BY n) AS before,
           count(*) OVER (PARTITION BY prefix) AS refs,
           max(n) OVER (PARTITION BY prefix) - min(n) OVER (PARTITION BY prefix) + 1 AS span
    FROM (
        SELECT id, rtrim(piece_ref, '0123456789') COLLATE "C" AS prefix,
               right(substr(piece_ref, length(rtrim(piece_ref, '0123456789')) + 1), 18)::bigint AS n
        FROM head WHERE nature = 'sales' AND piece_ref ~ '[0-9]$' AND NOT is_opening
    ) r
    GROUP BY prefix, n
),
closed_day AS (
    SELECT id, debit, nature, is_closed, avg(is_closed::int) OVER (PARTITION BY journal_id) AS share,
           count(*) OVER (PARTITION BY journal_id) AS entries
    FROM (
        SELECT id, debit, nature, journal_id,
               (extract(dow FROM date) = 0 OR date = ANY (%(holidays)s::date[]))
               AND NOT (nature = 'misc' AND (extract(day FROM date) = 1
                                             OR extract(day FROM date + 1) = 1)) AS is_closed
        FROM head WHERE nature IN ('misc', 'sales') AND NOT is_opening
    ) d
),
till_day AS (
    SELECT account_id, date, sum(sum(cents)) OVER (PARTITION BY account_id ORDER BY date) AS held,
           max(entry_id) AS entry_id
    FROM rare WHERE k & #cash > 0
    GROUP BY account_id, date
),
till_below AS (
    SELECT *, lag(held) OVER (PARTITION BY account_id ORDER BY date) AS held_before FROM till_day
),
-- Entries with one base and one VAT line; `rate` is the legal one they bear, in 1/100 per cent.
single AS (
    SELECT entry_id, account_id, base, vat, side,
           CASE WHEN abs(vat * 10000 - base * 2000) <= slack THEN 2000
                ELSE (SELECT r.rate FROM unnest(%(rates)s::int[]) AS r(rate)
                      WHERE abs(vat * 10000 - base * r.rate) <= slack
                      ORDER BY abs(vat * 10000 - base * r.rate) LIMIT 1) END AS rate
    FROM (
        SELECT entry_id, bought_on AS account_id, abs(bought)::bigint AS base,
               abs(vat_in)::bigint AS vat, 'in' AS side,
               greatest(5, abs(bought)::bigint / 2000) * 10000 AS slack
        FROM fact WHERE k & #purchases > 0 AND bought_lines = 1 AND vat_in_lines = 1
          AND k & #vat_other = 0 AND bought * vat_in > 0
        UNION ALL
        SELECT entry_id, sold_on, abs(sold)::bigint, abs(vat_out)::bigint, 'out',
               greatest(5, abs(sold)::bigint / 2000) * 10000
        FROM fact WHERE k & #sales > 0 AND sold_lines = 1 AND vat_out_lines = 1
          AND k & #vat_other = 0 AND sold * vat_out > 0
    ) s
),
rated AS (
    SELECT *, count(*) OVER (PARTITION BY side, account_id) AS entries,
           count(*) OVER (PARTITION BY side, account_id, rate) AS same
    FROM single WHERE rate IS NOT NULL
),
taxed AS (
    SELECT entry_id, account_id, side, amount, has_vat,
           count(*) OVER (PARTITION BY side, account_id) AS entries,
           count(*) FILTER (WHERE has_vat) OVER (PARTITION BY side, account_id) AS with_vat
    FROM (
        SELECT entry_id, bought_on AS account_id, 'in' AS side, abs(bought)::bigint AS amount,
               k & (#vat_in | #vat_other) > 0 AS has_vat
        FROM fact WHERE k & #purchases > 0 AND k & #supplier > 0 AND bought_lines = 1
        UNION ALL
        SELECT entry_id, sold_on, 'out', abs(sold)::bigint, k & (#vat_out | #vat_other) > 0
        FROM fact WHERE k & #sales > 0 AND k & #customer > 0 AND sold_lines = 1
    ) t
),
wage_month AS (
    SELECT m.month FROM ledger_accountmonth m JOIN acc a ON a.id = m.account_id
    WHERE m.dossier_id = %(dossier)s AND m.fiscal_year_id = %(year)s AND NOT m.is_opening
    GROUP BY m.month
    HAVING sum(m.debit) FILTER (WHERE a.number ^@ '641') > 0
       AND coalesce(sum(m.debit) FILTER (WHERE a.number ~ '^64[56]'), 0) = 0
),
carried AS (
    SELECT rtrim(number, '0') AS root, min(number) AS account,
           coalesce(sum(cents) FILTER (WHERE is_now), 0) AS now,
           coalesce(sum(cents) FILTER (WHERE NOT is_now), 0) AS before
    FROM (
        SELECT CASE WHEN a.number ~ '^(12|6|7)' THEN '12' ELSE a.number END AS number,
               m.debit - m.credit AS cents, m.fiscal_year_id = %(year)s AS is_now
        FROM ledger_accountmonth m JOIN acc a ON a.id = m.account_id
        WHERE m.dossier_id = %(dossier)s
          AND (m.fiscal_year_id = %(before)s OR m.fiscal_year_id = %(year)s AND m.is_opening)
          AND a.number ~ '^[1-7]'
    ) c
    WHERE %(before)s::bigint IS NOT NULL AND EXISTS (SELECT 1 FROM head WHERE is_opening)
    GROUP BY rtrim(number, '0')
),
digit AS (
    SELECT d, count(l.first)::float / greatest(sum(count(l.first)) OVER (), 1) AS share,
           sum(count(l.first)) OVER () AS total
    FROM generate_series(1, 9) AS d
    LEFT JOIN (
        SELECT left(abs(cents)::text, 1)::int AS first
        FROM line WHERE k & #result > 0 AND k & #opening = 0 AND abs(cents) >= 100
    ) l ON l.first = d
    GROUP BY d
)
