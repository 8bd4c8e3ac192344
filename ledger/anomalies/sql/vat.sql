-- VAT beside what it is reckoned on.

-- @rule vat_without_base
SELECT f.entry_id, l.line_no, '', '', l.debit
FROM fact f JOIN line l ON l.entry_id = f.entry_id AND l.k & #vat_in > 0 AND l.debit > 0
WHERE f.k & (#opening | #cost | #waiting | #vat_other | #vat_out) = 0 AND f.vat_in > 0

-- @rule vat_above_standard
SELECT entry_id, 0, '', '', (vat_in - cost * %(standard_rate)s / 10000)::bigint FROM fact
WHERE k & #purchases > 0 AND cost > 0 AND k & #vat_other = 0
  AND vat_in - greatest(5, cost / 2000) > cost * %(standard_rate)s / 10000

-- @rule vat_off_rate
SELECT entry_id, 0, '', '', vat FROM single
WHERE rate IS NULL AND vat * 10000 <= base * %(standard_rate)s + greatest(5, base / 2000) * 10000

-- @rule vat_rate_mix
SELECT entry_id, 0, '', '', base FROM rated
WHERE entries >= %(mix_least)s AND same * 100 <= entries * (100 - %(mix_share)s)

-- @rule purchase_without_vat
SELECT entry_id, 0, '', '', amount FROM taxed
WHERE side = 'in' AND NOT has_vat AND entries >= %(mix_least)s
  AND with_vat * 100 >= entries * %(mix_share)s

-- @rule sale_without_vat
SELECT entry_id, 0, '', '', amount FROM taxed
WHERE side = 'out' AND NOT has_vat AND entries >= %(mix_least)s
  AND with_vat * 100 >= entries * %(mix_share)s

-- @rule vat_on_exempt
SELECT entry_id, 0, '', '', vat_in FROM fact
WHERE k & #exempt > 0 AND k & (#taxable | #asset | #vat_other) = 0 AND vat_in > 0

-- @rule gift_vat
SELECT l.entry_id, l.line_no, '', '', l.debit
FROM rare l JOIN fact f ON f.entry_id = l.entry_id
WHERE l.account ^@ '6234' AND f.vat_in > 0 AND l.debit + f.vat_in > %(gift_most)s