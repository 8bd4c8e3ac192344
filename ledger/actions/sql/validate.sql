-- Numbers and states of the drafts of `v_entries`; the caller holds the year and writes the links.
-- A number follows the last one of its journal and year, given here or, in our own form, by a file.

-- @(numbers)
UPDATE v_entries v SET journal_no = coalesce(base.no, 0) + own.rank
FROM (SELECT entry_id, journal_id, row_number() OVER (PARTITION BY journal_id ORDER BY rank) AS rank
      FROM v_entries WHERE NOT keeps_number) own
LEFT JOIN LATERAL (
    SELECT greatest(
        (SELECT max(s.journal_no) FROM ledger_entryseal s WHERE s.dossier_id = %(dossier)s
           AND s.fiscal_year_id = %(year)s AND s.journal_id = own.journal_id),
        (SELECT max(substr(e.number, length(j.code) + 2)::int) FROM ledger_journal j
         JOIN ledger_entry e ON e.dossier_id = %(dossier)s AND e.journal_id = j.id
           AND e.fiscal_year_id = %(year)s AND e.fec_import_id IS NOT NULL
         WHERE j.dossier_id = %(dossier)s AND j.id = own.journal_id
           AND starts_with(e.number, j.code || '-')
           AND substr(e.number, length(j.code) + 2) ~ '^[0-9]{5,8}$')) AS no
) base ON true
WHERE v.entry_id = own.entry_id;

-- @(documents)
DROP TABLE IF EXISTS v_documents;

-- @(documents)
CREATE TEMP TABLE v_documents ON COMMIT DROP AS
SELECT h.entry_id, string_agg(DISTINCT d.sha256, ',' ORDER BY d.sha256) AS documents
FROM (
    SELECT i.entry_id, i.document_id FROM ledger_invoice i
    WHERE i.dossier_id = %(dossier)s AND i.document_id IS NOT NULL
    UNION ALL
    SELECT t.entry_id, t.document_id FROM ledger_banktransaction t
    WHERE t.dossier_id = %(dossier)s AND t.document_id IS NOT NULL
    UNION ALL
    SELECT entry_id, document_id FROM ledger_entrydocument WHERE dossier_id = %(dossier)s) h
JOIN v_entries v ON v.entry_id = h.entry_id
JOIN clients_document d ON d.dossier_id = %(dossier)s AND d.id = h.document_id
GROUP BY 1;

-- @entries
UPDATE ledger_entry e SET state = 'validated',
    number = CASE WHEN v.keeps_number THEN e.number
        ELSE j.code || '-' || lpad(v.journal_no::text, greatest(5, length(v.journal_no::text)), '0') END
FROM v_entries v, ledger_journal j
WHERE e.dossier_id = %(dossier)s AND e.id = v.entry_id AND e.state = 'draft'
  AND j.dossier_id = %(dossier)s AND j.id = v.journal_id;
