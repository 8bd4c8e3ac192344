-- Keep only the entries that the year lacks: the same journal, number and date are the same entry.
-- What is not to be written gets the id 0: its ordinal must stay, arrays are read by it (load.sql).

-- @(known entries)
UPDATE t_entries e SET id = 0 FROM t_journals t, ledger_journal j, ledger_entry k
WHERE t.journal_no = e.journal_no AND j.dossier_id = %(dossier)s AND j.code = t.code
  AND k.dossier_id = %(dossier)s AND k.journal_id = j.id AND k.number = coalesce(e.number, '')
  AND k.date = e.date AND k.fiscal_year_id = %(year)s;

-- @(sums of the letterings that are left)
DROP TABLE IF EXISTS t_lettered;
CREATE TEMP TABLE t_lettered ON COMMIT DROP AS
SELECT l.lettering_no, sum(l.debit)::bigint AS debit, sum(l.credit)::bigint AS credit
FROM t_lines l JOIN t_entries e USING (entry_no) WHERE e.id > 0 AND l.lettering_no IS NOT NULL
GROUP BY 1;

-- @(letterings that are left)
UPDATE t_letterings g SET id = 0 WHERE NOT EXISTS (
    SELECT 1 FROM t_lettered l WHERE l.lettering_no = g.lettering_no);

-- @(their sums)
UPDATE t_letterings g SET debit = l.debit, credit = l.credit, is_balanced = l.debit = l.credit
FROM t_lettered l WHERE l.lettering_no = g.lettering_no;

-- @(those that complete a lettering of the year)
UPDATE t_letterings g SET id = k.id, is_known = true
FROM (SELECT DISTINCT ON (t.lettering_no) t.lettering_no, k.id
      FROM t_letterings t
      JOIN t_accounts a USING (account_no)
      JOIN ledger_account b ON b.dossier_id = %(dossier)s AND b.number = a.number
      LEFT JOIN t_thirds p USING (third_no)
      LEFT JOIN ledger_thirdparty q
          ON q.dossier_id = %(dossier)s AND q.role = p.role AND q.code = p.code
      JOIN ledger_lettering k ON k.dossier_id = %(dossier)s AND k.account_id = b.id AND k.code = t.code
          AND k.third_party_id IS NOT DISTINCT FROM q.id
          AND (k.lettered_on IS NOT DISTINCT FROM t.lettered_on OR NOT k.is_balanced)
      WHERE t.id > 0
      ORDER BY t.lettering_no, (k.lettered_on IS NOT DISTINCT FROM t.lettered_on) DESC, k.id DESC) k
WHERE k.lettering_no = g.lettering_no;

-- @(their new sums)
UPDATE ledger_lettering k SET debit = k.debit + g.debit, credit = k.credit + g.credit,
    is_balanced = k.debit + g.debit = k.credit + g.credit
FROM (SELECT id, sum(debit) AS debit, sum(credit) AS credit
      FROM t_letterings WHERE is_known GROUP BY 1) g
WHERE k.dossier_id = %(dossier)s AND k.id = g.id;
