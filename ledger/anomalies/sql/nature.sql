-- What an entry is about.

-- @rule small_asset
SELECT l.entry_id, l.line_no, '', '', l.debit
FROM line l JOIN acc a ON a.id = l.account_id
WHERE a.number ~ '^(6063|6064|6068|615)' AND l.debit > %(asset_least)s AND NOT l.is_opening
  AND l.nature <> 'misc'

-- @rule cash_over_limit
SELECT l.entry_id, l.line_no, '', '', abs(l.cents)
FROM line l JOIN acc a ON a.id = l.account_id AND a.is_cash
WHERE NOT l.is_opening AND abs(l.cents) > %(cash_most)s AND EXISTS (
    SELECT 1 FROM line o JOIN acc b ON b.id = o.account_id
    WHERE o.entry_id = l.entry_id
      AND CASE WHEN l.cents < 0 THEN o.debit > 0 AND (b.is_supplier OR b.is_cost)
               ELSE o.credit > 0 AND b.is_customer END)

-- @rule charge_through_bank
SELECT l.entry_id, l.line_no, '', '', abs(l.cents)
FROM line l JOIN acc a ON a.id = l.account_id JOIN fact f ON f.entry_id = l.entry_id
WHERE l.nature = 'bank' AND NOT f.has_third AND NOT f.has_till
  AND abs(l.cents) >= %(bank_least)s AND a.number ~ '^(60|61|62|70)' AND a.number !~ '^627'
  AND EXISTS (SELECT 1 FROM head WHERE nature = 'purchases')

-- @rule wages_without_charges
SELECT l.entry_id, l.line_no, '', '', l.debit
FROM line l JOIN acc a ON a.id = l.account_id AND a.number ^@ '641'
WHERE l.debit > 0 AND NOT l.is_opening
  AND date_trunc('month', l.date)::date IN (SELECT month FROM wage_month)

-- @rule capital_moved
SELECT l.entry_id, l.line_no, '', '', abs(l.cents)
FROM line l JOIN acc a ON a.id = l.account_id AND a.number ~ '^10[145]'
WHERE NOT l.is_opening

-- @rule owner_debit
SELECT l.entry_id, l.line_no, '', '', l.debit
FROM line l JOIN acc a ON a.id = l.account_id AND a.number ~ '^(108|455)'
WHERE NOT l.is_opening AND l.debit >= %(owner_least)s

-- @rule mirror_pair
SELECT DISTINCT l.entry_id, l.line_no, '', '', abs(l.cents)
FROM line l JOIN acc a ON a.id = l.account_id AND a.is_result
JOIN line o ON o.account_id = l.account_id AND o.cents = -l.cents AND o.entry_id <> l.entry_id
           AND abs(o.date - l.date) <= %(mirror_days)s
WHERE l.nature = 'misc' AND o.nature = 'misc' AND NOT l.is_opening AND NOT o.is_opening
  AND abs(l.cents) >= %(mirror_least)s

-- @rule round_amount
SELECT l.entry_id, l.line_no, '', '', abs(l.cents)
FROM line l JOIN acc a ON a.id = l.account_id AND a.is_result
WHERE NOT l.is_opening AND abs(l.cents) >= %(round_least)s AND l.cents %% %(round_step)s = 0

-- @rule benford
SELECT 0, 0, '', '', 0 FROM digit
GROUP BY ()
HAVING max(total) >= %(benford_least)s
   AND avg(abs(share - log(10::numeric, (1 + 1.0 / d)::numeric)::float)) * 1000 > %(benford_gap)s
