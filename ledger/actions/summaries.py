"""The dossier's counters, kept beside the sums that they are worked out of.

Each is counted by a statement of its own behind the lock on the counters' row: two people who write
at once would else each count without the other's rows.
"""

from __future__ import annotations

from django.db import connection

from ledger.queries.drift import COUNTERS, DUPLICATES, RECEIPTS, REVIEW, REVIEW_YEAR, TO_BOOK

_HOLD = "SELECT 1 FROM clients_dossierstats WHERE dossier_id = %(dossier)s FOR NO KEY UPDATE;"
_STATS = f"""
INSERT INTO clients_dossierstats AS d (dossier_id, entries, lines, cash, suspense, unlettered,
    to_book, duplicates, missing_receipts, review_stale, review_percent, last_entry_on,
    last_import_at, updated_at)
SELECT %(dossier)s, c.*, now() FROM ({COUNTERS}) c
ON CONFLICT (dossier_id) DO UPDATE SET entries = excluded.entries, lines = excluded.lines,
    cash = excluded.cash, suspense = excluded.suspense, unlettered = excluded.unlettered,
    to_book = excluded.to_book, duplicates = excluded.duplicates,
    missing_receipts = excluded.missing_receipts, review_stale = excluded.review_stale,
    review_percent = excluded.review_percent, last_entry_on = excluded.last_entry_on,
    last_import_at = excluded.last_import_at, updated_at = excluded.updated_at
"""  # noqa: S608 (of constants)
_COUNT = """
INSERT INTO clients_dossierstats AS d (dossier_id, {column}, updated_at)
SELECT %(dossier)s, ({counted}), now()
ON CONFLICT (dossier_id) DO UPDATE SET {column} = excluded.{column},
    updated_at = excluded.updated_at
"""
_TO_BOOK = _COUNT.format(column="to_book", counted=TO_BOOK)
_RECEIPTS = _COUNT.format(column="missing_receipts", counted=RECEIPTS)
_DUPLICATES = _COUNT.format(column="duplicates", counted=DUPLICATES)
_REVIEW = f"""
WITH r_year AS ({REVIEW_YEAR})
INSERT INTO clients_dossierstats AS d (dossier_id, review_stale, review_percent, updated_at)
SELECT %(dossier)s, review_stale, review_percent, now() FROM ({REVIEW}) r
ON CONFLICT (dossier_id) DO UPDATE SET review_stale = excluded.review_stale,
    review_percent = excluded.review_percent, updated_at = excluded.updated_at
"""  # noqa: S608 (of constants)
_FOLLOW = f"""
WITH r_year AS ({REVIEW_YEAR})
UPDATE clients_dossierstats d
SET review_stale = r.review_stale, review_percent = r.review_percent
FROM ({REVIEW}) r WHERE d.dossier_id = %(dossier)s AND d.review_percent IS NOT NULL
"""  # noqa: S608 (of constants)


def refresh_stats(dossier_id: int) -> None:
    """Recompute the dossier's counters; call it last, for another writer of the dossier waits on
    them.
    """
    _write(_STATS, dossier_id)


def refresh_to_book(dossier_id: int) -> None:
    """Count the invoices to book anew; the other counters follow the entries themselves."""
    _write(_TO_BOOK, dossier_id)


def refresh_receipts(dossier_id: int) -> None:
    """Count anew what lacks its document; whoever joins or parts one, exempts or adds calls it."""
    _write(_RECEIPTS, dossier_id)


def refresh_duplicates(dossier_id: int) -> None:
    """Count anew the pairs to settle; whoever archives or restores items calls it."""
    _write(_DUPLICATES, dossier_id)


def refresh_review(dossier_id: int) -> None:
    """Count what is signed anew; the other counters stay."""
    _write(_REVIEW, dossier_id)


def follow_review(dossier_id: int) -> None:
    """Count the signatures whose figure moved, where somebody signed; for who writes entries."""
    with connection.cursor() as cursor:
        cursor.execute(_FOLLOW, {"dossier": dossier_id})


def _write(statement: str, dossier_id: int) -> None:
    """Both statements in one exchange; the second sees what the wait for the first let commit."""
    with connection.cursor() as cursor:
        cursor.execute(_HOLD + statement, {"dossier": dossier_id})
