"""Grand livre: running balance, pages in both directions, filters and their totals."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from clients.models import Dossier
from ledger.queries import general_ledger as books
from ledger.queries import years
from ledger.queries.accounts import find_account, neighbour_accounts
from ledger.queries.balances import account_sums
from ledger.queries.general_ledger import LedgerFilters, LedgerLine
from ledger.queries.whole_ledger import whole_ledger_page
from tests.ledger.books import Y2022, Y2023, Line, Piece, make_books

pytestmark = pytest.mark.django_db

D = dt.date


def bill(day: dt.date, cents: int, third: str = "C1", letter: str = "", ref: str = "") -> Piece:
    return Piece(
        "VE",
        day,
        [
            Line("411000", debit=cents, third=third, letter=letter),
            Line("707000", credit=cents),
        ],
        label=f"Facture de {cents}",
        ref=ref,
    )


def payment(day: dt.date, cents: int, third: str = "C1", letter: str = "") -> Piece:
    return Piece(
        "BQ",
        day,
        [
            Line("512000", debit=cents),
            Line("411000", credit=cents, third=third, letter=letter),
        ],
        label="Règlement",
    )


@pytest.fixture
def seven(inside: Dossier) -> Dossier:
    """Seven lines on 411000: 100, 200, −100, 300, 400, −50, 25."""
    make_books(
        inside,
        [
            bill(D(2022, 1, 10), 100, letter="A"),
            bill(D(2022, 2, 10), 200, "C2", ref="FA-22"),
            payment(D(2022, 2, 20), 100, letter="A"),
            bill(D(2022, 3, 10), 300, letter="B"),
            bill(D(2022, 3, 10), 400, "C2"),
            payment(D(2022, 4, 2), 50, letter="B"),
            Piece(
                "OD", D(2022, 5, 1), [Line("411000", 25), Line("707000", 0, 25)], label="Sans tiers"
            ),
        ],
        **Y2022,
    )
    return inside


def ledger(dossier: Dossier, number: str = "411000") -> tuple[int, LedgerFilters]:
    account = find_account(dossier, number)
    held = years.years_of(dossier)
    assert account is not None
    return account.id, LedgerFilters(years.period_of_year(held, held[0]))


def moves(lines: list[LedgerLine]) -> list[tuple[int, int]]:
    return [(line.debit - line.credit, line.balance) for line in lines]


WHOLE = [(100, 100), (200, 300), (-100, 200), (300, 500), (400, 900), (-50, 850), (25, 875)]


def test_each_line_shows_the_balance_after_it(seven: Dossier) -> None:
    account, filters = ledger(seven)
    totals = books.ledger_totals(seven, account, filters)

    page = books.first_page(seven, account, filters, totals)

    assert moves(page.lines) == WHOLE
    assert (page.before, page.after) == ("", "")
    assert (totals.debit, totals.credit, totals.closing, totals.lines) == (1025, 150, 875, 7)


def test_pages_forward_carry_the_balance_and_miss_no_line(seven: Dossier) -> None:
    account, filters = ledger(seven)
    totals = books.ledger_totals(seven, account, filters)
    page = books.first_page(seven, account, filters, totals, limit=3)
    found = moves(page.lines)

    while page.after:
        following = books.page_at(seven, account, filters, page.after, limit=3)
        assert following is not None
        page = following
        assert page.brought == found[-1][1]
        found += moves(page.lines)

    assert found == WHOLE


def test_pages_backward_from_the_end_reach_the_same_lines(seven: Dossier) -> None:
    account, filters = ledger(seven)
    totals = books.ledger_totals(seven, account, filters)
    page = books.last_page(seven, account, filters, totals, limit=2)
    found = moves(page.lines)

    while page.before:
        earlier = books.page_at(seven, account, filters, page.before, backwards=True, limit=2)
        assert earlier is not None
        page = earlier
        found = moves(page.lines) + found

    assert found == WHOLE
    assert page.brought == 0


def test_a_page_is_one_query_wherever_it_is(
    seven: Dossier, django_assert_num_queries: object
) -> None:
    account, filters = ledger(seven)
    totals = books.ledger_totals(seven, account, filters)
    first = books.first_page(seven, account, filters, totals, limit=3)

    with django_assert_num_queries(1):  # type: ignore[operator]
        books.page_at(seven, account, filters, first.after, limit=3)


def test_a_cursor_counts_for_its_own_list_alone_and_cannot_be_altered(seven: Dossier) -> None:
    account, filters = ledger(seven)
    totals = books.ledger_totals(seven, account, filters)
    cursor = books.first_page(seven, account, filters, totals, limit=3).after

    assert books.page_at(seven, account, filters, cursor.replace("~200", "~999")) is None
    assert books.page_at(seven, account, replace(filters, text="x"), cursor) is None
    assert books.page_at(seven, account + 1, filters, cursor) is None
    assert books.page_at(seven, account, filters, "nonsense") is None


def test_a_period_starts_from_the_balance_before_it(seven: Dossier) -> None:
    account, filters = ledger(seven)
    held = years.years_of(seven)
    march = LedgerFilters(years.period(held, D(2022, 3, 1), D(2022, 3, 31)))

    totals = books.ledger_totals(seven, account, march)
    page = books.first_page(seven, account, march, totals)

    assert page.brought == 200
    assert moves(page.lines) == [(300, 500), (400, 900)]
    assert totals.closing == 900
    assert filters.period.is_whole_year


def test_one_third_party_has_its_own_running_balance(seven: Dossier) -> None:
    account, filters = ledger(seven)
    lines = books.first_page(
        seven, account, filters, account_sums(seven, filters.period, account)
    ).lines
    second = next(line.third_party_id for line in lines if line.third_party == "Tiers C2")

    only = replace(filters, third_party=second)
    totals = books.ledger_totals(seven, account, only)

    assert moves(books.first_page(seven, account, only, totals).lines) == [(200, 200), (400, 600)]
    assert totals.closing == 600


def test_lines_without_a_third_party_can_be_shown_alone(seven: Dossier) -> None:
    account, filters = ledger(seven)
    bare = replace(filters, third_party=books.WITHOUT_THIRD_PARTY)
    totals = books.ledger_totals(seven, account, bare)

    assert moves(books.first_page(seven, account, bare, totals).lines) == [(25, 25)]
    assert totals.lines == 1


def test_open_lines_are_those_that_no_balanced_lettering_settles(seven: Dossier) -> None:
    account, filters = ledger(seven)
    still_open = replace(filters, is_open=True)
    totals = books.ledger_totals(seven, account, still_open)

    lines = books.first_page(seven, account, still_open, totals).lines

    assert [line.debit - line.credit for line in lines] == [200, 300, 400, -50, 25]
    assert totals.closing == 875


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("facture", [100, 200, 300, 400]),
        ("FA-22", [200]),
        ("tiers c2", [200, 400]),
        ("100%", []),
        ("_", []),
    ],
)
def test_words_are_found_in_label_piece_number_and_third_party(
    seven: Dossier, text: str, expected: list[int]
) -> None:
    account, filters = ledger(seven)
    wanted = replace(filters, text=text)
    totals = books.ledger_totals(seven, account, wanted)

    lines = books.first_page(seven, account, wanted, totals).lines

    assert [line.debit for line in lines] == expected
    assert totals.debit == sum(expected)


def test_the_carry_forward_of_a_later_year_is_not_shown_twice(inside: Dossier) -> None:
    make_books(inside, [bill(D(2022, 6, 1), 100)], **Y2022)
    carried = Piece(
        "AN", D(2023, 1, 1), [Line("411000", 100, third="C1"), Line("120000", 0, 100)],
        is_opening=True,
    )  # fmt: skip
    make_books(inside, [carried, bill(D(2023, 6, 1), 40)], **Y2023)
    account = find_account(inside, "411000")
    assert account is not None
    held = years.years_of(inside)
    both = LedgerFilters(years.period(held, D(2022, 1, 1), D(2023, 12, 31)))

    totals = books.ledger_totals(inside, account.id, both)

    assert moves(books.first_page(inside, account.id, both, totals).lines) == [
        (100, 100),
        (40, 140),
    ]
    assert totals.closing == 140


def test_every_line_is_read_by_steps_for_exports(seven: Dossier) -> None:
    account, filters = ledger(seven)

    lines = list(books.every_line(seven, account, filters, 0, step=2))

    assert moves(lines) == WHOLE


def test_accounts_have_neighbours_among_those_with_lines(seven: Dossier) -> None:
    _account, filters = ledger(seven)

    assert neighbour_accounts(seven, filters.period, "411000") == (None, "512000")
    assert neighbour_accounts(seven, filters.period, "512000") == ("411000", "707000")


def test_the_ledger_of_all_accounts_restarts_the_balance_with_each_of_them(
    seven: Dossier,
) -> None:
    _account, filters = ledger(seven)
    found, cursor = whole_ledger_page(seven, filters.period, limit=4)
    while cursor:
        rows, cursor = whole_ledger_page(seven, filters.period, cursor=cursor, limit=4)
        found += rows

    assert len(found) == 14
    last = {row.account: row.balance for row in found}
    assert last == {"411000": 875, "707000": -1025, "512000": 150}
