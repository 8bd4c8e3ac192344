"""What the entry grid sends, and where it stands: a journal and a month."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from firm.errors import BusinessError
from ledger.entry_rows import CELLS, TypedEntry, read_entry
from ledger.models import Journal


class EntryUnreadable(BusinessError):
    """The grid sent what is no entry."""

    code = "entry_unreadable"
    status = 400
    title = "Saisie illisible"


@dataclass(frozen=True)
class SentEntry:
    """An entry typed, and what goes with it: what was read of it before, a document."""

    entry: TypedEntry
    version: str = ""
    unletter: bool = False
    document: int | None = None


def sent_entry(body: bytes) -> SentEntry:
    """Read what the grid posts as JSON.

    Raises:
        EntryUnreadable: it is no such thing.
    """
    try:
        data = json.loads(body)
        rows = [{cell: str(row.get(cell) or "") for cell in CELLS} for row in data["lines"]]
        month = month_of(str(data.get("month", ""))) or timezone.localdate()
        entry = read_entry(
            str(data["journal"]), str(data["date"]), str(data.get("piece", "")), rows, today=month
        )
        document = data.get("document")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise EntryUnreadable(
            "Cette saisie n’a pas pu être lue. Rechargez la page, puis recommencez."
        ) from error
    return SentEntry(
        entry, str(data.get("version", "")), data.get("unletter") is True,
        document if isinstance(document, int) and 0 < document < 2**62 else None,
    )  # fmt: skip


def month_of(text: str) -> dt.date | None:
    """« 2026-11 » → its first day; None for anything else."""
    try:
        return dt.date.fromisoformat(f"{text}-01")
    except ValueError:
        return None


@dataclass(frozen=True)
class Place:
    """Where one types: the journal and the first day of the month."""

    journal: Journal | None
    month: dt.date | None


def place_of(
    asked: dict[str, Any], kept: dict[str, Any], journals: Sequence[Journal],
    months: Sequence[dt.date],
) -> Place:  # fmt: skip
    """The place asked for, else the one kept from before, else the first journal and this month."""
    by_code = {journal.code: journal for journal in journals}
    codes = (asked.get("journal"), kept.get("journal"))
    journal = next((by_code[code] for code in codes if code in by_code), None)
    if journal is None:
        first = (one for one in journals if one.nature == Journal.Nature.PURCHASES)
        journal = next(first, journals[0] if journals else None)
    today = timezone.localdate().replace(day=1)
    wanted = [month_of(str(source.get("mois") or "")) for source in (asked, kept)]
    month = next((one for one in (*wanted, today) if one in months), months[0] if months else None)
    return Place(journal, month)
