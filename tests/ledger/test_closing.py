"""Reversal, à-nouveaux and closing: what a year hands on, to the cent, and what stays shut."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clients.models import Dossier
from firm import jobs
from firm.models import User
from ledger.actions import closing, letterings
from ledger.actions.closing import CannotClose, YearStateRefused, close_year, set_locked
from ledger.actions.entries import Line, NoOpenYear, create_entry
from ledger.actions.fec_life import WrongConfirmation
from ledger.actions.openings import (
    OpeningsExist,
    OpeningsFromFile,
    give_way,
    write_openings,
)
from ledger.actions.reversals import AlreadyReversed, NotReversible, reverse_entry
from ledger.actions.summaries import refresh_stats
from ledger.actions.validation import Choice, validate
from ledger.actions.years import open_year
from ledger.models import Account, Entry, EntryLine, FecImport, FiscalYear, Journal, YearSeal
from ledger.queries.chain import verify_year
from ledger.queries.openings import carried, differences, result_of
from tests.ledger import books as books_of
from tests.ledger.books import Y2023, Books, Piece, make_books
from tests.ledger.test_entries import in_step

pytestmark = pytest.mark.django_db
DAY = dt.date(2023, 5, 17)
TODAY = dt.date(2024, 1, 31)
NEXT = dt.date(2024, 1, 1)


def sale(third: str, cents: int, letter: str = "") -> list[books_of.Line]:
    return [
        books_of.Line("411000", debit=cents, third=third, letter=letter),
        books_of.Line("707000", credit=cents),
    ]


def paid(third: str, cents: int, letter: str = "") -> list[books_of.Line]:
    return [
        books_of.Line("512000", debit=cents),
        books_of.Line("411000", credit=cents, third=third, letter=letter),
    ]


@pytest.fixture
def books(inside: Dossier) -> Books:
    """2023: a settled sale, one that is open, one that is partly paid, a purchase."""
    buying = [books_of.Line("607000", debit=700), books_of.Line("401000", credit=700, third="BLE")]
    made = make_books(
        inside,
        [
            Piece("VE", DAY, sale("DUPONT", 1200, "A"), ref="F1"),
            Piece("BQ", DAY, paid("DUPONT", 1200, "A")),
            Piece("VE", DAY, sale("DUPONT", 500), ref="F2"),
            Piece("VE", DAY, sale("MARTIN", 900, "b"), ref="F3"),
            Piece("BQ", DAY, paid("MARTIN", 400, "b")),
            Piece("AC", DAY, buying, ref="A1"),
        ],
        **Y2023,
    )
    refresh_stats(inside.id)
    return made


def opened(dossier: Dossier, by: User) -> FiscalYear:
    return open_year(dossier, start=NEXT, end=dt.date(2024, 12, 31), by=by)


def lines_of(entry: Entry | None) -> list[tuple[str, str, str, int]]:
    assert entry is not None
    rows = EntryLine.objects.filter(entry=entry).select_related("account", "third_party")
    return [
        (row.account.number, row.third_party.code if row.third_party else "",
         (row.extra or {}).get("PieceRef", ""), row.debit - row.credit)
        for row in rows.order_by("line_no")
    ]  # fmt: skip


EXPECTED = [
    ("401000", "BLE", "A1", -700),
    ("411000", "DUPONT", "F2", 500),
    ("411000", "MARTIN", "F3", 900),
    ("411000", "MARTIN", "", -400),
    ("512000", "", "", 1600),
    ("120000", "", "", -1900),
]


@pytest.mark.row("B1")
def test_balances_and_open_items_are_carried_with_the_result(
    inside: Dossier, books: Books, alice: User
) -> None:
    after = opened(inside, alice)
    written = write_openings(inside, books.year, by=alice)
    assert lines_of(written.entry) == EXPECTED
    assert written.entry is not None
    assert written.entry.is_opening
    assert written.entry.date == NEXT
    assert result_of(books.year) == written.result == 1900
    assert differences(books.year, after) == []
    in_step(inside)


def test_provisional_openings_written_anew_keep_what_was_lettered(
    inside: Dossier, books: Books, alice: User
) -> None:
    after = opened(inside, alice)
    first = write_openings(inside, books.year, by=alice).entry
    assert first is not None
    dupont, bank = books.thirds["customer", "DUPONT"].id, books.accounts["512000"].id
    came = create_entry(
        dossier=inside, journal=books.journals["BQ"], date=dt.date(2024, 2, 1), by=alice,
        lines=[Line.of(bank, 500),
               Line.of(books.accounts["411000"].id, -500, third_party_id=dupont)],
    )  # fmt: skip
    both = EntryLine.objects.filter(third_party=dupont, entry__in=[first, came])
    group = letterings.letter(list(both), on=dt.date(2024, 2, 1))
    create_entry(
        dossier=inside, journal=books.journals["BQ"], date=DAY, by=alice,
        lines=[Line.of(bank, 50), Line.of(books.accounts["707000"].id, -50)],
    )  # fmt: skip
    again = write_openings(inside, books.year, by=alice)
    assert again.letterings == []
    assert not Entry.objects.filter(pk=first.pk).exists()
    assert again.result == 1950
    held = EntryLine.objects.filter(lettering=group)
    assert {line.entry_id for line in held} == {came.id, again.entry.id}  # type: ignore[union-attr]
    assert sum(line.debit - line.credit for line in held) == 0
    assert differences(books.year, after) == []
    in_step(inside)


def test_an_item_that_is_settled_meanwhile_unletters_what_held_it(
    inside: Dossier, books: Books, alice: User
) -> None:
    opened(inside, alice)
    first = write_openings(inside, books.year, by=alice).entry
    dupont, bank = books.thirds["customer", "DUPONT"].id, books.accounts["512000"].id
    account = books.accounts["411000"].id
    later, earlier = (
        create_entry(
            dossier=inside, journal=books.journals["BQ"], date=day, by=alice,
            lines=[Line.of(bank, 500), Line.of(account, -500, third_party_id=dupont)],
        )
        for day in (dt.date(2024, 2, 1), DAY)
    )  # fmt: skip
    opening = EntryLine.objects.filter(third_party=dupont, entry__in=[first, later])
    code = letterings.letter(list(opening), on=dt.date(2024, 2, 1)).code
    sold = EntryLine.objects.filter(third_party=dupont, debit=500, entry__fiscal_year=books.year)
    paid_now = EntryLine.objects.filter(third_party=dupont, entry=earlier)
    letterings.letter([*sold, *paid_now], on=DAY)
    again = write_openings(inside, books.year, by=alice)
    assert again.letterings == [code]
    assert not any(third == "DUPONT" for _number, third, _ref, _cents in lines_of(again.entry))
    in_step(inside)


def test_openings_of_a_file_are_left_alone(inside: Dossier, books: Books, alice: User) -> None:
    brought = FecImport.objects.create(dossier=inside, file_name="f", size=1, sha256="0" * 64)
    lines = [books_of.Line("512000", debit=1600), books_of.Line("120000", credit=1600)]
    after = make_books(
        inside, [Piece("AN", NEXT, lines, is_opening=True)], start=NEXT,
        end=dt.date(2024, 12, 31), fec_import=brought,
    )  # fmt: skip
    with pytest.raises(OpeningsFromFile):
        write_openings(inside, books.year, by=alice)
    found = {row.number: (row.closing, row.opening) for row in differences(books.year, after.year)}
    assert found == {"401": (-700, 0), "411": (1000, 0), "12": (-1900, -1600)}
    with pytest.raises(CannotClose, match="indiquez pourquoi"):
        close_year(inside, books.year.id, by=alice)
    done = close_year(inside, books.year.id, by=alice, reason="Bilan repris tel que déposé")
    assert done["lines"] == 0


def test_openings_of_a_file_take_the_place_of_our_provisional_ones(
    inside: Dossier, books: Books, alice: User
) -> None:
    after = opened(inside, alice)
    ours = write_openings(inside, books.year, by=alice).entry
    assert ours is not None
    brought = FecImport.objects.create(dossier=inside, file_name="f", size=1, sha256="0" * 64)
    give_way(brought, by=alice)
    assert Entry.objects.filter(pk=ours.pk).exists()
    file_entry = {
        "dossier": inside, "fiscal_year": after, "journal": ours.journal, "date": NEXT,
        "number": "1", "is_opening": True, "fec_import": brought,
    }  # fmt: skip
    Entry.objects.create(**file_entry)
    give_way(brought, by=alice)
    assert not Entry.objects.filter(pk=ours.pk).exists()


def test_openings_of_a_file_are_refused_once_the_year_before_was_closed_here(
    inside: Dossier, books: Books, alice: User
) -> None:
    close_year(inside, books.year.id, by=alice)
    ours = Entry.objects.get(is_opening=True)
    brought = FecImport.objects.create(dossier=inside, file_name="f", size=1, sha256="0" * 64)
    Entry.objects.create(
        dossier=inside, fiscal_year=ours.fiscal_year, journal=ours.journal, date=NEXT, number="1",
        is_opening=True, fec_import=brought,
    )  # fmt: skip
    with pytest.raises(OpeningsExist, match="deux fois"):
        give_way(brought, by=alice)


def test_a_closed_year_is_validated_sealed_and_shut(
    inside: Dossier, books: Books, alice: User
) -> None:
    done = close_year(inside, books.year.id, by=alice)
    assert (done["entries"], done["lines"], done["result"]) == (6, 6, 1900)
    year, after = FiscalYear.objects.order_by("start")
    assert (year.state, after.state) == ("closed", "open")
    assert (after.start, after.end) == (NEXT, dt.date(2024, 12, 31))
    assert verify_year(year) == (6, None)
    assert verify_year(after) == (1, None)
    seal = YearSeal.objects.get(fiscal_year=year)
    assert (seal.entry_count, seal.result, seal.debit) == (6, 1900, 4900)
    assert Entry.objects.get(fiscal_year=after).number == "AN-00001"
    with pytest.raises(NoOpenYear, match="clos"):
        create_entry(
            dossier=inside, journal=books.journals["BQ"], date=DAY, by=alice,
            lines=[Line.of(books.accounts["512000"].id, 5),
                   Line.of(books.accounts["707000"].id, -5)],
        )  # fmt: skip
    for change in (
        lambda: FiscalYear.objects.filter(pk=year.pk).update(state="open"),
        lambda: YearSeal.objects.filter(pk=seal.pk).update(result=0),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
    with pytest.raises(CannotClose, match="déjà clos"):
        close_year(inside, year.id, by=alice)
    with pytest.raises(YearStateRefused):
        set_locked(inside, year, locked=False, by=alice)
    in_step(inside)


def test_years_are_closed_in_order_and_locked_ones_are_not(
    inside: Dossier, books: Books, alice: User
) -> None:
    after = opened(inside, alice)
    with pytest.raises(CannotClose, match="dans l’ordre"):
        close_year(inside, after.id, by=alice)
    assert set_locked(inside, books.year, locked=True, by=alice)
    assert not set_locked(inside, books.year, locked=True, by=alice)
    with pytest.raises(CannotClose, match="déverrouillez"):
        close_year(inside, books.year.id, by=alice)
    assert set_locked(inside, books.year, locked=False, by=alice)
    close_year(inside, books.year.id, by=alice)
    close_year(inside, after.id, by=alice)
    assert list(FiscalYear.objects.order_by("start").values_list("state", flat=True)) == [
        "closed", "closed", "open",
    ]  # fmt: skip


def test_the_previewed_closing_is_confirmed_by_the_short_name_and_run_by_a_job(
    inside: Dossier, books: Books, alice: User
) -> None:
    job = closing.preview_closing(inside, books.year, by=alice)
    with pytest.raises(WrongConfirmation):
        closing.confirm_closing(inside, job, confirmation="autre", by=alice)
    closing.confirm_closing(inside, job, confirmation=inside.slug, by=alice)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.error) == ("done", "")
    assert job.undo_until is None
    assert FiscalYear.objects.get(pk=books.year.pk).state == "closed"


def test_a_validated_entry_is_reversed_once(inside: Dossier, books: Books, alice: User) -> None:
    entry = Entry.objects.filter(journal__code="AC").get()
    with pytest.raises(NotReversible, match="brouillard"):
        reverse_entry(inside, entry, date=DAY, by=alice)
    validate(inside, Choice(books.year.id), by=alice)
    entry.refresh_from_db()
    with pytest.raises(NotReversible, match="ne précède pas"):
        reverse_entry(inside, entry, date=dt.date(2023, 1, 1), by=alice)
    made = reverse_entry(inside, entry, date=dt.date(2023, 6, 1), by=alice)
    assert made.label == f"Contre-passation de AC {entry.number} du 17/05/2023"
    net = dict.fromkeys(Account.objects.values_list("number", flat=True), 0)
    for line in EntryLine.objects.filter(entry__in=[entry, made]).select_related("account"):
        net[line.account.number] += line.debit - line.credit
    assert not any(net.values())
    with pytest.raises(AlreadyReversed):
        reverse_entry(inside, entry, date=dt.date(2023, 6, 1), by=alice)
    reverse_entry(inside, entry, date=dt.date(2023, 6, 1), by=alice, again=True)
    in_step(inside)


POSTS = st.lists(
    st.tuples(
        st.sampled_from(["411000", "401000", "512000", "101000", "445660"]),
        st.sampled_from(["707000", "607000", "512000", "164000", "401000"]),
        st.integers(1, 10_000), st.booleans(),
    ),
    max_size=15,
)  # fmt: skip


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(posts=POSTS)
def test_the_opening_balance_sheet_is_the_closing_one_whatever_was_written(
    inside: Dossier, books: Books, alice: User, posts: list[tuple[str, str, int, bool]]
) -> None:
    """C. com. L123-19."""
    with transaction.atomic():
        ids = {
            number: Account.objects.get_or_create(
                dossier=inside, number=number, defaults={"label": number}
            )[0].id
            for number in ("101000", "164000", "445660", "401000", "411000")
        } | {number: books.accounts[number].id for number in ("512000", "707000", "607000")}
        journal: Journal = books.journals["BQ"]
        dupont = books.thirds["customer", "DUPONT"].id
        for one, other, cents, is_third in posts:
            if one == other:
                continue
            third = dupont if is_third and one == "411000" else None
            create_entry(
                dossier=inside, journal=journal, date=DAY, by=alice,
                lines=[Line.of(ids[one], cents, third_party_id=third), Line.of(ids[other], -cents)],
            )  # fmt: skip
        rows = carried(books.year)
        assert sum(row.cents for row in rows) == result_of(books.year)
        close_year(inside, books.year.id, by=alice)
        year, after = FiscalYear.objects.order_by("start")
        assert differences(year, after) == []
        in_step(inside)
        transaction.set_rollback(True)
