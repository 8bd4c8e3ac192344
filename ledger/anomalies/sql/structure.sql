-- Form of the entries.  Each rule answers entry, line (0 for the whole entry), account, third party
-- (when no entry is meant) and amount in cents.

-- @rule unbalanced_entry
SELECT entry_id, 0, '', '', abs(gap) FROM fact WHERE gap <> 0

-- @rule zero_line
SELECT entry_id, line_no, '', '', 0 FROM rare WHERE debit = 0 AND credit = 0

-- @rule date_outside_year
SELECT id, 0, '', '', debit FROM head WHERE date NOT BETWEEN %(start)s AND %(end)s

-- @rule validated_before_date
SELECT id, 0, '', '', debit FROM head WHERE file_validated_on < date

-- @rule validation_order
SELECT id, 0, '', '', debit FROM stepped WHERE file_validated_on < validated_before

-- @rule number_gap
SELECT id, 0, '', '', debit FROM (
    SELECT *, count(*) FILTER (WHERE n > before + 1) OVER () AS gaps, count(*) OVER () AS numbers
    FROM stepped
) s WHERE n > before + 1 AND gaps * 100 <= numbers * %(gap_share)s

-- @rule sale_number_gap
SELECT h.id, 0, '', '', h.debit FROM sale_ref r JOIN head h ON h.id = r.id
WHERE r.n > r.before + 1 AND r.refs >= 10 AND (r.span - r.refs) * 100 <= r.span * %(gap_share)s

-- @rule sale_number_twice
SELECT id, 0, '', '', debit FROM (
    SELECT h.id, h.debit, row_number() OVER (PARTITION BY h.piece_ref COLLATE "C"
                                             ORDER BY h.date, h.id) AS rank
    FROM head h JOIN fact f ON f.entry_id = h.id
    WHERE h.nature = 'sales' AND NOT h.is_opening AND h.piece_ref ~ '[0-9]'
      AND f.k & #customer > 0 AND f.sold > 0
) t WHERE rank > 1

-- @rule purchase_twice
SELECT entry_id, line_no, '', '', credit FROM (
    SELECT l.entry_id, l.line_no, l.credit,
           dense_rank() OVER (PARTITION BY l.third_party_id, lower(h.piece_ref), l.credit
                              ORDER BY h.date, h.id) AS rank,
           count(*) OVER (PARTITION BY l.third_party_id, lower(h.piece_ref), l.credit) AS times
    FROM (
        SELECT *, count(*) OVER (PARTITION BY third_party_id, credit) AS same FROM line
        WHERE k & #purchases > 0 AND k & #supplier > 0 AND k & #third > 0 AND credit > 0
    ) l JOIN head h ON h.id = l.entry_id
    WHERE l.same > 1 AND NOT h.is_opening AND h.piece_ref ~ '[0-9]'
) t WHERE rank > 1 AND times <= %(twice_most)s

-- @rule entry_twice
SELECT entry_id, line_no, '', '', abs(cents) FROM (
    SELECT l.entry_id, l.line_no, l.cents, dense_rank() OVER (
        PARTITION BY l.date, l.account_id, l.cents, l.label, h.piece_ref ORDER BY l.entry_id) AS rank
    FROM (
        SELECT *, count(*) OVER (PARTITION BY date, account_id, cents) AS same FROM line
        WHERE k & #result > 0 AND k & #opening = 0 AND abs(cents) >= %(twice_least)s
    ) l JOIN head h ON h.id = l.entry_id
    WHERE same > 1
) t WHERE rank > 1

-- @rule short_label
SELECT entry_id, line_no, '', '', abs(cents) FROM rare
WHERE length(btrim(label)) < %(label_least)s AND k & #opening = 0

-- @rule third_missing
SELECT l.entry_id, l.line_no, '', '', abs(l.cents) FROM rare l
WHERE l.k & (#supplier | #customer) > 0 AND l.third_party_id IS NULL AND l.k & #opening = 0
  AND EXISTS (SELECT 1 FROM tiers t WHERE t.account = l.account)

-- @rule account_outside_chart
SELECT 0, 0, account, '', abs(cents) FROM bal
WHERE account !~ '^(1[0-8]|2[0-46-9]|3[0-9]|4[0-9]|5[0-489]|6[0-9]|7[0-24-9]|8[0-9])'

-- @rule removed_account
SELECT 0, 0, account, '', abs(cents) FROM bal
WHERE %(start)s::date >= '2025-01-01' AND account ~ '^(79[167]|[67]75|777)' AND moves > 0
