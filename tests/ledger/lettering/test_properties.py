"""Whatever is lettered, undone, proposed and taken back, in any order, the books hold."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clients.models import Dossier
from firm.errors import BusinessError
from firm.models import Job, User
from ledger.actions.lettering_lines import letter_lines, unletter
from ledger.matching import Budget, Item, propose
from ledger.models import EntryLine, Lettering
from tests.conftest import open_dossier
from tests.ledger.bulk_books import check
from tests.ledger.lettering.desk import Desk, books, places, run, take_back

CENTS = st.sampled_from([100, 101, 200, 300, 400, 1000, 5000])
DAY = dt.date(2025, 1, 1)


def items(drawn: list[tuple[int, int, int, int]]) -> list[Item]:
    return [
        Item(rank, 1, cents * sign, DAY + dt.timedelta(days=day), f"P{piece}" if piece else "", "",
             debit=max(cents * sign, 0), credit=max(-cents * sign, 0))
        for rank, (cents, sign, day, piece) in enumerate(drawn, 1)
    ]  # fmt: skip


ROWS = st.lists(
    st.tuples(CENTS, st.sampled_from([1, -1]), st.integers(0, 90), st.integers(0, 4)), max_size=14
)


@pytest.mark.row("B24")
@given(ROWS, st.sampled_from([0, 1, 5]))
@settings(max_examples=300, deadline=None)
def test_a_line_is_in_one_group_and_no_group_leaves_more_than_the_tolerance(
    drawn: list[tuple[int, int, int, int]], tolerance: int
) -> None:
    rows = items(drawn)
    found = propose(rows, side="customer", tolerance=tolerance)
    sure = [one for one in found if not one.is_ambiguous]
    used = [item.entry for one in sure for item in one.items]
    assert len(used) == len(set(used))
    for one in sure:
        assert abs(one.gap) <= tolerance
        assert {item.cents > 0 for item in one.items} == {True, False}
        assert one.why
    assert propose(list(reversed(rows)), side="customer", tolerance=tolerance) == found


@given(ROWS)
@settings(max_examples=100, deadline=None)
def test_an_amount_that_two_lines_could_settle_settles_nothing(
    drawn: list[tuple[int, int, int, int]],
) -> None:
    rows = [item._replace(piece="") for item in items(drawn)]
    pairs = [one for one in propose(rows) if one.reason == "amount" and not one.is_ambiguous]
    for one in pairs:
        size = abs(one.items[0].cents)
        assert sum(abs(item.cents) == size for item in rows) == 2


def test_the_search_for_sums_stops_and_says_so() -> None:
    rows = items([(1000 + 7 * n, 1, n % 60, 0) for n in range(60)])
    rows += items([(5000 + 13 * n, -1, n % 60, 0) for n in range(60)])
    budget = Budget(steps=500)
    propose(rows, budget=budget)
    assert budget.is_short


ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("line"), CENTS, st.sampled_from([1, -1])),
        st.tuples(st.just("letter"), st.integers(0, 9), st.integers(0, 9)),
        st.tuples(st.just("unletter"), st.integers(0, 9), st.just(0)),
        st.tuples(st.just("batch"), st.sampled_from([0, 1]), st.booleans()),
    ),
    min_size=6, max_size=14,
)  # fmt: skip


@pytest.mark.row("B24")
@pytest.mark.django_db(transaction=True)
@given(acts=ACTS)
@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_sequence_keeps_the_books(
    acts: list[tuple[Any, ...]], boulangerie: Dossier, alice: User
) -> None:
    for name, one, two in [("line", 500, 1), ("line", 500, -1), *acts]:
        with suppress(BusinessError):
            _do(boulangerie, alice, name, one, two)
        with open_dossier(alice, boulangerie):
            check(boulangerie)
            for lettering in Lettering.objects.all():
                assert lettering.is_balanced is (lettering.debit == lettering.credit)
                assert lettering.code == (
                    lettering.code.upper() if lettering.is_balanced else lettering.code.lower()
                )


def _do(dossier: Dossier, by: User, name: str, one: int, two: int) -> None:
    if name == "batch":
        _batch(dossier, by, one, is_undone=bool(two))
        return
    with open_dossier(by, dossier):
        desk = Desk(dossier, by)
        held = list(EntryLine.objects.filter(account=desk.receivable).order_by("entry", "line_no"))
        if name == "line":
            desk.line(one * two)
        elif name == "letter":
            chosen = [held[one % len(held)], held[two % len(held)]]
            letter_lines(dossier, places(*chosen), by=by, remainder="partial")
        else:
            every = list(Lettering.objects.order_by("id"))
            if every:
                unletter(dossier, [every[one % len(every)].id], by=by)


def _batch(dossier: Dossier, by: User, tolerance: int, *, is_undone: bool) -> None:
    with open_dossier(by, dossier):
        desk = Desk(dossier, by)
        for number in ("658000", "758000"):
            desk.account(number)
        desk.journal("OD")
        then = books(dossier)
        job: Job = desk.propose(tolerance=tolerance)
    run(dossier, by, job)
    assert job.state == "done", job.error
    if is_undone:
        take_back(dossier, by, job)
        with open_dossier(by, dossier):
            assert books(dossier) == then
