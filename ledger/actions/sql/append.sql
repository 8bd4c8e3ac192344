-- Keep only the entries that the year lacks: same journal, number and date are the same entry.

-- @(known)
DELETE FROM t_entries e USING t_journals t, ledger_journal j, ledger_entry k
WHERE t.journal_no = e.journal_no AND j.dossier_id = %(dossier)s AND j.code = t.code
  AND k.dossier_id = %(dossier)s AND k.journal_id = j.id AND k.number = e.number AND k.date = e.date;

-- @(letterings)
DELETE FROM t_letterings g WHERE NOT EXISTS (
    SELECT 1 FROM t_lines l JOIN t_entries e USING (entry_no) WHERE l.lettering_no = g.lettering_no);
