"""The balance auxiliaire and its tie to the collective accounts."""

from __future__ import annotations

import datetime as dt

import pytest

from clients.models import Dossier
from ledger.models import ThirdParty
from ledger.queries import balances, years
from ledger.queries.auxiliary import AuxiliaryFilters, auxiliary
from tests.ledger.books import Y2022, Line, Piece, make_books
from tests.ledger.real_fec import REAL_YEAR, read_fec

pytestmark = pytest.mark.django_db

D = dt.date


def piece(day: dt.date, *lines: Line) -> Piece:
    return Piece("OD", day, lines)


def sale(day: dt.date, cents: int, third: str = "C1") -> Piece:
    return piece(day, Line("411000", debit=cents, third=third), Line("707000", credit=cents))


def test_the_auxiliary_balance_ties_to_its_collective_accounts_to_the_cent(
    inside: Dossier,
) -> None:
    make_books(inside, read_fec()[::6], **REAL_YEAR)
    period = years.default_period(years.years_of(inside))
    assert period is not None
    closing = {row.account: row.sums.closing for row in balances.trial_balance(inside, period)}

    for role, account in (("customer", "411000"), ("supplier", "401000")):
        found = auxiliary(inside, AuxiliaryFilters(period, role))
        tied = {group.tie.account: group.tie for group in found}
        assert tied[account].difference == 0
        assert tied[account].third_parties.closing == closing[account]
        assert len(found[0].rows) > 10


def test_a_line_without_third_party_is_the_difference_of_the_tie(inside: Dossier) -> None:
    bare = piece(D(2022, 4, 1), Line("411000", debit=40), Line("707000", credit=40))
    make_books(inside, [sale(D(2022, 3, 1), 300), bare], **Y2022)
    held = years.years_of(inside)
    filters = AuxiliaryFilters(years.period_of_year(held, held[0]), ThirdParty.Role.CUSTOMER)

    (group,) = auxiliary(inside, filters)

    assert (group.tie.collective.closing, group.tie.third_parties.closing) == (340, 300)
    assert group.tie.difference == 40


def test_filtering_third_parties_leaves_the_tie_whole(inside: Dossier) -> None:
    make_books(inside, [sale(D(2022, 3, 1), 300, "C1"), sale(D(2022, 3, 2), 200, "C2")], **Y2022)
    held = years.years_of(inside)
    period = years.period_of_year(held, held[0])

    (group,) = auxiliary(inside, AuxiliaryFilters(period, "customer", text="tiers c2"))

    assert [row.code for row in group.rows] == ["C2"]
    assert (group.shown.closing, group.tie.difference) == (200, 0)
