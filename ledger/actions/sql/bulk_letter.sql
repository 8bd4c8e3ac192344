-- @relettered_lines
UPDATE ledger_entryline l SET lettering_id = u.lettering_id, lettering_code = u.lettering_code,
    lettered_on = u.lettered_on
FROM b_letterings w JOIN ledger_unletteredline u
    ON u.dossier_id = %(dossier)s AND u.lettering_id = w.id
WHERE l.dossier_id = %(dossier)s AND l.entry_id = u.entry_id AND l.line_no = u.line_no;

-- @(nothing waits any more for what is whole)
DELETE FROM ledger_unletteredline u USING b_letterings w
WHERE u.dossier_id = %(dossier)s AND u.lettering_id = w.id;
