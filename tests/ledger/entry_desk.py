"""What the tests of the entry grid share: small books of 2023, and entries as they are typed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import pytest

from clients.models import Dossier
from firm.models import User
from ledger.actions.entry_changes import version_of
from ledger.actions.entry_typing import write_typed
from ledger.actions.summaries import refresh_stats
from ledger.entry_rows import TypedEntry, read_entry
from ledger.models import Entry, EntryLine, Journal
from tests.conftest import open_dossier
from tests.ledger import books as books_of
from tests.ledger.books import Y2023, Books, Piece, make_books

SAISIE = "/dossier/boulangerie/comptabilite/saisie/"
MARCH = dt.date(2023, 3, 1)
Row = tuple[str, str, str, str, str]  # account, third party, label, debit, credit

PURCHASE: tuple[Row, ...] = (
    ("607000", "", "Farines", "1 000,00", ""),
    ("445660", "", "", "200", ""),
    ("401000", "MOULIN", "", "", "1200"),
)


def small_books(dossier: Dossier) -> Books:
    """2023: a purchase, a sale and its payment, lettered together; journals know their nature."""
    bought = [
        books_of.Line("607000", debit=500_00), books_of.Line("445660", debit=100_00),
        books_of.Line("401000", credit=600_00, third="MOULIN", third_label="Moulin du Pré"),
    ]  # fmt: skip
    sold = [
        books_of.Line("411000", debit=1200, third="DUPONT", letter="A"),
        books_of.Line("707000", credit=1000),
        books_of.Line("445710", credit=200),
    ]
    paid = [
        books_of.Line("512000", debit=1200),
        books_of.Line("411000", credit=1200, third="DUPONT", letter="A"),
    ]
    given = make_books(
        dossier,
        [
            Piece("AC", dt.date(2023, 2, 6), bought, label="Farines", ref="A-7"),
            Piece("VE", dt.date(2023, 2, 7), sold, label="Vente", ref="V-1"),
            Piece("BQ", dt.date(2023, 2, 8), paid, label="Règlement"),
        ],
        **Y2023,
    )
    for code, nature in {"AC": "purchases", "VE": "sales", "BQ": "bank"}.items():
        Journal.objects.filter(code=code).update(nature=nature)
    refresh_stats(dossier.id)
    return given


@pytest.fixture(name="desk")
def small_books_outside(alice: User, boulangerie: Dossier) -> Books:
    """The small books, the scope closed again."""
    with open_dossier(alice, boulangerie):
        return small_books(boulangerie)


@pytest.fixture(name="books")
def small_books_inside(inside: Dossier) -> Books:
    """The small books, in Alice's scope."""
    return small_books(inside)


def cells(rows: Sequence[Row]) -> list[dict[str, str]]:
    names = ("account", "third", "label", "debit", "credit")
    return [dict(zip(names, row, strict=True)) for row in rows]


def typed(
    rows: Sequence[Row] = PURCHASE, *, journal: str = "AC", date: str = "12", piece: str = "A-8"
) -> TypedEntry:
    """An entry typed in March 2023."""
    return read_entry(journal, date, piece, cells(rows), today=MARCH)


def write(dossier: Dossier, by: User, rows: Sequence[Row] = PURCHASE, **more: Any) -> Entry:
    return write_typed(dossier, typed(rows, **more), by=by)


def version(entry: Entry) -> str:
    fresh = Entry.objects.get(pk=entry.pk)
    return version_of(fresh, EntryLine.objects.filter(entry=entry.pk))


def rows_of(entry_id: int) -> list[tuple[str, str, str, int, int]]:
    found = EntryLine.objects.filter(entry=entry_id).select_related("account", "third_party")
    return [
        (x.account.number, x.third_party.code if x.third_party else "", x.label, x.debit, x.credit)
        for x in found.order_by("line_no")
    ]
