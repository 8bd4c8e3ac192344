"""What no code can break about new lines: their keys, their frozen entries, their balance.

Few rows keep the session's plan, many are planned for themselves: each promise is asked of both.
"""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, connection

from clients.models import Dossier
from firm import scope
from firm.models import User
from ledger.models import Account, Entry
from tests.ledger.books import Y2023, Line, Piece, make_books

pytestmark = pytest.mark.django_db(transaction=True)

FEW, MANY = 2, 600
LINES = """INSERT INTO ledger_entryline
    (dossier_id, entry_id, line_no, account_id, third_party_id, lettering_id, date, debit, credit)
SELECT %(dossier)s, CASE WHEN n = 1 THEN %(entry)s ELSE %(other)s END, 10 + n,
    CASE WHEN n = 2 THEN %(account)s ELSE %(known)s END,
    CASE WHEN n = 2 THEN %(third)s::bigint END,
    CASE WHEN n = 2 THEN %(lettering)s::bigint END,
    '2023-03-01', CASE WHEN n %% 2 = 0 THEN 100 ELSE 0 END, CASE WHEN n %% 2 = 1 THEN 100 ELSE 0 END
FROM generate_series(1, %(rows)s) n"""


@pytest.fixture
def given(alice: User, boulangerie: Dossier) -> dict[str, Any]:
    """Two balanced entries to which lines are added, in an open scope that starts anew."""
    lines = (Line("512000", debit=500), Line("411000", credit=500))
    pieces = [Piece("OD", Y2023["start"], lines, number=str(number)) for number in (1, 2)]
    only = frozenset({boulangerie.id})
    mine = scope.Scope(user=alice.id, firm=boulangerie.firm_id, read=only, write=only)
    with scope.open_scope(mine):
        books = make_books(boulangerie, pieces, **Y2023)
        account: Account = books.accounts["512000"]
    return {
        "scope": mine, "dossier": boulangerie.id, "known": account.id, "account": account.id,
        "third": None, "lettering": None,
        "entry": books.entries[0].id, "other": books.entries[0].id,
    }  # fmt: skip


def add(given: dict[str, Any], rows: int, **changes: Any) -> None:
    with scope.open_scope(given["scope"]), connection.cursor() as cursor:
        cursor.execute(LINES, {**given, "rows": rows, **changes})


@pytest.mark.parametrize("rows", [FEW, MANY])
def test_lines_that_balance_are_added(given: dict[str, Any], rows: int) -> None:
    add(given, rows)
    with scope.open_scope(given["scope"]):
        assert Entry.objects.get(id=given["entry"]).lines.count() == 2 + rows


@pytest.mark.parametrize("rows", [FEW, MANY])
@pytest.mark.parametrize(
    ("place", "column"),
    [
        ("entry", "entry_id"),
        ("account", "account_id"),
        ("third", "third_party_id"),
        ("lettering", "lettering_id"),
    ],
)
def test_a_key_to_nothing_is_refused_by_its_name(
    given: dict[str, Any], place: str, column: str, rows: int
) -> None:
    with pytest.raises(IntegrityError, match=f"{column} points to no row of the dossier") as raised:
        add(given, rows, **{place: 10**12})
    assert raised.value.__cause__.diag.constraint_name == f"ledger_entryline_{column}_fk"  # type: ignore[union-attr]


@pytest.mark.parametrize("rows", [FEW, MANY])
def test_a_validated_entry_takes_no_new_line(given: dict[str, Any], rows: int) -> None:
    with scope.open_scope(given["scope"]):
        Entry.objects.filter(id=given["entry"]).update(state="validated")
    with pytest.raises(IntegrityError, match="a validated entry is frozen"):
        add(given, rows)


@pytest.mark.parametrize("rows", [FEW, MANY])
def test_entries_that_balance_only_together_are_refused_at_commit(
    given: dict[str, Any], rows: int
) -> None:
    other = {"other": given["entry"] + 1}
    with pytest.raises(IntegrityError, match=f"entry {given['entry']} does not balance"):
        add(given, rows, **other)
