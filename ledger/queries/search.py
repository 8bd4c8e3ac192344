"""Search in one dossier: accounts, third parties, entries and lines, a few of each.

What a person types is read as words and, when it looks like one, as an amount.  Every query carries
the dossier, a limit and a deadline.  What is common is found among the latest entries, by
`entries_by_date`.  What is rare, or occurs nowhere, is asked of the texts that a job has prepared
(`EntryText`), through the one function that may use their index; entries made here, which have no
text, are walked beside it.  Where the texts are not ready, or fewer than three letters were typed,
all entries are walked, and all lines.  A small amount (« 9,03 ») is looked up as a whole word too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import connection
from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Concat

from clients.models import Dossier
from firm.formats import parse_amount_fr
from ledger.models import Account, Entry, EntryLine, FecImport, ThirdParty
from ledger.queries.deadlines import within

LIMIT = 20
SHORTEST = 2
LATEST = 2000
OF_LINES = 200
_AMONG_LATEST = """
SELECT id FROM (
    SELECT id, debit, lower(number || ' ' || piece_ref || ' ' || label) AS said FROM ledger_entry
    WHERE dossier_id = %s ORDER BY date DESC, id DESC LIMIT %s) latest
WHERE strpos(said, lower(%s)) > 0 OR debit = %s::bigint LIMIT %s
"""
DEADLINE = 2000
LINES_DEADLINE = 5000


@dataclass(frozen=True, slots=True)
class Asked:
    """What was typed, and the amount that it may be, in cents."""

    text: str
    cents: int | None = None

    @property
    def is_too_short(self) -> bool:
        """One character finds everything and nothing."""
        return len(self.text) < SHORTEST

    @property
    def has_trigram(self) -> bool:
        """Three letters or figures on end: less finds nothing by an index of trigrams."""
        return re.search(r"[^\W_]{3}", self.text) is not None


@dataclass(frozen=True, slots=True)
class Found:
    """A few rows of each kind; `is_cut` when the deadline passed before the entries were read."""

    accounts: Sequence[Account] = field(default_factory=list)
    third_parties: Sequence[ThirdParty] = field(default_factory=list)
    entries: Sequence[Entry] = field(default_factory=list)
    is_cut: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing was found."""
        return not (self.accounts or self.third_parties or self.entries)


def ask(typed: str) -> Asked:
    """Read what was typed; « 1 234,56 » and `1234.56` are also an amount."""
    text = " ".join(typed.split())
    try:
        cents = parse_amount_fr(text)
    except ValueError:
        cents = None
    return Asked(text, abs(cents) if cents else None)


def search(
    dossier: Dossier, asked: Asked, *, limit: int = LIMIT, deadline: int = DEADLINE
) -> Found:
    """Accounts, third parties and entries, in six queries at most; entries within `deadline` ms."""
    if asked.is_too_short:
        return Found()
    entries = within(deadline, lambda: _find_entries(dossier, asked, limit))
    return Found(
        list(_accounts(dossier, asked)[:limit]),
        list(_third_parties(dossier, asked)[:limit]),
        entries or [],
        is_cut=entries is None,
    )


def search_lines(
    dossier: Dossier, asked: Asked, *, limit: int = LIMIT, deadline: int = LINES_DEADLINE
) -> list[EntryLine] | None:
    """Lines by label or amount, latest entries first, in one query; None past the deadline (ms)."""
    if asked.is_too_short:
        return []
    return within(deadline, lambda: list(_find_lines(dossier, asked)[:limit]))


def _find_lines(dossier: Dossier, asked: Asked) -> QuerySet[EntryLine]:
    """Among the lines of the latest entries that match; among all where there are no texts."""
    wanted = Q(label__icontains=asked.text)
    if asked.cents:
        wanted |= Q(debit__in=_both(asked.cents)) | Q(credit__in=_both(asked.cents))
    if _has_texts(dossier, asked):
        wanted &= Q(entry_id__in=[row.id for row in _find_entries(dossier, asked, OF_LINES)])
    return (
        EntryLine.objects.filter(wanted, dossier=dossier)
        .select_related("entry__journal", "account", "third_party")
        .order_by("-entry_id", "line_no")
    )


def _both(cents: int) -> list[int]:
    """A file may write an amount of the other side with a minus sign."""
    return [cents, -cents]


def _accounts(dossier: Dossier, asked: Asked) -> QuerySet[Account]:
    wanted = Q(number__startswith=asked.text) | Q(label__icontains=asked.text)
    return Account.objects.filter(wanted, dossier=dossier).order_by("number")


def _third_parties(dossier: Dossier, asked: Asked) -> QuerySet[ThirdParty]:
    wanted = Q(code__icontains=asked.text) | Q(label__icontains=asked.text)
    if asked.text.isdigit():
        wanted |= Q(siren__startswith=asked.text)
    rows = ThirdParty.objects.filter(wanted, dossier=dossier)
    return rows.select_related("account").order_by("label", "code")


def _find_entries(dossier: Dossier, asked: Asked, limit: int) -> list[Entry]:
    """Latest first: what is common costs a short walk, what is rare a look into the index."""
    every: QuerySet[Entry] = Entry.objects.filter(dossier=dossier).select_related("journal")
    if not _has_texts(dossier, asked):
        return list(_walk(every, asked)[:limit])
    ids = _ids_among_latest(dossier, asked, limit)
    if len(ids) < limit:
        ids |= _ids_by_text(asked, limit)
        own = every.filter(fec_import__isnull=True)
        ids |= {row.id for row in _walk(own, asked)[:limit]}
    return list(every.filter(id__in=ids).order_by("-date", "-id")[:limit])


def _has_texts(dossier: Dossier, asked: Asked) -> bool:
    """Whether the index can answer: something to look up, and no import without its texts."""
    if not (asked.has_trigram or asked.cents):
        return False
    return not FecImport.objects.filter(out_of_step(), dossier=dossier).exists()


def out_of_step() -> Q:
    """Imports whose entries stand without their texts, or whose texts outlived their entries."""
    stands = Q(state=FecImport.State.IMPORTED)
    return (stands & Q(searchable_at=None)) | (~stands & Q(searchable_at__isnull=False))


def _ids_among_latest(dossier: Dossier, asked: Asked, most: int) -> set[int]:
    """Entries that match among the latest; the inner LIMIT keeps the planner to that short walk."""
    return _ids(_AMONG_LATEST, (dossier.id, LATEST, asked.text, asked.cents, most))


def _ids_by_text(asked: Asked, most: int) -> set[int]:
    """Entries of the dossiers in scope, from the function that reads the scope itself."""
    text = asked.text if asked.has_trigram else f" {asked.text} "
    return _ids("SELECT search_entries(%s::text, %s::bigint, %s::int)", (text, asked.cents, most))


def _ids(statement: str, values: tuple[str | int | None, ...]) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return {id for (id,) in cursor.fetchall()}


def _walk(rows: QuerySet[Entry], asked: Asked) -> QuerySet[Entry]:
    """Number, piece and label are joined: one pass over the text where three cost twice as much."""
    said = rows.annotate(said=Concat("number", Value(" "), "piece_ref", Value(" "), "label"))
    wanted = Q(said__icontains=asked.text)
    if asked.cents:
        wanted |= Q(debit=asked.cents)
    return said.filter(wanted).order_by("-date", "-id")
