-- Balances that stand on the wrong side, or that should be nil.

-- @rule cash_credit
SELECT entry_id, 0, '', '', -held FROM till_below
WHERE held < 0 AND coalesce(held_before, 0) >= 0

-- @rule bank_credit
SELECT 0, 0, account, '', -cents FROM bal WHERE account ^@ '512' AND cents < 0

-- @rule supplier_debit
SELECT 0, 0, account, code, cents FROM tiers WHERE account ~ '^40[14]' AND cents > 0

-- @rule customer_credit
SELECT 0, 0, account, code, -cents FROM tiers WHERE account ^@ '411' AND cents < 0

-- @rule payment_without_invoice
SELECT l.entry_id, l.line_no, '', '', l.debit
FROM rare l JOIN tiers t ON t.third_party_id = l.third_party_id AND t.account = l.account
    AND t.cents > 0
WHERE l.k & #supplier > 0 AND l.k & #bank > 0 AND l.debit > 0 AND NOT l.is_lettered
  AND l.k & #opening = 0 AND l.date <= (SELECT last FROM span) - %(wait_days)s

-- @rule receipt_without_invoice
SELECT l.entry_id, l.line_no, '', '', l.credit
FROM rare l JOIN tiers t ON t.third_party_id = l.third_party_id AND t.account = l.account
    AND t.cents < 0
WHERE l.k & #customer > 0 AND l.k & #bank > 0 AND l.credit > 0 AND NOT l.is_lettered
  AND l.k & #opening = 0 AND l.date <= (SELECT last FROM span) - %(wait_days)s

-- @rule staff_debit
SELECT 0, 0, account, '', cents FROM bal WHERE account ^@ '421' AND cents > 0

-- @rule social_debit
SELECT 0, 0, account, '', cents FROM bal WHERE account ~ '^43[17]' AND cents > 0

-- @rule vat_payable_debit
SELECT 0, 0, account, '', cents FROM bal WHERE account ~ '^445[57]' AND cents > 0

-- @rule vat_deductible_credit
SELECT 0, 0, account, '', -cents FROM bal WHERE account ^@ '4456' AND cents < 0

-- @rule partner_debit
SELECT 0, 0, account, '', cents FROM bal WHERE account ^@ '455' AND cents > 0

-- @rule equity_debit
SELECT 0, 0, account, '', cents FROM bal WHERE account ~ '^(101|104|105|106)' AND cents > 0

-- @rule loan_debit
SELECT 0, 0, account, '', cents FROM bal WHERE account ~ '^16[1-57]' AND cents > 0

-- @rule fixed_asset_credit
SELECT 0, 0, account, '', -cents FROM bal WHERE account ~ '^2[0-7]' AND account !~ '^2[67]9'
  AND cents < 0

-- @rule depreciation_debit
SELECT 0, 0, account, '', cents FROM bal WHERE account ~ '^(2[89]|39|49|59)' AND cents > 0

-- @rule stock_credit
SELECT 0, 0, account, '', -cents FROM bal WHERE account ~ '^3[1-8]' AND cents < 0

-- @rule charge_credit
SELECT 0, 0, account, '', -cents FROM bal b
WHERE account ^@ '6' AND account !~ '^(6[0-9]9|603|60[0-9]9)' AND -cents >= %(side_least)s
  AND cents < coalesce((
      SELECT sum(l.cents) FROM line l JOIN fact f ON f.entry_id = l.entry_id
      WHERE l.account_id = b.account_id AND l.cents < 0 AND f.k & #purchases > 0
        AND f.k & #supplier > 0), 0)

-- @rule income_debit
SELECT 0, 0, account, '', cents FROM bal
WHERE account ^@ '7' AND account !~ '^(7[0-9]9|713)' AND cents >= %(side_least)s

-- @rule suspense_open
SELECT 0, 0, account, '', abs(cents) FROM bal WHERE account ~ '^47[1-5]' AND cents <> 0

-- @rule transfer_open
SELECT 0, 0, account, '', abs(cents) FROM bal WHERE account ^@ '58' AND cents <> 0

-- @rule transfer_alone
SELECT l.entry_id, l.line_no, '', '', abs(l.cents) FROM rare l
WHERE l.account ^@ '58' AND l.k & #opening = 0 AND NOT l.is_lettered AND NOT EXISTS (
    SELECT 1 FROM rare o WHERE o.account ^@ '58' AND o.cents = -l.cents
      AND abs(o.date - l.date) <= %(transfer_days)s)

-- @rule prior_result_open
SELECT 0, 0, account, '', abs(cents) FROM bal
WHERE account ^@ '12' AND opening <> 0 AND cents <> 0
  AND (SELECT last FROM span) >= %(start)s::date + 183

-- @rule opening_differs
SELECT 0, 0, account, '', abs(now - before) FROM carried WHERE now <> before

-- @rule accrual_not_reversed
SELECT 0, 0, account, '', abs(opening) FROM bal
WHERE account ~ '^(408|418|4098|4198|4286|4386|4486|4487|4686|4687|486|487|1688)'
  AND opening <> 0
  AND (SELECT last FROM span) >= %(start)s::date + 90
  AND CASE WHEN opening > 0 THEN moved_credit ELSE moved_debit END < abs(opening)

-- @rule dormant_third
SELECT 0, 0, account, code, abs(cents) FROM tiers
WHERE opening <> 0 AND cents <> 0 AND moves = 0
  AND (SELECT last FROM span) >= %(end)s::date - 31

-- @rule old_open_item
SELECT l.entry_id, l.line_no, '', '', abs(l.cents)
FROM rare l JOIN tiers t ON t.third_party_id = l.third_party_id AND t.account = l.account
WHERE l.k & (#supplier | #customer) > 0 AND l.k & #opening > 0 AND NOT l.is_lettered
  AND l.cents * t.cents > 0 AND t.moves > 0
  AND (SELECT last FROM span) >= %(end)s::date - 31

-- @rule no_depreciation
SELECT 0, 0, b.account, '', b.cents FROM bal b
WHERE b.account ~ '^(20[1358]|21[2-8])' AND b.cents > 0
  AND (SELECT last FROM span) >= %(end)s::date - 31
  AND NOT EXISTS (SELECT 1 FROM bal d WHERE d.account ^@ ('28' || substr(b.account, 2, 2))
                  AND d.moved_credit > 0)
  AND b.cents + coalesce((SELECT sum(d.cents) FROM bal d
                          WHERE d.account ^@ ('28' || substr(b.account, 2, 2))), 0) > 0

-- @rule stock_unchanged
SELECT 0, 0, account, '', abs(cents) FROM bal
WHERE account ~ '^3[1-8]' AND opening <> 0 AND moves = 0
  AND (SELECT last FROM span) >= %(end)s::date - 31

-- @rule loan_without_interest
SELECT 0, 0, account, '', -cents FROM bal
WHERE account ~ '^164' AND cents < 0 AND opening < 0
  AND (SELECT last FROM span) >= %(end)s::date - 31
  AND NOT EXISTS (SELECT 1 FROM bal i WHERE i.account ^@ '661' AND i.moves > 0)
