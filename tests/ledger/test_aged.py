"""Balance âgée: what is open on a day, how old, and that it is the collective's balance."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clients.models import Dossier
from ledger.models import EntryLine, Invoice
from ledger.queries.aged import Aged, aged_balance, aged_period, in_accounts, open_items, sums_of
from ledger.queries.years import Period, years_of
from tests.ledger.books import Y2022, Y2023, Books, Line, Piece, make_books
from tests.ledger.real_fec import REAL_YEAR, read_fec

pytestmark = pytest.mark.django_db

D = dt.date
END = D(2023, 12, 31)


def held(dossier: Dossier, day: dt.date = END) -> Period:
    found = aged_period(dossier, years_of(dossier), day)
    assert found is not None
    return found


def aged(dossier: Dossier, role: str = "customer", day: dt.date = END, **more: Any) -> list[Aged]:
    return aged_balance(dossier, held(dossier, day), role=role, **more)


def sold(day: dt.date, cents: int, third: str = "C1", letter: str = "") -> Piece:
    lines = [Line("411000", cents, third=third, letter=letter), Line("707000", 0, cents)]
    return Piece("VE", day, lines)


def paid(day: dt.date, cents: int, third: str = "C1", letter: str = "") -> Piece:
    lines = [Line("512000", cents), Line("411000", 0, cents, third=third, letter=letter)]
    return Piece("BQ", day, lines)


@pytest.mark.parametrize(
    ("days", "bucket"), [(-1, 0), (0, 1), (30, 1), (31, 2), (60, 2), (61, 3), (90, 3), (91, 4)]
)
def test_an_item_is_as_old_as_the_days_since_it_was_due(
    inside: Dossier, days: int, bucket: int
) -> None:
    books = make_books(inside, [sold(D(2023, 9, 1), 100_00)], **Y2023)
    Invoice.objects.create(
        dossier=inside, direction="sale", type="invoice", number="F1", entry=books.entries[0],
        due_date=END - dt.timedelta(days=days), booking="booked",
    )  # fmt: skip

    (row,) = aged(inside)

    assert row.buckets[bucket] == row.total == 100_00


def test_without_an_invoice_the_piece_then_the_entry_says_when_it_was_due(inside: Dossier) -> None:
    books = make_books(inside, [sold(D(2023, 9, 1), 1_00), sold(D(2023, 12, 1), 2_00)], **Y2023)
    books.entries[0].piece_date = D(2023, 10, 15)
    books.entries[0].save()
    items = open_items(
        inside, held(inside), role="customer", account_id=books.accounts["411000"].id,
        third_party_id=books.thirds["customer", "C1"].id,
    )  # fmt: skip
    assert [(one.due, one.rest, one.late(END)) for one in items] == [
        (D(2023, 10, 15), 1_00, 77),
        (D(2023, 12, 1), 2_00, 30),
    ]


def test_what_a_partial_lettering_leaves_is_on_its_latest_lines(inside: Dossier) -> None:
    make_books(
        inside,
        [
            sold(D(2023, 3, 1), 100_00, letter="a"),
            sold(D(2023, 10, 20), 50_00, letter="a"),
            paid(D(2023, 11, 1), 120_00, letter="a"),
        ],
        **Y2023,
    )
    (row,) = aged(inside)
    assert (row.total, row.items, row.oldest) == (30_00, 1, D(2023, 10, 20))


def test_a_lettering_counts_from_its_date_on(inside: Dossier) -> None:
    books = make_books(
        inside,
        [sold(D(2023, 3, 1), 100_00, letter="A"), paid(D(2023, 4, 1), 100_00, letter="A")],
        **Y2023,
    )
    EntryLine.objects.filter(lettering_code="A").update(lettered_on=D(2023, 6, 30))

    assert aged(inside) == aged(inside, day=D(2023, 6, 30)) == []
    (row,) = aged(inside, day=D(2023, 6, 29))
    assert (row.total, row.items) == (0, 2)
    (before,) = aged(inside, day=D(2023, 3, 31))
    assert (before.total, before.items) == (100_00, 1)
    assert books.entries


def test_opening_entries_carry_what_was_open_and_the_year_before_is_left(
    inside: Dossier,
) -> None:
    make_books(inside, [sold(D(2022, 5, 1), 70_00)], **Y2022)
    carried = Piece(
        "AN", D(2023, 1, 1), [Line("411000", 70_00, third="C1"), Line("120000", 0, 70_00)],
        is_opening=True,
    )  # fmt: skip
    make_books(inside, [carried, paid(D(2023, 2, 1), 20_00)], **Y2023)

    (row,) = aged(inside)
    assert row.total == 50_00
    (row,) = aged(inside, day=D(2022, 12, 31))
    assert row.total == 70_00


def test_a_year_without_opening_entries_goes_on_from_the_one_before(inside: Dossier) -> None:
    make_books(inside, [sold(D(2022, 5, 1), 70_00)], **Y2022)
    make_books(inside, [paid(D(2023, 2, 1), 20_00)], **Y2023)

    (row,) = aged(inside)

    assert row.total == 50_00


def test_lines_without_a_third_party_keep_the_collective_whole(inside: Dossier) -> None:
    bare = Piece("OD", D(2023, 5, 1), [Line("411000", 9_00), Line("707000", 0, 9_00)])
    make_books(inside, [sold(D(2023, 4, 1), 1_00), bare], **Y2023)

    rows = aged(inside)

    assert [(row.third_party_id is None, row.total) for row in rows] == [
        (False, 1_00),
        (True, 9_00),
    ]
    (account,) = in_accounts(inside, held(inside), rows)
    assert (account.closing, account.difference) == (10_00, 0)


@pytest.mark.parametrize("role", ["customer", "supplier"])
def test_the_real_file_s_open_items_are_the_balances_of_its_collectives(
    inside: Dossier, role: str
) -> None:
    make_books(inside, read_fec(), **REAL_YEAR)
    for day in (D(2022, 8, 31), D(2022, 2, 14)):
        rows = aged(inside, role, day)
        accounts = in_accounts(inside, held(inside, day), rows)
        assert rows
        assert [one.difference for one in accounts] == [0] * len(accounts)
        buckets, total = sums_of(rows)
        assert sum(buckets) == total


piece = st.tuples(
    st.integers(0, 364), st.integers(-50_00, 50_00).filter(bool), st.sampled_from(["", "C1", "C2"]),
    st.sampled_from(["", "A", "b"]), st.integers(0, 364) | st.none(),
)  # fmt: skip


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(pieces=st.lists(piece, min_size=1, max_size=12), at=st.integers(0, 364))
def test_whatever_is_lettered_the_items_foot_with_the_collective(
    inside: Dossier, pieces: list[Any], at: int
) -> None:
    from django.db import transaction

    first, day = D(2023, 1, 1), D(2023, 1, 1) + dt.timedelta(days=at)
    with transaction.atomic():
        books = _written(inside, first, pieces)
        for entry, (*_rest, lettered) in zip(books.entries, pieces, strict=True):
            if lettered is not None:
                EntryLine.objects.filter(entry=entry, lettering_code__isnull=False).update(
                    lettered_on=first + dt.timedelta(days=lettered)
                )
        rows = aged(inside, day=day)
        expected = sum(cents for offset, cents, *_more in pieces if offset <= at)
        assert sum(row.total for row in rows) == expected
        assert all(not one.difference for one in in_accounts(inside, held(inside, day), rows))
        for row in rows:
            items = open_items(
                inside, held(inside, day), role="customer", account_id=row.account_id,
                third_party_id=row.third_party_id,
            )  # fmt: skip
            assert (len(items), sum(one.rest for one in items)) == (row.items, row.total)
            assert all(one.rest * one.cents > 0 for one in items)
            assert all(abs(one.rest) <= abs(one.cents) for one in items)
        transaction.set_rollback(True)


def _written(inside: Dossier, first: dt.date, pieces: list[Any]) -> Books:
    return make_books(
        inside,
        [
            Piece(
                "VE",
                first + dt.timedelta(days=offset),
                [
                    Line("411000", max(cents, 0), max(-cents, 0), third=third, letter=letter),
                    Line("707000", max(-cents, 0), max(cents, 0)),
                ],
            )
            for offset, cents, third, letter, _lettered in pieces
        ],
        **Y2023,
    )
