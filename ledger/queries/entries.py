"""Entries: lists by date with their filters, one entry in full, a lettering and its lines.

Lists are paged by keyset on (date, id).  Amounts are cents.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.expressions import RawSQL

from clients.models import Dossier
from ledger.models import Entry, EntryLine, Invoice, JournalMonth, Lettering
from ledger.queries import cursors
from ledger.queries.years import Period, month_bounds

PAGE = 50

# Entries holding a line of this amount on either side: read from the amounts kept in an index.
_WITH_AMOUNT = """
SELECT entry_id FROM ledger_entryline
WHERE dossier_id = %s AND (debit = %s OR credit = %s)
"""


@dataclass(frozen=True, slots=True)
class EntryFilters:
    """Which entries are wanted; `month` is its first day, `amount` in cents."""

    period: Period
    journal_id: int | None = None
    month: dt.date | None = None
    text: str = ""
    amount: int | None = None
    newest_first: bool = True

    @property
    def narrows(self) -> bool:
        """Whether the sums by month do not tell the totals."""
        cut = bool(self.period.edges()) and self.month is None
        return bool(self.text) or self.amount is not None or cut


@dataclass(frozen=True, slots=True)
class EntryTotals:
    """The whole filtered set; `debit` is one side, in cents."""

    entries: int
    debit: int


@dataclass(frozen=True, slots=True)
class EntryPage:
    """Some entries in order; `after` is the cursor of the next page, empty at the end."""

    entries: list[Entry]
    after: str = ""


def wanted(dossier: Dossier, filters: EntryFilters) -> QuerySet[Entry]:
    """The entries of a period that pass the filters, in no order."""
    period = filters.period
    since, until = period.since, period.until
    if filters.month:
        first, last = month_bounds(filters.month)
        since, until = max(since, first), min(until, last)
    found = Entry.objects.filter(
        dossier=dossier, date__range=(since, until), fiscal_year__in=period.year_ids
    )
    if filters.journal_id is not None:
        found = found.filter(journal=filters.journal_id)
    if filters.text:
        found = found.filter(
            Q(label__icontains=filters.text)
            | Q(number__icontains=filters.text)
            | Q(piece_ref__icontains=filters.text)
        )
    if filters.amount is not None:
        cents = abs(filters.amount)
        found = found.filter(
            Q(debit=cents) | Q(id__in=RawSQL(_WITH_AMOUNT, (dossier.id, cents, cents)))  # noqa: S611 (our own text)
        )
    return found


def entry_totals(dossier: Dossier, filters: EntryFilters) -> EntryTotals:
    """Number and sum of the whole filtered set, in one query."""
    if filters.narrows:
        sums = wanted(dossier, filters).aggregate(n=Count("id"), d=Sum("debit"))
        return EntryTotals(sums["n"], int(sums["d"] or 0))
    months = JournalMonth.objects.filter(
        dossier=dossier, fiscal_year__in=filters.period.year_ids,
        month__range=(filters.period.since, filters.period.until),
    )  # fmt: skip
    if filters.month:
        months = months.filter(month=filters.month)
    if filters.journal_id is not None:
        months = months.filter(journal=filters.journal_id)
    sums = months.aggregate(n=Sum("entry_count"), d=Sum("debit"))
    return EntryTotals(int(sums["n"] or 0), int(sums["d"] or 0))


def entry_page(
    dossier: Dossier, filters: EntryFilters, cursor: str = "", limit: int = PAGE
) -> EntryPage:
    """A page of entries with their journals, in one query; an unknown cursor starts again."""
    way = "-" if filters.newest_first else ""
    found = wanted(dossier, filters).select_related("journal").order_by(f"{way}date", f"{way}id")
    place = cursors.unpack("entries", cursor, 2)
    if place:
        day, pk = dt.date.fromisoformat(place[0]), int(place[1])
        op = "lt" if filters.newest_first else "gt"
        # The first condition bounds the walk of the index, the second drops what was shown.
        found = found.filter(**{f"date__{op}e": day})
        found = found.filter(Q(**{f"date__{op}": day}) | Q(**{f"id__{op}": pk}))
    rows = list(found[: limit + 1])
    last = rows[limit - 1] if len(rows) > limit else None
    return EntryPage(rows[:limit], cursors.pack("entries", last.date, last.id) if last else "")


def lines_of(dossier: Dossier, entries: Iterable[Entry]) -> dict[int, list[EntryLine]]:
    """The lines of some entries by entry, with accounts and third parties, in one query."""
    found: dict[int, list[EntryLine]] = {entry.id: [] for entry in entries}
    rows = (
        EntryLine.objects.filter(dossier=dossier, entry__in=list(found))
        .select_related("account", "third_party", "lettering")
        .order_by("entry", "line_no")
    )
    for line in rows:
        found[line.entry_id].append(line)
    return found


def find_entry(dossier: Dossier, entry_id: int) -> Entry | None:
    """One entry with its journal, year and import, in one query."""
    return (
        Entry.objects.select_related("journal", "fiscal_year", "fec_import")
        .filter(dossier=dossier, id=entry_id)
        .first()
    )


def neighbours(dossier: Dossier, entry: Entry) -> tuple[int | None, int | None]:
    """Ids of the entries before and after this one in its journal, in two queries."""
    same = Entry.objects.filter(dossier=dossier, journal=entry.journal_id)
    before = same.filter(date__lte=entry.date).filter(Q(date__lt=entry.date) | Q(id__lt=entry.id))
    after = same.filter(date__gte=entry.date).filter(Q(date__gt=entry.date) | Q(id__gt=entry.id))
    return (
        before.order_by("-date", "-id").values_list("id", flat=True).first(),
        after.order_by("date", "id").values_list("id", flat=True).first(),
    )


def invoices_of_entry(dossier: Dossier, entry: Entry) -> list[Invoice]:
    """The invoices made from an entry, in one query."""
    return list(Invoice.objects.filter(dossier=dossier, entry=entry).order_by("id"))


def find_lettering(dossier: Dossier, lettering_id: int) -> Lettering | None:
    """A group of lines that settle each other, in one query."""
    return (
        Lettering.objects.select_related("account", "third_party")
        .filter(dossier=dossier, id=lettering_id)
        .first()
    )


def lines_of_lettering(
    dossier: Dossier, lettering: Lettering, limit: int = 200
) -> Sequence[EntryLine]:
    """The lines of a lettering by date with their entries, in one query; `limit` at most."""
    rows: QuerySet[Any] = (
        EntryLine.objects.filter(dossier=dossier, lettering=lettering)
        .select_related("entry__journal")
        .order_by(F("date"), F("entry"), F("line_no"))
    )
    return list(rows[:limit])
