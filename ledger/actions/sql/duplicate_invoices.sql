-- The invoices that look like one of those in `ids`: same number, same amount on near days, same file.
-- Buckets are bounded, so that a rent, a daily delivery or a number that is no number floods nothing.
-- @(clear)
DROP TABLE IF EXISTS t_dup_fresh, t_dup_name, t_dup_word, t_dup_party, t_dup_item, t_dup_pair;

-- @(fresh)
CREATE TEMP TABLE t_dup_fresh ON COMMIT DROP AS
SELECT i.id, i.third_party_id AS third, i.gross, d.sha256
FROM ledger_invoice i JOIN unnest(%(ids)s::bigint[]) AS f (id) ON f.id = i.id
LEFT JOIN clients_document d ON d.dossier_id = i.dossier_id AND d.id = i.document_id
WHERE i.dossier_id = %(dossier)s;

-- @(analysed)
ANALYZE t_dup_fresh;

-- Who may be the same company under two names: names are compared where they share the beginning of a
-- word that few others have.  Two names matter for an equal amount alone: others are not looked at.
-- @(names)
CREATE TEMP TABLE t_dup_name ON COMMIT DROP AS
SELECT id, role, siren, duplicate_name(label) AS name FROM ledger_thirdparty
WHERE dossier_id = %(dossier)s AND id IN (
    SELECT third FROM t_dup_fresh WHERE third IS NOT NULL
    UNION SELECT third_party_id FROM ledger_invoice
    WHERE dossier_id = %(dossier)s AND gross IN (SELECT gross FROM t_dup_fresh));

-- @(words)
CREATE TEMP TABLE t_dup_word ON COMMIT DROP AS
SELECT DISTINCT id, role, left(word, 4) AS stem FROM t_dup_name, string_to_table(name, ' ') AS word
WHERE length(word) >= 3;

-- @(analysed)
ANALYZE t_dup_name, t_dup_word;

-- @(party)
CREATE TEMP TABLE t_dup_party ON COMMIT DROP AS
WITH mine AS (SELECT DISTINCT third AS id FROM t_dup_fresh WHERE third IS NOT NULL),
rare AS (SELECT role, stem FROM t_dup_word GROUP BY 1, 2 HAVING count(*) BETWEEN 2 AND 40),
near AS (
    SELECT DISTINCT w.id AS a, o.id AS b
    FROM mine JOIN t_dup_word w ON w.id = mine.id
    JOIN rare r ON r.role = w.role AND r.stem = w.stem
    JOIN t_dup_word o ON o.role = r.role AND o.stem = r.stem AND o.id <> w.id)
SELECT id AS a, id AS b FROM mine
UNION
SELECT n.a, n.b FROM near n JOIN t_dup_name p ON p.id = n.a JOIN t_dup_name q ON q.id = n.b
WHERE duplicate_alias(p.name, q.name)
UNION
SELECT p.id, q.id FROM mine JOIN t_dup_name p ON p.id = mine.id
JOIN t_dup_name q ON q.role = p.role AND q.siren = p.siren AND q.id <> p.id WHERE p.siren <> '';

-- @(item) 40
CREATE TEMP TABLE t_dup_item ON COMMIT DROP AS
SELECT *, count(*) OVER (PARTITION BY third, direction, type, key) AS n_key,
    count(*) OVER (PARTITION BY third, direction, type, gross, day) AS n_day,
    count(*) OVER (PARTITION BY direction, type, gross ORDER BY day
        RANGE BETWEEN interval '5 days' PRECEDING AND interval '5 days' FOLLOWING) AS n_near
FROM (
    SELECT i.id, i.id IN (SELECT id FROM t_dup_fresh) AS is_fresh, i.direction, i.type,
        i.third_party_id AS third, i.number, i.issue_date AS day, i.gross, i.source, d.sha256,
        i.is_pre_takeover AND NOT i.is_kept AS is_held, duplicate_number(i.number) AS key
    FROM ledger_invoice i
    LEFT JOIN clients_document d ON d.dossier_id = i.dossier_id AND d.id = i.document_id
    WHERE i.dossier_id = %(dossier)s AND i.booking <> 'archived' AND i.state <> 'cancelled'
      AND i.type IN ('invoice', 'credit_note')
      AND (i.third_party_id IN (SELECT b FROM t_dup_party) OR i.third_party_id IS NULL
          OR i.gross IN (SELECT gross FROM t_dup_fresh WHERE third IS NULL)
          OR d.sha256 IN (SELECT sha256 FROM t_dup_fresh WHERE sha256 IS NOT NULL))) met;

-- @(analysed)
ANALYZE t_dup_item, t_dup_party;

-- An invoice that the takeover holds back is compared with the FEC by the takeover's own page.
-- @(pair) 40
CREATE TEMP TABLE t_dup_pair ON COMMIT DROP AS
WITH same_number AS (
    SELECT a.id AS one, b.id AS other
    FROM t_dup_item a JOIN t_dup_party p ON p.a = a.third
    JOIN t_dup_item b ON b.third = p.b AND b.key = a.key AND b.direction = a.direction
        AND b.type = a.type AND b.id <> a.id
    WHERE a.is_fresh AND a.n_key <= 3 AND b.n_key <= 3
      AND coalesce(abs(a.day - b.day), 0) <= CASE WHEN a.source = 'fec' AND b.source = 'fec' THEN 5 ELSE 366 END
      AND (a.gross = b.gross OR (a.third = b.third AND length(a.key) >= 3
          AND NOT (a.source = 'fec' AND b.source = 'fec')))),
near AS MATERIALIZED (
    SELECT a.*, p.b AS other_third, a.day + shift AS other_day
    FROM t_dup_item a JOIN t_dup_party p ON p.a = a.third CROSS JOIN generate_series(-5, 5) AS shift
    WHERE a.is_fresh AND a.gross > 0 AND a.n_near > 1 AND a.n_day <= 4),
same_amount AS (
    SELECT a.id, b.id
    FROM near a JOIN t_dup_item b ON b.third = a.other_third AND b.day = a.other_day
        AND b.gross = a.gross AND b.direction = a.direction AND b.type = a.type AND b.id <> a.id
    WHERE b.n_day <= 4
      AND NOT (a.source = 'fec' AND b.source = 'fec')
      AND (a.key IS NULL OR b.key IS NULL OR a.key = b.key
          OR (a.source <> b.source AND (a.source IN ('fec', 'auto') OR b.source IN ('fec', 'auto'))))),
few AS (SELECT one, other FROM (
    SELECT id AS one, id_1 AS other, count(*) OVER (PARTITION BY id) AS n,
        count(*) OVER (PARTITION BY id_1) AS m FROM same_amount AS s (id, id_1)) c
    WHERE n <= 3 AND m <= 3),
nameless AS (
    SELECT a.id, b.id FROM t_dup_item a
    JOIN t_dup_item b ON b.key = a.key AND b.gross = a.gross AND b.direction = a.direction
        AND b.type = a.type AND b.id <> a.id
    WHERE a.is_fresh AND length(a.key) >= 3 AND (a.third IS NULL OR b.third IS NULL)),
same_file AS (
    SELECT a.id, b.id FROM t_dup_item a JOIN t_dup_item b ON b.sha256 = a.sha256 AND b.id <> a.id
    WHERE a.is_fresh AND (a.gross = b.gross
        OR (SELECT count(*) FROM t_dup_item c WHERE c.sha256 = a.sha256) <= 3))
SELECT DISTINCT least(m.one, m.other) AS first, greatest(m.one, m.other) AS second
FROM (TABLE same_number UNION ALL TABLE few UNION ALL TABLE nameless UNION ALL TABLE same_file)
    AS m (one, other)
JOIN t_dup_item a ON a.id = m.one JOIN t_dup_item b ON b.id = m.other
WHERE NOT (a.source = 'fec' AND b.is_held) AND NOT (b.source = 'fec' AND a.is_held);

-- @(analysed)
ANALYZE t_dup_pair;

-- @flagged 10
INSERT INTO ledger_duplicateflag AS f (dossier_id, kind, first_id, second_id, reasons)
SELECT %(dossier)s, 'invoice', p.first, p.second, jsonb_strip_nulls(jsonb_build_object(
    'number', CASE WHEN a.key = b.key THEN jsonb_build_array(a.number, b.number) END,
    'gross', CASE WHEN a.gross = b.gross THEN a.gross END,
    'days', CASE WHEN abs(a.day - b.day) <= 5 THEN jsonb_build_array(a.day, b.day) END,
    'file', CASE WHEN a.sha256 = b.sha256 THEN left(a.sha256, 12) END,
    'party', CASE WHEN a.third = b.third THEN t.label END,
    'names', CASE WHEN a.third <> b.third AND duplicate_alias(duplicate_name(t.label), duplicate_name(u.label))
        THEN jsonb_build_array(t.label, u.label) END,
    'siren', CASE WHEN a.third <> b.third AND t.siren = u.siren THEN nullif(t.siren, '') END))
FROM t_dup_pair p
JOIN t_dup_item a ON a.id = p.first JOIN t_dup_item b ON b.id = p.second
LEFT JOIN ledger_thirdparty t ON t.dossier_id = %(dossier)s AND t.id = a.third
LEFT JOIN ledger_thirdparty u ON u.dossier_id = %(dossier)s AND u.id = b.third
ON CONFLICT (dossier_id, kind, first_id, second_id) DO UPDATE SET reasons = excluded.reasons
    WHERE f.state = 'suspected' AND f.reasons <> excluded.reasons;

-- What was suspected and no longer is, since an item was corrected.
-- @(cleared)
DELETE FROM ledger_duplicateflag f
WHERE f.dossier_id = %(dossier)s AND f.kind = 'invoice' AND f.state = 'suspected'
  AND (f.first_id IN (SELECT id FROM t_dup_fresh) OR f.second_id IN (SELECT id FROM t_dup_fresh))
  AND NOT EXISTS (SELECT 1 FROM t_dup_pair p WHERE p.first = f.first_id AND p.second = f.second_id)
  AND NOT EXISTS (SELECT 1 FROM ledger_invoice i WHERE i.dossier_id = f.dossier_id
      AND i.id IN (f.first_id, f.second_id) AND i.booking = 'archived');
