"""The dossier's counters, kept beside the sums that they are worked out of."""

from __future__ import annotations

from django.db import connection

from ledger.queries.drift import COUNTERS, TO_BOOK

_STATS = f"""
INSERT INTO clients_dossierstats AS d (dossier_id, entries, lines, cash, suspense, unlettered,
    to_book, duplicates, last_entry_on, last_import_at, updated_at)
SELECT %(dossier)s, c.*, now() FROM ({COUNTERS}) c
ON CONFLICT (dossier_id) DO UPDATE SET entries = excluded.entries, lines = excluded.lines,
    cash = excluded.cash, suspense = excluded.suspense, unlettered = excluded.unlettered,
    to_book = excluded.to_book, duplicates = excluded.duplicates,
    last_entry_on = excluded.last_entry_on,
    last_import_at = excluded.last_import_at, updated_at = excluded.updated_at
"""  # noqa: S608 (of constants)
_TO_BOOK = f"""
INSERT INTO clients_dossierstats AS d (dossier_id, to_book, updated_at)
SELECT %(dossier)s, ({TO_BOOK}), now()
ON CONFLICT (dossier_id) DO UPDATE SET to_book = excluded.to_book, updated_at = excluded.updated_at
"""


def refresh_stats(dossier_id: int) -> None:
    """Recompute the dossier's counters; call it last, for another writer of the dossier waits on
    them.
    """
    with connection.cursor() as cursor:
        cursor.execute(_STATS, {"dossier": dossier_id})


def refresh_to_book(dossier_id: int) -> None:
    """Count the invoices to book anew; the other counters follow the entries themselves."""
    with connection.cursor() as cursor:
        cursor.execute(_TO_BOOK, {"dossier": dossier_id})
