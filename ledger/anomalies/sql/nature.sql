-- What an entry is about.

-- @rule small_asset
SELECT entry_id, line_no, '', '', debit FROM rare
WHERE account ~ '^(6063|6064|6068|615)' AND debit > %(asset_least)s AND k & (#opening | #misc) = 0

-- @rule cash_over_limit
SELECT l.entry_id, l.line_no, '', '', abs(l.cents)
FROM rare l JOIN fact f ON f.entry_id = l.entry_id
WHERE l.k & #cash > 0 AND l.k & #opening = 0 AND abs(l.cents) > %(cash_most)s
  AND CASE WHEN l.cents < 0 THEN f.k & (#supplier | #cost) > 0 ELSE f.k & #customer > 0 END

-- @rule charge_through_bank
SELECT l.entry_id, l.line_no, '', '', abs(l.cents)
FROM rare l JOIN fact f ON f.entry_id = l.entry_id
WHERE l.k & #bank > 0 AND l.account ~ '^(60|61|62|70)' AND l.account !~ '^(616|627)'
  AND f.k & (#third | #supplier | #customer | #till) = 0 AND abs(l.cents) >= %(bank_least)s
  AND EXISTS (SELECT 1 FROM head WHERE nature = 'purchases')

-- @rule wages_without_charges
SELECT entry_id, line_no, '', '', debit FROM rare
WHERE account ^@ '641' AND debit > 0 AND k & #opening = 0
  AND date_trunc('month', date)::date IN (SELECT month FROM wage_month)

-- @rule capital_moved
SELECT entry_id, line_no, '', '', abs(cents) FROM rare
WHERE account ~ '^10[145]' AND k & #opening = 0

-- @rule owner_debit
SELECT entry_id, line_no, '', '', debit FROM rare
WHERE account ~ '^(108|455)' AND k & #opening = 0 AND debit >= %(owner_least)s

-- @rule mirror_pair
SELECT DISTINCT l.entry_id, l.line_no, '', '', abs(l.cents)
FROM line l JOIN line o ON o.account_id = l.account_id AND o.cents = -l.cents
    AND o.entry_id <> l.entry_id AND abs(o.date - l.date) <= %(mirror_days)s
WHERE l.k & #misc > 0 AND o.k & #misc > 0 AND l.k & #result > 0 AND o.k & #result > 0
  AND (l.k | o.k) & #opening = 0 AND abs(l.cents) >= %(mirror_least)s
  AND abs(o.cents) >= %(mirror_least)s

-- @rule round_amount
SELECT entry_id, line_no, '', '', abs(cents) FROM line
WHERE k & #result > 0 AND k & #opening = 0 AND abs(cents) >= %(round_least)s
  AND cents %% %(round_step)s = 0

-- @rule benford
SELECT 0, 0, '', '', 0 FROM digit
GROUP BY ()
HAVING max(total) >= %(benford_least)s
   AND avg(abs(share - log(10::numeric, (1 + 1.0 / d)::numeric)::float)) * 1000 > %(benford_gap)s
