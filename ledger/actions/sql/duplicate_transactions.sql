-- The bank transactions that look like one of those in `ids`: same account and amount within five
-- days, from two sources under like labels, or twice the same day in one.
-- @(clear)
DROP TABLE IF EXISTS t_dup_fresh, t_dup_item, t_dup_pair;

-- @(fresh)
CREATE TEMP TABLE t_dup_fresh ON COMMIT DROP AS
SELECT t.id, t.bank_account_id AS account, t.amount
FROM ledger_banktransaction t JOIN unnest(%(ids)s::bigint[]) AS f (id) ON f.id = t.id
WHERE t.dossier_id = %(dossier)s;

-- @(analysed)
ANALYZE t_dup_fresh;

-- @(item) 30
CREATE TEMP TABLE t_dup_item ON COMMIT DROP AS
SELECT t.id, t.id IN (SELECT id FROM t_dup_fresh) AS is_fresh, t.bank_account_id AS account,
    t.date AS day, t.amount, t.source, t.label, t.reference,
    t.is_pre_takeover AND NOT t.is_kept AS is_held,
    count(*) OVER (PARTITION BY t.bank_account_id, t.amount, t.date, t.source) AS n_day,
    count(*) OVER (PARTITION BY t.bank_account_id, t.amount ORDER BY t.date
        RANGE BETWEEN interval '5 days' PRECEDING AND interval '5 days' FOLLOWING) AS n_near
FROM ledger_banktransaction t
WHERE t.dossier_id = %(dossier)s AND t.booking <> 'archived'
  AND (t.bank_account_id, t.amount) IN (SELECT account, amount FROM t_dup_fresh);

-- @(analysed)
ANALYZE t_dup_item;

-- The FEC's own lines are the former accountant's, and balance with his statements.
-- @(pair) 60
CREATE TEMP TABLE t_dup_pair ON COMMIT DROP AS
WITH near AS MATERIALIZED (
    SELECT a.*, a.day + shift AS other_day FROM t_dup_item a CROSS JOIN generate_series(-5, 5) AS shift
    WHERE a.is_fresh AND a.n_near > 1 AND a.n_day <= 4),
met AS (
    SELECT a.id AS one, b.id AS other, a.source = b.source AS is_same_source, a.label AS la, b.label AS lb
    FROM near a JOIN t_dup_item b ON b.account = a.account AND b.amount = a.amount
        AND b.day = a.other_day AND b.id <> a.id
    WHERE b.n_day <= 4
      AND NOT (a.source = 'fec' AND (b.source = 'fec' OR b.is_held))
      AND NOT (b.source = 'fec' AND a.is_held)
      AND (a.source <> b.source OR (a.day = b.day AND a.reference = b.reference))),
alike AS (
    SELECT one, other FROM met
    WHERE duplicate_name(la) = duplicate_name(lb) OR (NOT is_same_source
        AND (la = '' OR lb = '' OR duplicate_words(la) && duplicate_words(lb)
            OR similarity(duplicate_name(la), duplicate_name(lb)) >= 0.35))),
few AS (SELECT one, other FROM (
    SELECT one, other, count(*) OVER (PARTITION BY one) AS n, count(*) OVER (PARTITION BY other) AS m
    FROM alike) c WHERE n <= 3 AND m <= 3)
SELECT DISTINCT least(one, other) AS first, greatest(one, other) AS second FROM few;

-- @(analysed)
ANALYZE t_dup_pair;

-- @flagged 10
INSERT INTO ledger_duplicateflag AS f (dossier_id, kind, first_id, second_id, reasons)
SELECT %(dossier)s, 'transaction', p.first, p.second, jsonb_strip_nulls(jsonb_build_object(
    'account', b.name, 'amount', x.amount, 'days', jsonb_build_array(x.day, y.day),
    'labels', jsonb_build_array(x.label, y.label), 'sources', jsonb_build_array(x.source, y.source)))
FROM t_dup_pair p
JOIN t_dup_item x ON x.id = p.first JOIN t_dup_item y ON y.id = p.second
JOIN ledger_bankaccount b ON b.dossier_id = %(dossier)s AND b.id = x.account
ON CONFLICT (dossier_id, kind, first_id, second_id) DO UPDATE SET reasons = excluded.reasons
    WHERE f.state = 'suspected' AND f.reasons <> excluded.reasons;

-- @(cleared)
DELETE FROM ledger_duplicateflag f
WHERE f.dossier_id = %(dossier)s AND f.kind = 'transaction' AND f.state = 'suspected'
  AND (f.first_id IN (SELECT id FROM t_dup_fresh) OR f.second_id IN (SELECT id FROM t_dup_fresh))
  AND NOT EXISTS (SELECT 1 FROM t_dup_pair p WHERE p.first = f.first_id AND p.second = f.second_id)
  AND NOT EXISTS (SELECT 1 FROM ledger_banktransaction t WHERE t.dossier_id = f.dossier_id
      AND t.id IN (f.first_id, f.second_id) AND t.booking = 'archived');
