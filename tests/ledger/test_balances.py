"""Balance générale, balance auxiliaire, periods and the comparison with the year before."""

from __future__ import annotations

import datetime as dt
import json
import random
from collections.abc import Sequence

import pytest

from clients.models import Dossier
from firm.models import User
from ledger.queries import balances, years
from ledger.queries.balance_lines import BalanceFilters, balance_lines, in_classes, summed
from ledger.queries.sums import NOTHING, Sums
from ledger.queries.years import Period
from tests.conftest import open_dossier
from tests.ledger.books import Y2022, Y2023, Line, Piece, make_books
from tests.ledger.real_fec import REAL_FEC, REAL_YEAR, read_fec

pytestmark = pytest.mark.django_db

D = dt.date


def piece(day: dt.date, *lines: Line, journal: str = "OD", is_opening: bool = False) -> Piece:
    return Piece(journal, day, lines, label="Écriture", is_opening=is_opening)


def sale(day: dt.date, cents: int, third: str = "C1") -> Piece:
    return piece(day, Line("411000", debit=cents, third=third), Line("707000", credit=cents))


def opening(day: dt.date, cents: int, third: str = "C1") -> Piece:
    return piece(
        day,
        Line("411000", debit=cents, third=third),
        Line("120000", credit=cents),
        journal="AN",
        is_opening=True,
    )


def balance_of(dossier: Dossier, since: dt.date, until: dt.date) -> dict[str, Sums]:
    period = years.period(years.years_of(dossier), since, until)
    return {row.account: row.sums for row in balances.trial_balance(dossier, period)}


def test_the_real_file_gives_its_own_totals_account_by_account(inside: Dossier) -> None:
    make_books(inside, read_fec(), **REAL_YEAR)
    truth = json.loads(REAL_FEC.with_suffix(".txt.truth.json").read_text())
    period = years.default_period(years.years_of(inside))
    assert period is not None

    rows = balances.trial_balance(inside, period)

    whole = balances.total(row.sums for row in rows)
    assert (whole.debit, whole.credit) == (1_018_621_981, 1_018_621_981)
    assert (whole.movement_debit, whole.movement_credit) == (795_245_912, 795_245_912)
    assert whole.debit - whole.movement_debit == 223_376_069
    assert balances.result(rows) == 17_320_848
    assert {row.account: row.sums.closing for row in rows} == {
        number: sums["balance"] for number, sums in truth["accounts"].items()
    }


def test_any_period_gives_what_the_lines_dated_in_it_add_up_to(inside: Dossier) -> None:
    pieces = read_fec()[::6]
    make_books(inside, pieces, **REAL_YEAR)
    picked = random.Random(7)
    for _ in range(6):
        first, last = sorted(picked.sample(range(365), 2))
        since, until = D(2021, 9, 1) + dt.timedelta(first), D(2021, 9, 1) + dt.timedelta(last)
        assert balance_of(inside, since, until) == added_up(pieces, since, until)


def added_up(pieces: Sequence[Piece], since: dt.date, until: dt.date) -> dict[str, Sums]:
    found: dict[str, Sums] = {}
    for each in pieces:
        for line in each.lines:
            if each.date > until:
                continue
            if each.date < since:
                sums = Sums(opening=line.debit - line.credit)
            elif each.is_opening:
                sums = Sums(0, line.debit, line.credit, 0, 0, 1)
            else:
                sums = Sums(0, line.debit, line.credit, line.debit, line.credit, 1)
            found[line.account] = found.get(line.account, NOTHING) + sums
    return found


def test_the_opening_balance_counts_from_the_start_of_the_year_that_holds_the_first_day(
    inside: Dossier,
) -> None:
    make_books(inside, [sale(D(2022, 5, 1), 1000)], **Y2022)
    make_books(inside, [opening(D(2023, 1, 1), 1000), sale(D(2023, 3, 1), 500)], **Y2023)

    held = balance_of(inside, D(2023, 2, 1), D(2023, 12, 31))

    assert held["411000"] == Sums(1000, 500, 0, 500, 0, 1)
    assert held["411000"].closing == 1500
    assert held["707000"].opening == 0


def test_the_carry_forward_of_a_later_year_is_left_out_when_its_year_before_is_in_the_books(
    inside: Dossier,
) -> None:
    make_books(inside, [sale(D(2022, 5, 1), 1000)], **Y2022)
    make_books(inside, [opening(D(2023, 1, 1), 1000), sale(D(2023, 3, 1), 500)], **Y2023)

    held = balance_of(inside, D(2022, 1, 1), D(2023, 12, 31))

    assert held["411000"].closing == 1500
    assert "120000" not in held


def test_the_carry_forward_stays_when_the_year_before_it_is_not_in_the_books(
    inside: Dossier,
) -> None:
    make_books(inside, [sale(D(2020, 5, 1), 9)], start=D(2020, 1, 1), end=D(2020, 12, 31))
    make_books(inside, [opening(D(2022, 1, 1), 1000), sale(D(2022, 3, 1), 500)], **Y2022)

    held = balance_of(inside, D(2020, 1, 1), D(2022, 12, 31))

    assert held["411000"].closing == 1509


def test_the_screen_shows_opening_entries_in_the_opening_and_not_in_the_movements(
    inside: Dossier,
) -> None:
    make_books(inside, [opening(D(2022, 1, 1), 1000), sale(D(2022, 3, 1), 500)], **Y2022)

    sums = balance_of(inside, D(2022, 1, 1), D(2022, 12, 31))["411000"]

    assert (sums.start, sums.movement_debit, sums.closing) == (1000, 500, 1500)
    assert (sums.opening, sums.debit) == (0, 1500)


def test_an_account_without_lines_is_left_out_and_the_balance_is_one_query(
    inside: Dossier, django_assert_num_queries: object
) -> None:
    make_books(inside, [sale(D(2022, 3, 1), 500)], **Y2022)
    held = years.years_of(inside)
    period = years.period_of_year(held, held[0])

    with django_assert_num_queries(1):  # type: ignore[operator]
        rows = balances.trial_balance(inside, period)

    assert [row.account for row in rows] == ["411000", "707000"]


def test_another_dossier_of_the_same_firm_never_enters_a_balance(
    inside: Dossier, alice: User
) -> None:
    make_books(inside, [sale(D(2022, 3, 1), 500)], **Y2022)
    other = other_dossier(alice, inside)
    with open_dossier(alice, other):
        make_books(other, [sale(D(2022, 3, 1), 77)], **Y2022)
        assert balance_of(other, D(2022, 1, 1), D(2022, 12, 31))["411000"].closing == 77

    assert balance_of(inside, D(2022, 1, 1), D(2022, 12, 31))["411000"].closing == 500


def other_dossier(alice: User, inside: Dossier) -> Dossier:
    from clients.actions.dossiers import create_dossier
    from firm import scope

    assert inside.firm is not None
    with scope.open_scope(scope.Scope(user=alice.id, firm=inside.firm_id, firm_write=True)):
        return create_dossier(inside.firm, name="Autre dossier", by=alice)


def period_2023(inside: Dossier) -> tuple[Period, Period]:
    held = years.years_of(inside)
    now = years.period_of_year(held, held[0])
    before = years.same_period_before(held, now)
    assert before is not None
    return now, before


def test_a_gap_is_growth_in_the_accounts_own_sense(inside: Dossier) -> None:
    make_books(inside, [sale(D(2022, 5, 1), 1000)], **Y2022)
    make_books(inside, [sale(D(2023, 5, 1), 1260)], **Y2023)
    now, before = period_2023(inside)

    lines = {line.account: line for line in balance_lines(inside, BalanceFilters(now, before))}

    assert (lines["411000"].gap, lines["411000"].ratio) == (260, 0.26)
    assert (lines["707000"].sums.closing, lines["707000"].gap) == (-1260, 260)


def test_an_account_that_only_the_year_before_used_is_still_compared(inside: Dossier) -> None:
    make_books(inside, [sale(D(2022, 5, 1), 1000)], **Y2022)
    make_books(inside, [piece(D(2023, 5, 1), Line("512000", 5), Line("108000", 0, 5))], **Y2023)
    now, before = period_2023(inside)

    lines = {line.account: line for line in balance_lines(inside, BalanceFilters(now, before))}

    assert lines["707000"].before == -1000
    assert lines["707000"].gap == -1000


def test_classes_have_subtotals_that_add_up_to_the_whole(inside: Dossier) -> None:
    make_books(inside, read_fec()[::6], **REAL_YEAR)
    period = years.default_period(years.years_of(inside))
    assert period is not None

    lines = balance_lines(inside, BalanceFilters(period))
    groups = in_classes(lines)

    assert [group.digit for group in groups] == ["1", "2", "3", "4", "5", "6", "7"]
    assert groups[3].title == "Classe 4 · Tiers"
    whole = summed(lines, "")
    assert (whole.owed, whole.owing) == (
        sum(group.subtotal.owed for group in groups),
        sum(group.subtotal.owing for group in groups),
    )
    assert whole.owed == whole.owing


@pytest.mark.parametrize(
    ("text", "moved_only", "sort", "expected"),
    [
        ("", False, "compte", ["120000", "411000", "512000", "707000"]),
        ("", False, "-compte", ["707000", "512000", "411000", "120000"]),
        ("41", False, "compte", ["411000"]),
        ("bénéf", False, "compte", ["120000"]),
        ("BENEF", False, "compte", ["120000"]),
        ("", True, "compte", ["411000", "512000", "707000"]),
        ("", False, "solde", ["707000", "120000", "411000", "512000"]),
        ("zzz", False, "compte", []),
    ],
)
def test_the_balance_is_filtered_by_number_label_and_movement_and_sorted(
    inside: Dossier, text: str, moved_only: bool, sort: str, expected: list[str]
) -> None:
    start = piece(
        D(2022, 1, 1),
        Line("512000", debit=50),
        Line("120000", credit=50, account_label="Bénéfice de l’exercice"),
        is_opening=True,
    )
    cash = piece(D(2022, 6, 1), Line("512000", debit=200), Line("411000", credit=200))
    make_books(inside, [start, sale(D(2022, 3, 1), 300), cash], **Y2022)
    held = years.years_of(inside)
    filters = BalanceFilters(
        years.period_of_year(held, held[0]), text=text, moved_only=moved_only, sort=sort
    )

    assert [line.account for line in balance_lines(inside, filters)] == expected
