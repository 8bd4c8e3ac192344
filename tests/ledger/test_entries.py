"""Entries made here: their sums, their counters, their guards, and how few statements they take."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clients.actions.locks import PeriodLocked, set_lock
from clients.models import Dossier, DossierStats
from firm.errors import BusinessError
from firm.models import AuditEvent, User
from ledger.actions import entries
from ledger.actions.entries import Line, NewEntry, create_entry, remove_entry, write_entries
from ledger.actions.summaries import refresh_stats
from ledger.actions.years import open_year
from ledger.models import Account, Entry, EntryLine, FiscalYear, Journal, Lettering, ThirdParty
from ledger.queries.drift import drifts, stale_counters
from tests.conftest import open_dossier
from tests.ledger import books as books_of
from tests.ledger.books import Y2023, Books, Piece, make_books

pytestmark = pytest.mark.django_db

DAY = dt.date(2023, 5, 17)


@pytest.fixture
def books(inside: Dossier) -> Books:
    """A year with one lettered sale and its payment, a letter of its own account, and counters."""
    sale = [
        books_of.Line("411000", debit=1200, third="DUPONT", letter="A"),
        books_of.Line("707000", credit=1000),
        books_of.Line("445710", credit=200),
    ]
    paid = [
        books_of.Line("512000", debit=1200),
        books_of.Line("411000", credit=1200, third="DUPONT", letter="A"),
    ]
    given = make_books(
        inside, [Piece("VE", DAY, sale), Piece("BQ", DAY, paid), Piece("471", DAY, [
            books_of.Line("471000", debit=5), books_of.Line("512000", credit=5)])], **Y2023,
    )  # fmt: skip
    refresh_stats(inside.id)
    return given


def in_step(dossier: Dossier) -> None:
    """The sums and counters kept are those of the lines."""
    assert list(drifts(dossier.id)) == []
    assert stale_counters(dossier.id) == []


def bank(books: Books, cents: int, other: str = "707000") -> list[Line]:
    return [
        Line.of(books.accounts["512000"].id, cents),
        Line.of(books.accounts[other].id, -cents),
    ]


def post(
    dossier: Dossier, books: Books, lines: Iterable[Line], by: User, **changes: object
) -> Entry:
    return create_entry(
        dossier=dossier, journal=books.journals["BQ"], by=by, label="Vente",
        **{"date": DAY, "lines": list(lines), **changes},  # type: ignore[arg-type]
    )  # fmt: skip


@pytest.mark.row("S3.18")
def test_an_entry_is_a_draft_with_its_lines_sums_and_counters(
    inside: Dossier, books: Books, alice: User
) -> None:
    third = books.thirds["customer", "DUPONT"]
    made = post(
        inside, books,
        [
            Line.of(books.accounts["411000"].id, 300, third_party_id=third.id, label="Acompte"),
            Line.of(books.accounts["471000"].id, -300, foreign_amount="-3.250", currency="USD"),
        ],
        alice, piece_ref="P1", piece_date=DAY, shape="sale",
    )  # fmt: skip

    assert (made.state, made.fec_import_id, made.fiscal_year_id) == ("draft", None, books.year.id)
    assert (made.debit, made.line_count, made.piece_ref, made.shape) == (300, 2, "P1", "sale")
    rows = EntryLine.objects.filter(entry=made).order_by("line_no")
    assert [(row.line_no, row.debit, row.credit, row.label, row.date) for row in rows] == [
        (1, 300, 0, "Acompte", DAY), (2, 0, 300, "Vente", DAY),
    ]  # fmt: skip
    assert (rows[1].foreign_amount, rows[1].currency) == ("-3.250", "USD")
    in_step(inside)
    assert AuditEvent.objects.filter(action="ledger.entry_created").count() == 1


def test_a_draft_number_is_no_number_of_a_validation(
    inside: Dossier, books: Books, alice: User
) -> None:
    made = [post(inside, books, bank(books, 100), alice) for _time in range(2)]
    assert [entry.number for entry in made] == [f"BR-{entry.id}" for entry in made]


def test_the_first_entry_of_a_dossier_makes_its_counters(inside: Dossier, alice: User) -> None:
    FiscalYear.objects.create(dossier=inside, start=Y2023["start"], end=Y2023["end"])
    journal = Journal.objects.create(dossier=inside, code="OD", label="Divers")
    one, two = (
        Account.objects.create(dossier=inside, number=number, label=number)
        for number in ("530000", "758000")
    )
    lines = [Line.of(one.id, 700), Line.of(two.id, -700)]
    create_entry(dossier=inside, journal=journal, date=DAY, lines=lines, by=alice)
    in_step(inside)


@pytest.mark.row("S3.1")
def test_removing_an_entry_gives_the_sums_back_and_undoes_its_letterings_whole(
    inside: Dossier, books: Books, alice: User
) -> None:
    before = sums(inside)
    made = post(inside, books, bank(books, 900, "411000"), alice)
    group = books.letterings["411000", "DUPONT", "A"]
    EntryLine.objects.filter(entry=made, account=books.accounts["411000"]).update(
        lettering=group, lettering_code="A"
    )
    Lettering.objects.filter(pk=group.pk).update(credit=2100, is_balanced=False)
    refresh_stats(inside.id)

    removed = remove_entry(made, by=alice)

    assert removed.letterings == ["A"]
    assert removed.said == "Le lettrage A est défait."
    assert not Lettering.objects.exists()
    assert not EntryLine.objects.filter(lettering_code__isnull=False).exists()
    assert sums(inside) == before
    in_step(inside)


def sums(dossier: Dossier) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT a.number, month, sum(debit), sum(credit), sum(line_count)"
            " FROM ledger_accountmonth JOIN ledger_account a ON a.id = account_id"
            " WHERE ledger_accountmonth.dossier_id = %s GROUP BY 1, 2 ORDER BY 1, 2",
            [dossier.id],
        )
        return cursor.fetchall()


@pytest.mark.parametrize(
    ("cents", "code"),
    [
        ([(100, 0)], "entry_incomplete"),
        ([(100, 0), (0, 0)], "entry_incomplete"),
        ([(100, 50), (0, 50)], "entry_incomplete"),
        ([(-100, 0), (0, -100)], "entry_incomplete"),
        ([(100, 0), (0, 99)], "entry_unbalanced"),
    ],
)
def test_what_is_no_entry_is_refused(
    inside: Dossier, books: Books, alice: User, cents: list[tuple[int, int]], code: str
) -> None:
    account = books.accounts["512000"].id
    with pytest.raises(BusinessError) as refused:
        post(inside, books, [Line(account, debit, credit) for debit, credit in cents], alice)
    assert refused.value.code == code
    in_step(inside)


def test_the_refusal_names_the_year_to_open(inside: Dossier, books: Books, alice: User) -> None:
    with pytest.raises(entries.NoOpenYear, match="ne contient le 01/01/2024"):
        post(inside, books, bank(books, 1), alice, date=dt.date(2024, 1, 1))


@pytest.mark.parametrize("state", ["locked", "closed"])
def test_a_year_that_is_not_open_neither_takes_nor_gives_an_entry(
    inside: Dossier, books: Books, alice: User, state: str
) -> None:
    made = post(inside, books, bank(books, 100), alice)
    FiscalYear.objects.update(state=state)
    with pytest.raises(entries.NoOpenYear, match="ne reçoit plus d’écriture"):
        post(inside, books, bank(books, 1), alice)
    with pytest.raises(entries.EntryNotRemovable, match="ses écritures ne changent plus"):
        remove_entry(made, by=alice)
    in_step(inside)


def test_only_drafts_made_here_are_removed(inside: Dossier, books: Books, alice: User) -> None:
    made = post(inside, books, bank(books, 100), alice)
    Entry.objects.filter(pk=made.pk).update(state="validated")
    with pytest.raises(entries.EntryNotRemovable, match="est validée"):
        remove_entry(made, by=alice)


def test_a_locked_day_neither_takes_nor_gives_an_entry(
    inside: Dossier, books: Books, alice: User, bruno: User
) -> None:
    made = post(inside, books, bank(books, 100), alice)
    before = sums(inside)
    set_lock(inside, lock_date=DAY, lock_mode="users_and_admins", by=alice)
    with open_dossier(bruno, inside):
        with pytest.raises(PeriodLocked, match="verrouillée jusqu’au 17/05/2023"):
            post(inside, books, bank(books, 1), bruno)
        with pytest.raises(PeriodLocked):
            remove_entry(made, by=bruno)
    assert sums(inside) == before
    in_step(inside)


@pytest.mark.parametrize(("count", "lines"), [(1, 2), (1, 10), (300, 10)])
def test_writing_and_removing_take_as_many_queries_for_any_number(
    inside: Dossier, books: Books, alice: User, count: int, lines: int
) -> None:
    each = bank(books, 100) * (lines // 2)
    wanted = [NewEntry(books.journals["BQ"].id, DAY, each, label="Lot") for _n in range(count)]
    with CaptureQueriesContext(
        connection,
    ) as writing:
        ids = write_entries(inside, wanted, by=alice)
    with CaptureQueriesContext(connection) as removing:
        entries.remove_entries(inside.id, ids, by=alice)
    # Each has a savepoint, opened and released, beside its own statements.
    assert (len(writing), len(removing)) == (5, 8)
    in_step(inside)


def test_lines_of_a_third_party_are_summed_by_it(
    inside: Dossier, books: Books, alice: User
) -> None:
    third = ThirdParty.objects.create(dossier=inside, role="supplier", code="F1", label="Un")
    bought, owed = books.accounts["707000"].id, books.accounts["411000"].id
    lines = [Line.of(bought, 50), Line.of(owed, -50, third_party_id=third.id)]
    first = write_entries(inside, [NewEntry(books.journals["VE"].id, DAY, lines)] * 2, by=alice)
    in_step(inside)
    entries.remove_entries(inside.id, first[:1], by=alice)
    in_step(inside)


def test_counters_go_on_into_a_year_just_opened(inside: Dossier, books: Books, alice: User) -> None:
    before = DossierStats.objects.get(dossier=inside).cash
    open_year(inside, start=dt.date(2024, 1, 1), end=dt.date(2024, 12, 31), by=alice)
    in_step(inside)
    assert DossierStats.objects.get(dossier=inside).cash == before
    made = post(inside, books, bank(books, 900), alice, date=dt.date(2024, 1, 2))
    in_step(inside)
    assert DossierStats.objects.get(dossier=inside).cash == before + 900
    remove_entry(made, by=alice)
    in_step(inside)
