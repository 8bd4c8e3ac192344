"""Sums kept beside the lines: the dossier's counters, and the proof that sums equal their lines."""

from __future__ import annotations

from typing import Any

from django.db import connection

_STATS = """
WITH latest AS (SELECT id, "end" FROM ledger_fiscalyear WHERE dossier_id = %(dossier)s
                ORDER BY "end" DESC LIMIT 1),
     sums AS (SELECT a.number, sum(s.debit - s.credit) AS balance FROM ledger_accountmonth s
              JOIN ledger_account a ON a.dossier_id = s.dossier_id AND a.id = s.account_id
              WHERE s.dossier_id = %(dossier)s AND s.fiscal_year_id = (SELECT id FROM latest)
              GROUP BY 1)
INSERT INTO clients_dossierstats AS d (dossier_id, entries, lines, cash, suspense, unlettered,
    last_entry_on, last_import_at, updated_at)
SELECT %(dossier)s,
    (SELECT coalesce(sum(entry_count), 0) FROM ledger_journalmonth WHERE dossier_id = %(dossier)s),
    (SELECT coalesce(sum(line_count), 0) FROM ledger_journalmonth WHERE dossier_id = %(dossier)s),
    (SELECT coalesce(sum(balance), 0) FROM sums WHERE number ~ '^5[134]'),
    (SELECT coalesce(sum(balance), 0) FROM sums WHERE number LIKE '471%%'),
    (SELECT count(*) FROM ledger_lettering WHERE dossier_id = %(dossier)s AND NOT is_balanced),
    (SELECT max(date) FROM ledger_entry WHERE dossier_id = %(dossier)s),
    (SELECT max(imported_at) FROM ledger_fecimport
     WHERE dossier_id = %(dossier)s AND state = 'imported'),
    now()
ON CONFLICT (dossier_id) DO UPDATE SET entries = excluded.entries, lines = excluded.lines,
    cash = excluded.cash, suspense = excluded.suspense, unlettered = excluded.unlettered,
    last_entry_on = excluded.last_entry_on, last_import_at = excluded.last_import_at,
    updated_at = excluded.updated_at
"""
_DRIFT = """
SELECT 'account', coalesce(s.account_id, l.account_id), coalesce(s.month, l.month),
    coalesce(s.debit, 0) - coalesce(l.debit, 0), coalesce(s.credit, 0) - coalesce(l.credit, 0),
    coalesce(s.n, 0) - coalesce(l.n, 0)
FROM (SELECT fiscal_year_id, account_id, month, is_opening, debit, credit, line_count AS n
      FROM ledger_accountmonth WHERE dossier_id = %(dossier)s) s
FULL JOIN (SELECT e.fiscal_year_id, l.account_id, date_trunc('month', e.date)::date AS month,
        e.is_opening,
        sum(l.debit) AS debit, sum(l.credit) AS credit, count(*) AS n
      FROM ledger_entry e
      JOIN ledger_entryline l ON l.dossier_id = e.dossier_id AND l.entry_id = e.id
      WHERE e.dossier_id = %(dossier)s GROUP BY 1, 2, 3, 4) l
    USING (fiscal_year_id, account_id, month, is_opening)
WHERE (s.debit, s.credit, s.n) IS DISTINCT FROM (l.debit, l.credit, l.n)
"""


def refresh_stats(dossier_id: int) -> None:
    """Recompute the dossier's counters; call it last, for another writer of the dossier waits on
    them.
    """
    with connection.cursor() as cursor:
        cursor.execute(_STATS, {"dossier": dossier_id})


def drift(dossier_id: int) -> list[tuple[Any, ...]]:
    """Account sums that differ from their lines: (what, account, month, debit, credit, lines) in
    cents.
    """
    with connection.cursor() as cursor:
        cursor.execute(_DRIFT, {"dossier": dossier_id})
        return list(cursor.fetchall())
