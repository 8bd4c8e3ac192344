"""Bank reconciliation: it foots whatever is pointed, and each side is pointed once."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clients.models import Dossier
from firm.models import User
from ledger.actions import bank_pointing as actions
from ledger.actions.entries import create_entry, remove_entry
from ledger.actions.new_entries import Line
from ledger.actions.posting_bank import book_transaction, unbook_transaction
from ledger.models import BankAccount, BankPointing, BankTransaction, Entry, FiscalYear, Journal
from ledger.queries.reconciliation import book_lines, moves, reconciliation
from tests.conftest import open_dossier
from tests.ledger.bank.bank_rows import account as bank_account
from tests.ledger.bank.bank_rows import transaction
from tests.ledger.book_pages import BACKEND, words
from tests.ledger.books import asked_of_the_books
from tests.ledger.bulk_books import check
from tests.ledger.lettering.desk import csv_rows
from tests.ledger.pieces import account

pytestmark = pytest.mark.django_db(transaction=True)
D = dt.date(2025, 3, 31)
Place = tuple[int, int]


class Bank:
    """A bank account whose lines and operations the test writes."""

    def __init__(self, dossier: Dossier, by: User) -> None:
        self.dossier, self.by = dossier, by
        FiscalYear.objects.get_or_create(
            dossier=dossier, end=dt.date(2025, 12, 31), defaults={"start": dt.date(2025, 1, 1)}
        )
        self.on: BankAccount = BankAccount.objects.first() or bank_account(dossier, by)
        self.journal, _new = Journal.objects.get_or_create(
            dossier=dossier, code="BQ", defaults={"label": "Banque", "nature": "bank"}
        )

    def entry(self, cents: int, day: int, label: str = "Chèque") -> Entry:
        return create_entry(
            dossier=self.dossier, journal=self.journal, date=D + dt.timedelta(days=day), by=self.by,
            label=label, lines=[
                Line.of(self.on.account_id, cents),
                Line.of(account(self.dossier, "471000").id, -cents),
            ],
        )  # fmt: skip

    def move(self, cents: int, day: int, **more: Any) -> BankTransaction:
        day_of = D + dt.timedelta(days=day)
        return transaction(self.dossier, self.on, date=day_of, amount=cents, **more)

    def found(self, declared: int | None = None) -> Any:
        return reconciliation(self.dossier, self.on, D, declared)

    def point(self, *entries: Entry, move: BankTransaction | None = None, on: dt.date = D) -> int:
        places = [(one.pk, 1) for one in entries]
        return actions.point(self.dossier, self.on, places, by=self.by, cleared_on=on, move=move)


def test_it_foots_from_the_books_to_the_statement(boulangerie: Dossier, alice: User) -> None:
    with open_dossier(alice, boulangerie):
        bank = Bank(boulangerie, alice)
        bank.entry(100_000, -20)
        cheque = bank.entry(-4_000, -2, "Chèque 12 non débité")
        bank.move(-1_500, -1, label="Frais bancaires")
        book_transaction(bank.move(7_000, -5), by=alice, account=account(boulangerie, "758000"))
        actions.point_until(boulangerie, bank.on, by=alice, until=D - dt.timedelta(days=10))
        found = bank.found(105_500)
        assert (found.books, found.lines, found.moves) == (103_000, -4_000, -1_500)
        assert (found.reconciled, found.gap) == (105_500, 0)
        assert [one.label for one in book_lines(boulangerie, bank.on, D, view="ouvertes")] == [
            cheque.label
        ]
        assert [one.label for one in moves(boulangerie, bank.on, D)] == ["Frais bancaires"]


def test_a_line_that_the_bank_shows_later_is_still_to_point_on_the_day(
    boulangerie: Dossier, alice: User
) -> None:
    with open_dossier(alice, boulangerie):
        bank = Bank(boulangerie, alice)
        early, late = bank.entry(-100, -3), bank.entry(-200, 4)
        bank.point(early, move=bank.move(-100, 2))
        bank.point(late, move=bank.move(-200, -1))
        found = bank.found()
        assert (found.line_count, found.lines) == (1, -100)
        assert (found.later_count, found.later, found.moves) == (1, -200, 0)
        assert found.reconciled == -200


def test_an_operation_is_matched_with_its_line_once_and_parted_again(
    boulangerie: Dossier, alice: User
) -> None:
    with open_dossier(alice, boulangerie):
        bank = Bank(boulangerie, alice)
        one, two, other = bank.entry(100, -3), bank.entry(200, -3), bank.entry(300, -2)
        move = bank.move(300, -1)
        with pytest.raises(actions.NotPointable):
            bank.point(one, move=move)
        assert bank.point(one, two, move=move) == 2
        move.refresh_from_db()
        assert (move.booking, move.entry_id) == ("booked", one.pk)
        with pytest.raises(actions.AlreadyPointed):
            bank.point(other, move=move)
        with pytest.raises(actions.AlreadyPointed, match="Chèque"):
            bank.point(one)
        unbook_transaction(move, by=alice)
        move.refresh_from_db()
        assert (move.booking, move.entry_id) == ("to_process", None)
        assert Entry.objects.filter(pk=one.pk).exists()
        assert not BankPointing.objects.exists()
        check(boulangerie)


def test_amounts_alone_match_only_what_has_one_candidate(boulangerie: Dossier, alice: User) -> None:
    with open_dossier(alice, boulangerie):
        bank = Bank(boulangerie, alice)
        sure = bank.entry(-111, -3)
        bank.move(-111, -1)
        bank.entry(-222, -3)
        bank.entry(-222, -2)
        bank.move(-222, -2)
        bank.entry(-333, -20)
        bank.move(-333, -1)
        assert actions.match_by_amount(boulangerie, bank.on, by=alice, until=D) == 1
        assert [row.entry_id for row in BankPointing.objects.all()] == [sure.pk]
        assert actions.match_by_amount(boulangerie, bank.on, by=alice, until=D) == 0


def test_a_pointing_goes_with_its_entry(boulangerie: Dossier, alice: User) -> None:
    with open_dossier(alice, boulangerie):
        bank = Bank(boulangerie, alice)
        entry = bank.entry(-100, -3)
        bank.point(entry)
        remove_entry(entry, by=alice)
        assert not BankPointing.objects.exists()


ACTS = st.lists(
    st.tuples(
        st.sampled_from(["entry", "move", "point", "match", "unpoint", "book", "until"]),
        st.integers(-5, 5), st.integers(0, 6),
    ),
    min_size=4, max_size=12,
)  # fmt: skip


@given(acts=ACTS)
@settings(max_examples=15, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
def test_whatever_is_pointed_the_statement_is_what_the_bank_moved(
    acts: list[tuple[str, int, int]], boulangerie: Dossier, alice: User
) -> None:
    """Once every line is on the statement, the reconciled balance is the sum of what moved."""
    with open_dossier(alice, boulangerie):
        bank = Bank(boulangerie, alice)
        for name, day, rank in acts:
            try:
                _do(bank, name, day, rank)
            except (actions.AlreadyPointed, actions.NotPointable):
                continue
        found = bank.found()
        lines = book_lines(boulangerie, bank.on, D, view="ouvertes", most=None)
        assert (len(lines), sum(one.cents for one in lines)) == (found.line_count, found.lines)
        seen = {(one.entry_id, one.line_no): one for one in book_lines(
            boulangerie, bank.on, dt.date(9999, 1, 1), view="pointees", most=None)}  # fmt: skip
        by_hand = [one for one in seen.values() if one.transaction is None]
        shown = sum(one.cents for one in by_hand if one.cleared_on and one.cleared_on <= D)
        moved = BankTransaction.objects.filter(date__lte=D)
        assert found.reconciled == shown + sum(one.amount for one in moved)


def _do(bank: Bank, name: str, day: int, rank: int) -> None:
    cents = 100 * (1 + rank % 3)
    entries = list(Entry.objects.order_by("id"))
    free = list(BankTransaction.objects.filter(entry=None).order_by("id"))
    if name == "entry":
        bank.entry(cents, day)
    elif name == "move":
        bank.move(cents, day)
    elif name == "until":
        actions.point_until(bank.dossier, bank.on, by=bank.by, until=D + dt.timedelta(days=day))
    elif name == "match":
        actions.match_by_amount(bank.dossier, bank.on, by=bank.by, until=D)
    elif name == "unpoint":
        ids = list(BankPointing.objects.values_list("id", flat=True)[:2])
        actions.unpoint(bank.dossier, bank.on, ids, by=bank.by)
    elif name == "book" and free:
        book_transaction(free[0], by=bank.by, account=account(bank.dossier, "758000"))
    elif name == "point" and entries:
        move = free[rank % len(free)] if free and rank % 2 else None
        bank.point(entries[rank % len(entries)], move=move)


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_asks_a_constant_number_of_queries_and_its_table_foots(
    count: int, boulangerie: Dossier, alice: User, client: Client
) -> None:
    with open_dossier(alice, boulangerie):
        bank = Bank(boulangerie, alice)
        for rank in range(count):
            bank.entry(-100, -rank)
            bank.move(-50, -rank)
    client.force_login(alice, backend=BACKEND)
    url = f"/dossier/boulangerie/banque/rapprochement/{bank.on.pk}/?au=31/03/2025&solde=-0,50"
    assert asked_of_the_books(lambda: client.get(url)) == 8
    shown = words(client.get(url).content.decode())
    assert "Solde rapproché" in shown
    assert ("Équilibré" in shown) is (count == 1)
    table: Any = client.get(
        f"/dossier/boulangerie/exports/rapprochement/?format=csv&banque={bank.on.pk}"
        "&au=31/03/2025&solde=-0,50"
    )
    rows = csv_rows(b"".join(table.streaming_content))
    cells = {row[2]: row[3] for row in rows}
    assert cells["Solde comptable"] == f"-{count},00"
    assert cells["Solde du relevé"] == "-0,50"


def test_lines_are_pointed_and_given_back_on_the_page(
    boulangerie: Dossier, alice: User, client: Client
) -> None:
    with open_dossier(alice, boulangerie):
        bank = Bank(boulangerie, alice)
        entry, move = bank.entry(-100, -2), bank.move(-100, -1)
    client.force_login(alice, backend=BACKEND)
    assert client.get("/dossier/boulangerie/banque/rapprochement/").status_code == 302
    url = f"/dossier/boulangerie/banque/rapprochement/{bank.on.pk}/"
    sent = {"ids": [f"{entry.pk}-1"], "au": "31/03/2025"}
    assert client.post(f"{url}pointer/", {**sent, "op": move.pk}).status_code == 302
    assert client.post(f"{url}pointer/", sent).status_code == 409
    assert "Chèque" in words(client.get(f"{url}?au=31/03/2025&vue=pointees").content.decode())
    assert client.post(f"{url}depointer/", sent).status_code == 302
    with open_dossier(alice, boulangerie):
        assert not BankPointing.objects.exists()
    for path in ("rapprocher", "tout-pointer"):
        assert client.post(f"{url}{path}/", {"au": "31/03/2025"}).status_code == 302
    with open_dossier(alice, boulangerie):
        move.refresh_from_db()
        assert move.entry_id == entry.pk
