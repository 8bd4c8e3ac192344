"""The records of a year in the order of the law, streamed: what the writer of a FEC takes.

Opening entries first, then the entries in the order they came in, each with its lines in the order
of their file: the same books always give the same bytes (A47 A-1 VII).  Entries made here follow in
the order of their validation, drafts last and without a ValidDate; what the law wants filled and
nobody gave is the entry's own number, date, or journal.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from typing import Any

from django.db import connection

from ledger.fec.columns import ALL, LAYOUT_SIZES, Layout
from ledger.fec.write import Record
from ledger.models import FiscalYear

BATCH = 5000
_RECORDS = """
SELECT j.code, coalesce(l.extra->>'JournalLib', j.label), e.number,
    coalesce((l.extra->>'EcritureDate')::date, e.date),
    a.number, coalesce(l.extra->>'CompteLib', a.label),
    coalesce(l.extra->>'CompAuxNum', CASE WHEN t.is_derived THEN '' ELSE t.code END, ''),
    coalesce(l.extra->>'CompAuxLib', CASE WHEN t.is_derived THEN '' ELSE t.label END, ''),
    CASE WHEN e.fec_import_id IS NOT NULL THEN coalesce(l.extra->>'PieceRef', e.piece_ref)
         ELSE coalesce(nullif(l.extra->>'PieceRef', ''), nullif(e.piece_ref, ''), e.number) END,
    CASE WHEN l.extra ? 'PieceDate' THEN nullif(l.extra->>'PieceDate', '')::date
         WHEN e.fec_import_id IS NULL THEN coalesce(e.piece_date, e.date) ELSE e.piece_date END,
    CASE WHEN e.fec_import_id IS NULL AND l.label = '' THEN coalesce(nullif(e.label, ''), j.label)
         ELSE l.label END, l.debit, l.credit, coalesce(l.lettering_code, ''), l.lettered_on,
    CASE WHEN l.extra ? 'ValidDate' THEN nullif(l.extra->>'ValidDate', '')::date
         ELSE coalesce(e.file_validated_on, (k.validated_at AT TIME ZONE 'Europe/Paris')::date) END,
    coalesce(l.foreign_amount, ''), coalesce(l.currency, ''), l.extra
FROM ledger_entry e
JOIN ledger_entryline l ON l.dossier_id = e.dossier_id AND l.entry_id = e.id
JOIN ledger_journal j ON j.dossier_id = e.dossier_id AND j.id = e.journal_id
JOIN ledger_account a ON a.dossier_id = l.dossier_id AND a.id = l.account_id
LEFT JOIN ledger_thirdparty t ON t.dossier_id = l.dossier_id AND t.id = l.third_party_id
LEFT JOIN ledger_entryseal k ON k.dossier_id = e.dossier_id AND k.entry_id = e.id
WHERE e.dossier_id = %s AND e.fiscal_year_id = %s{only}
ORDER BY e.is_opening DESC, e.fec_import_id IS NULL,
    CASE WHEN e.fec_import_id IS NULL THEN k.chain_seq END, e.id, l.line_no
"""
_EXTRA_KEYS = """
SELECT DISTINCT key FROM ledger_entry e
JOIN ledger_entryline l ON l.dossier_id = e.dossier_id AND l.entry_id = e.id,
    jsonb_object_keys(l.extra) key
WHERE e.dossier_id = %s AND e.fiscal_year_id = %s AND l.extra IS NOT NULL
"""
TREASURY = ALL[LAYOUT_SIZES["BIC"] :]


def extra_columns(year: FiscalYear) -> tuple[Layout, list[str]]:
    """The layout that the year's lines need, and their columns that the law does not know."""
    with connection.cursor() as cursor:
        cursor.execute(_EXTRA_KEYS, (year.dossier_id, year.id))
        keys = {row[0] for row in cursor.fetchall()}
    layout: Layout = "BIC"
    if keys & set(TREASURY):
        layout = "BNCT" if TREASURY[-1] in keys else "BAT"
    return layout, sorted(keys - set(ALL))


def records(
    year: FiscalYear, *, layout: Layout, extra: list[str], only: str = ""
) -> Iterator[Record]:
    """The year's records, typed, by a server-side cursor: memory stays flat.

    Debit and credit are integer cents.  It must run inside a scope on the dossier.  `only` names a
    temporary table whose `id` are the entries wanted.
    """
    more = TREASURY[: LAYOUT_SIZES[layout] - LAYOUT_SIZES["BIC"]]
    names = [*more, *extra]
    with connection.chunked_cursor() as cursor:
        wanted = f" AND e.id IN (SELECT id FROM {only})" if only else ""  # noqa: S608 (ours)
        cursor.execute(_RECORDS.format(only=wanted), (year.dossier_id, year.id))
        while rows := cursor.fetchmany(BATCH):
            for row in rows:
                yield row[:-1] + _tail(row[-1], names) if names else row[:-1]


def _tail(held: Any, names: list[str]) -> tuple[Any, ...]:
    found: dict[str, str] = json.loads(held) if held else {}
    return tuple(_value(name, found.get(name)) for name in names)


def _value(name: str, text: str | None) -> Any:
    if name == TREASURY[0]:
        return dt.date.fromisoformat(text) if text else None
    return text or ""
