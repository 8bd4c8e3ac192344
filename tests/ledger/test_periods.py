"""Fiscal years and the periods that books are asked for."""

from __future__ import annotations

import datetime as dt

import pytest

from clients.models import Dossier
from ledger.queries import years
from tests.ledger.books import Y2022, Y2023, Line, Piece, make_books

pytestmark = pytest.mark.django_db

D = dt.date


def sale(day: dt.date, cents: int) -> Piece:
    return Piece("VE", day, [Line("411000", debit=cents), Line("707000", credit=cents)])


def test_an_empty_dossier_has_no_default_period(inside: Dossier) -> None:
    assert years.default_period(years.years_of(inside)) is None


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        (None, None, (D(2023, 1, 1), D(2023, 12, 31))),
        (D(2022, 5, 1), None, (D(2022, 5, 1), D(2022, 12, 31))),
        (None, D(2022, 5, 31), (D(2022, 1, 1), D(2022, 5, 31))),
        (D(2022, 5, 1), D(2023, 2, 1), (D(2022, 5, 1), D(2023, 2, 1))),
    ],
)
def test_a_bound_alone_is_completed_by_the_year_that_holds_it(
    inside: Dossier, since: dt.date | None, until: dt.date | None, expected: tuple[object, object]
) -> None:
    make_books(inside, [sale(D(2022, 3, 1), 1)], **Y2022)
    make_books(inside, [sale(D(2023, 3, 1), 1)], **Y2023)

    found = years.default_period(years.years_of(inside), since, until)

    assert found is not None
    assert (found.since, found.until) == expected


def test_the_year_before_is_compared_over_the_same_days(inside: Dossier) -> None:
    make_books(inside, [sale(D(2022, 3, 1), 1)], **Y2022)
    make_books(inside, [sale(D(2023, 3, 1), 1)], **Y2023)
    held = years.years_of(inside)

    part = years.same_period_before(held, years.period(held, D(2023, 2, 1), D(2023, 2, 28)))
    whole = years.same_period_before(held, years.period_of_year(held, held[0]))
    none = years.same_period_before(held, years.period_of_year(held, held[1]))

    assert part is not None
    assert (part.since, part.until) == (D(2022, 2, 1), D(2022, 2, 28))
    assert whole is not None
    assert (whole.since, whole.until) == (D(2022, 1, 1), D(2022, 12, 31))
    assert none is None


@pytest.mark.parametrize(
    ("start", "end", "label"),
    [
        (D(2022, 1, 1), D(2022, 12, 31), "2022"),
        (D(2021, 9, 1), D(2022, 8, 31), "2021-2022"),
        (D(2022, 4, 1), D(2022, 12, 31), "clos le 31/12/2022"),
        (D(2021, 7, 1), D(2022, 12, 31), "clos le 31/12/2022"),
    ],
)
def test_a_fiscal_year_is_named_as_accountants_do(start: dt.date, end: dt.date, label: str) -> None:
    assert years.Year(1, start, end, "open", 1, 1, 1).label == label
