"""What « Saisie » shows beside the grid: journals and months, what was typed, what follows."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Sum

from clients.models import Dossier
from firm.formats import amount_plain, date_fr
from ledger.models import (
    Account,
    Entry,
    EntryDocument,
    EntryLine,
    FiscalYear,
    Journal,
    JournalMonth,
    RecurringEntry,
    ThirdParty,
)
from ledger.queries.years import month_bounds, next_month

SHOWN = 50
MOST_CHOICES = 20_000
_END = re.compile(r"^(.*?)(\d+)$")


@dataclass(frozen=True, slots=True)
class MonthTotals:
    """A journal in a month: its entries and one side of them, in cents."""

    entries: int
    debit: int


def journals_to_type(dossier: Dossier) -> list[Journal]:
    """The journals in which entries are typed, in one query; opening entries are not."""
    rows = Journal.objects.filter(dossier=dossier).exclude(nature=Journal.Nature.OPENING)
    return list(rows.order_by("code"))


def open_months(dossier: Dossier) -> list[dt.date]:
    """First day of each month of the open years, latest first, in one query."""
    found: set[dt.date] = set()
    for year in FiscalYear.objects.filter(dossier=dossier, state=FiscalYear.State.OPEN):
        month = year.start.replace(day=1)
        while month <= year.end:
            found.add(month)
            month = next_month(month)
    return sorted(found, reverse=True)


def typed_entries(dossier: Dossier, journal: Journal, month: dt.date) -> list[Entry]:
    """Entries made here of a journal and a month, the latest written first, in one query."""
    rows = _own(dossier, journal, month).annotate(
        has_document=Exists(EntryDocument.objects.filter(entry=OuterRef("pk")))
    )
    return list(rows.order_by("-id")[:SHOWN])


def _own(dossier: Dossier, journal: Journal, month: dt.date) -> QuerySet[Entry]:
    return Entry.objects.filter(
        dossier=dossier, journal=journal, date__range=month_bounds(month), fec_import=None
    )


def month_totals(dossier: Dossier, journal: Journal, month: dt.date) -> MonthTotals:
    """What the journal holds in the month, in one query."""
    sums = JournalMonth.objects.filter(dossier=dossier, journal=journal, month=month).aggregate(
        n=Sum("entry_count"), d=Sum("debit")
    )
    return MonthTotals(int(sums["n"] or 0), int(sums["d"] or 0))


def recurring_due(dossier: Dossier, until: dt.date) -> int:
    """How many recurring entries have something to be written up to a day, in one query."""
    rows = RecurringEntry.objects.filter(dossier=dossier, is_active=True, next_on__lte=until)
    return rows.count()


def next_piece(dossier: Dossier, journal: Journal, month: dt.date) -> str:
    """The number after the last one typed in the journal, this month if any, in two queries.

    Where no piece typed there ends with a number, « AC-2603-1 » begins a series.
    """
    own = Entry.objects.filter(dossier=dossier, journal=journal, fec_import=None)
    own = own.exclude(piece_ref="").order_by("-id").values_list("piece_ref", flat=True)
    last = own.filter(date__range=month_bounds(month)).first() or own.first() or ""
    return piece_after(last) or f"{journal.code}-{month:%y%m}-1"


def piece_after(last: str) -> str:
    """« FA-009 » → « FA-010 »; empty where no number ends it."""
    found = _END.match(last)
    if found is None or len(found[2]) > 18:
        return ""
    return f"{found[1]}{int(found[2]) + 1:0{len(found[2])}d}"


def choices(dossier: Dossier) -> dict[str, Any] | None:
    """Every account and third party, for completion in the page, in two queries.

    None where there are more than `MOST_CHOICES`: the server completes then.
    """
    accounts = list(
        Account.objects.filter(dossier=dossier)
        .order_by("number")
        .values_list("number", "label")[: MOST_CHOICES + 1]
    )
    thirds = list(
        ThirdParty.objects.filter(dossier=dossier)
        .order_by("label", "id")
        .values_list("code", "label", "role", "account__number")[: MOST_CHOICES + 1]
    )
    if len(accounts) + len(thirds) > MOST_CHOICES:
        return None
    return {"accounts": accounts, "thirds": thirds}


def as_typed(entry: Entry, lines: Sequence[EntryLine]) -> dict[str, Any]:
    """An entry as the grid shows it; `lines` come with their accounts and third parties."""
    return {
        "id": entry.id,
        "number": entry.number,
        "journal": entry.journal.code,
        "date": date_fr(entry.date),
        "piece": entry.piece_ref,
        "lines": [
            {
                "account": line.account.number,
                "third": line.third_party.code if line.third_party else "",
                "label": line.label,
                "debit": amount_plain(line.debit) if line.debit else "",
                "credit": amount_plain(line.credit) if line.credit else "",
            }
            for line in lines
        ],
    }
