-- What the rules read of one year.  PostgreSQL leaves out what no rule of the statement names.
WITH acc AS (
    SELECT id, number,
           number ~ '^4456' AS is_vat_in, number ^@ '4457' AS is_vat_out,
           number ~ '^4452|^4455|^4458|^44563|^44564|^44567|^44568' AS is_vat_other,
           number ~ '^(60|61|62|2[0-3])' AND number !~ '^60[39]' AS is_bought,
           number ^@ '70' AND number !~ '^709' AS is_sold,
           number ~ '^[67]' AS is_result, number ~ '^[236]' AS is_cost,
           number ~ '^(40[89]|486|471|467|481|109)' AS is_waiting,
           number ~ '^(616|63|64|661)' AS is_exempt, number ^@ '6' AS is_charge,
           number ~ '^40[14]' AS is_supplier, number ~ '^411' AS is_customer,
           number ~ '^(53|511)' AS is_till, number ^@ '53' AS is_cash
    FROM ledger_account WHERE dossier_id = %(dossier)s
),
head AS (
    SELECT e.id, e.journal_id, j.nature, e.number, e.date, e.piece_ref, e.piece_date,
           e.is_opening, e.debit, e.file_validated_on,
           coalesce(e.file_validated_on,
                    CASE WHEN e.fec_import_id IS NULL THEN e.created_at::date END) AS entered_on
    FROM ledger_entry e
    JOIN ledger_journal j ON j.dossier_id = e.dossier_id AND j.id = e.journal_id
    WHERE e.dossier_id = %(dossier)s AND e.fiscal_year_id = %(year)s
),
line AS (
    SELECT l.entry_id, l.line_no, l.account_id, l.third_party_id, l.debit, l.credit,
           l.debit - l.credit AS cents, l.lettering_id IS NOT NULL AS is_lettered, l.label,
           h.date, h.nature, h.is_opening
    FROM head h
    JOIN ledger_entryline l ON l.dossier_id = %(dossier)s AND l.entry_id = h.id
),
fact AS (
    SELECT l.entry_id, min(l.nature) AS nature, bool_or(l.is_opening) AS is_opening,
           sum(l.cents) AS gap,
           coalesce(sum(l.cents) FILTER (WHERE a.is_vat_in), 0) AS vat_in,
           count(*) FILTER (WHERE a.is_vat_in) AS vat_in_lines,
           coalesce(sum(-l.cents) FILTER (WHERE a.is_vat_out), 0) AS vat_out,
           count(*) FILTER (WHERE a.is_vat_out) AS vat_out_lines,
           bool_or(a.is_vat_other) AS has_other_vat,
           coalesce(sum(l.cents) FILTER (WHERE a.is_bought), 0) AS bought,
           count(*) FILTER (WHERE a.is_bought) AS bought_lines,
           min(l.account_id) FILTER (WHERE a.is_bought) AS bought_on,
           coalesce(sum(-l.cents) FILTER (WHERE a.is_sold), 0) AS sold,
           count(*) FILTER (WHERE a.is_sold) AS sold_lines,
           min(l.account_id) FILTER (WHERE a.is_sold) AS sold_on,
           coalesce(sum(l.cents) FILTER (WHERE a.is_cost), 0) AS cost,
           bool_or(a.is_cost OR a.is_waiting) AS has_base,
           bool_and(a.is_exempt) FILTER (WHERE a.is_charge) AS is_exempt_only,
           bool_or(a.is_bought AND a.number ^@ '2') AS has_asset,
           bool_or(l.third_party_id IS NOT NULL OR a.is_supplier OR a.is_customer) AS has_third,
           bool_or(a.is_supplier) AS has_supplier, bool_or(a.is_customer) AS has_customer,
           bool_or(a.is_till) AS has_till
    FROM line l JOIN acc a ON a.id = l.account_id
    GROUP BY l.entry_id
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
           rtrim(number, '0123456789') AS prefix,
           right(substr(number, length(rtrim(number, '0123456789')) + 1), 18)::bigint AS n
    FROM head
    WHERE number ~ '[0-9]$' AND NOT number ^@ 'BR-' AND NOT is_opening
),
stepped AS (
    SELECT id, debit, n, file_validated_on,
           lag(n) OVER own AS own_before, lag(n) OVER whole AS whole_before,
           lag(file_validated_on) OVER own AS validated_before
    FROM numbered
    WINDOW own AS (PARTITION BY journal_id, prefix ORDER BY n, id),
           whole AS (PARTITION BY prefix ORDER BY n, id)
),
steps AS (
    SELECT count(*) FILTER (WHERE n > own_before + 1) AS own_gaps,
           count(*) FILTER (WHERE n > whole_before + 1) AS whole_gaps, count(*) AS numbers
    FROM stepped
),
sale_ref AS (
    SELECT prefix, n, min(id) AS id,
           lag(n) OVER (PARTITION BY prefix ORDER BY n) AS before,
           count(*) OVER (PARTITION BY prefix) AS refs,
           max(n) OVER (PARTITION BY prefix) - min(n) OVER (PARTITION BY prefix) + 1 AS span
    FROM (
        SELECT id, rtrim(piece_ref, '0123456789') AS prefix,
               right(substr(piece_ref, length(rtrim(piece_ref, '0123456789')) + 1), 18)::bigint AS n
        FROM head WHERE nature = 'sales' AND piece_ref ~ '[0-9]$' AND NOT is_opening
    ) r
    GROUP BY prefix, n
),
closed_day AS (
    SELECT id, debit, nature, is_closed, avg(is_closed::int) OVER (PARTITION BY journal_id) AS share
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
    FROM line JOIN acc a ON a.id = account_id AND a.is_cash
    GROUP BY account_id, date
),
till_below AS (
    SELECT *, lag(held) OVER (PARTITION BY account_id ORDER BY date) AS held_before FROM till_day
),
-- Entries with one base and one VAT line; `rate` is the legal one they bear, in 1/100 per cent.
single AS (
    SELECT entry_id, account_id, base, vat, side,
           (SELECT r.rate FROM unnest(%(rates)s::int[]) AS r(rate)
            WHERE abs(vat * 10000 - base * r.rate) <= greatest(5, base / 2000) * 10000
            ORDER BY abs(vat * 10000 - base * r.rate) LIMIT 1) AS rate
    FROM (
        SELECT entry_id, bought_on AS account_id, abs(bought)::bigint AS base,
               abs(vat_in)::bigint AS vat, 'in' AS side
        FROM fact WHERE nature = 'purchases' AND bought_lines = 1 AND vat_in_lines = 1
          AND NOT has_other_vat AND bought * vat_in > 0
        UNION ALL
        SELECT entry_id, sold_on, abs(sold)::bigint, abs(vat_out)::bigint, 'out'
        FROM fact WHERE nature = 'sales' AND sold_lines = 1 AND vat_out_lines = 1
          AND NOT has_other_vat AND sold * vat_out > 0
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
               vat_in_lines > 0 OR has_other_vat AS has_vat
        FROM fact WHERE nature = 'purchases' AND has_supplier AND bought_lines = 1
        UNION ALL
        SELECT entry_id, sold_on, 'out', abs(sold)::bigint, vat_out_lines > 0 OR has_other_vat
        FROM fact WHERE nature = 'sales' AND has_customer AND sold_lines = 1
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
        FROM line JOIN acc a ON a.id = account_id AND a.is_result
        WHERE NOT is_opening AND abs(cents) >= 100
    ) l ON l.first = d
    GROUP BY d
)
