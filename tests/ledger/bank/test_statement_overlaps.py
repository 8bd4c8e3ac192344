"""Statements that overlap or repeat a line: what is new comes in once."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clients.models import Dossier
from firm.models import User
from ledger.bank.lines import Statement
from ledger.bank.planning import Held, plan
from ledger.bank.reading import read
from ledger.models import BankTransaction
from tests.ledger.bank.bank_rows import FILES, D, account, imported, moved
from tests.ledger.bank.statement_rows import BARE, ROWS, TOTAL, imported_as
from tests.ledger.bank.writing import Moved, as_camt

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("first", ["camt", "ofx", "csv"])
@pytest.mark.parametrize("second", ["camt", "ofx", "csv"])
def test_an_overlap_adds_only_what_is_new(
    first: str, second: str, inside: Dossier, alice: User
) -> None:
    on = account(inside, alice)
    imported_as(first, inside, ROWS[:3], alice, on)
    row = imported_as(second, inside, ROWS, alice, on)
    assert (row.added_count, row.known_count, row.repeated_count) == (1, 3, 0)
    assert [(day, cents) for day, cents, _label, _n in moved()] == [row[:2] for row in ROWS]


def test_a_line_that_the_bank_repeats_is_imported_once_and_flagged(
    inside: Dossier, alice: User
) -> None:
    on = account(inside, alice, iban="")
    row = imported(inside, (FILES / "boursobank-2025-05.ofx").read_bytes(), alice, on)
    assert (row.added_count, row.repeated_count) == (1, 1)
    assert [(cents, repeats) for _day, cents, _label, repeats in moved()] == [(-42_10, 1)]


@pytest.mark.parametrize(("off", "repeated"), [(0, 0), (3_20, 1)], ids=["twice", "once"])
def test_the_balances_say_whether_two_equal_lines_moved_twice(
    off: int, repeated: int, inside: Dossier, alice: User
) -> None:
    account(inside, alice)
    content = as_camt(BARE, opening=0, closing=TOTAL + off)
    row = imported(inside, content, alice)
    assert (row.added_count, row.repeated_count, row.notes) == (4 - repeated, repeated, [])
    wider = [*BARE, Moved(D(2025, 1, 20), 1_00, "AUTRE")]
    again = imported(inside, as_camt(wider, opening=0, closing=TOTAL + off + 1_00), alice)
    assert again.added_count == 1


def test_a_bank_that_gives_one_name_to_two_movements_is_not_believed(
    inside: Dossier, alice: User
) -> None:
    account(inside, alice)
    rows = [
        Moved(D(2025, 1, 3), -100_00, "VIR SEPA", "R1"),
        Moved(D(2025, 1, 3), -1_50, "FRAIS VIR SEPA", "R1"),
    ]
    assert imported(inside, as_camt(rows), alice).added_count == 2
    assert imported(inside, as_camt([*rows, ROWS[3]]), alice).added_count == 1
    assert BankTransaction.objects.exclude(external_id="").count() == 1


pytestmark = pytest.mark.django_db
LINES = st.lists(
    st.builds(
        Moved,
        date=st.dates(D(2025, 1, 1), D(2025, 1, 4)),
        amount=st.sampled_from([-3_20, -10_00, 50_00]),
        label=st.sampled_from(["CAFE", "PRLV"]),
        external_id=st.just(""),
    ),
    max_size=12,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rows=LINES, cut=st.integers(0, 12))
def test_any_overlap_leaves_exactly_the_banks_own_lines(rows: list[Moved], cut: int) -> None:
    """Whatever was imported before, a file leaves each of its lines once, equal ones as often."""
    held: list[Held] = []
    for part in (rows[:cut], rows, rows[: cut // 2], rows):
        statement = read(as_camt(part), "camt")[0] if part else Statement()
        planned = plan(statement, held)
        held += [Held(line.date, line.amount, line.label, "", n) for line, n in planned.fresh]
    assert sorted(one[:3] for one in held) == sorted(row[:3] for row in rows)
