-- Days that ask for a look.

-- @rule closed_day_entry
SELECT id, 0, '', '', debit FROM closed_day
WHERE is_closed AND (share * 100 <= %(habit_share)s OR entries < %(mix_least)s)

-- @rule piece_after_entry
SELECT id, 0, '', '', debit FROM head WHERE piece_date > date AND NOT is_opening

-- @rule piece_before_year
SELECT id, 0, '', '', debit FROM head
WHERE piece_date < %(start)s AND nature IN ('purchases', 'sales') AND NOT is_opening

-- @rule piece_far
SELECT id, 0, '', '', debit FROM head
WHERE date - piece_date > %(piece_days)s AND piece_date >= %(start)s AND NOT is_opening

-- @rule late_entry
SELECT id, 0, '', '', debit FROM (
    SELECT *, count(*) OVER () AS late FROM head
    WHERE entered_on > %(end)s::date + %(late_days)s
) l WHERE late * 2 <= (SELECT count(*) FROM head)
