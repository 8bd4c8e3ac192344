"""Two people at once: one entry, sums that are right, nobody waits for ever."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable

import pytest
from django.db import connection

from clients.actions.locks import set_lock
from clients.models import Dossier
from firm.errors import BusinessError
from firm.models import User
from ledger.actions.posting import (
    book_invoice,
    book_transaction,
    unbook_invoice,
    unbook_transaction,
)
from ledger.actions.summaries import refresh_to_book
from ledger.models import BankTransaction, Entry, Invoice
from tests.conftest import open_dossier
from tests.ledger.pieces import DAY, invoice, party, transaction, year
from tests.ledger.test_entries import in_step

pytestmark = pytest.mark.django_db(transaction=True)


def together(acts: list[tuple[User, Dossier, Callable[[], object]]]) -> list[str]:
    """Run acts at once, each in its own transaction; answers how each ended."""
    ready, ends = threading.Barrier(len(acts)), [""] * len(acts)

    def run(at: int, person: User, dossier: Dossier, act: Callable[[], object]) -> None:
        try:
            ready.wait(10)
            with open_dossier(person, dossier):
                act()
            ends[at] = "done"
        except BusinessError as refused:
            ends[at] = refused.code
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(at, *act)) for at, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return ends


def test_two_people_who_book_the_same_invoice_make_one_entry(
    alice: User, bruno: User, boulangerie: Dossier
) -> None:
    for round_ in range(5):
        with open_dossier(alice, boulangerie):
            if not round_:
                year(boulangerie)
            made = invoice(boulangerie, number=f"F-{round_}")

        def book(person: User, pk: int = made.pk) -> Callable[[], object]:
            return lambda: book_invoice(Invoice.objects.get(pk=pk), by=person)

        ends = together([(who, boulangerie, book(who)) for who in (alice, bruno)])
        assert sorted(ends) == ["already_booked", "done"]
    with open_dossier(alice, boulangerie):
        assert Entry.objects.count() == 5
        in_step(boulangerie)


def test_payments_and_invoices_of_one_supplier_cross_without_waiting_for_each_other(
    alice: User, bruno: User, boulangerie: Dossier
) -> None:
    with open_dossier(alice, boulangerie):
        year(boulangerie)
        third = party(boulangerie)
        bought = [invoice(boulangerie, number=f"F-{rank}", third=third) for rank in range(4)]
        paid = [transaction(boulangerie, -12000 - rank, third_party=third) for rank in range(4)]
        for made in bought:
            book_invoice(made, by=alice)
    acts: list[tuple[User, Dossier, Callable[[], object]]] = []
    for made, moved in zip(bought, paid, strict=True):
        acts.append(
            (
                alice,
                boulangerie,
                lambda pk=made.pk: unbook_invoice(  # type: ignore[misc]
                    Invoice.objects.get(pk=pk), by=alice
                ),
            )
        )
        acts.append(
            (
                bruno,
                boulangerie,
                lambda pk=moved.pk: book_transaction(  # type: ignore[misc]
                    BankTransaction.objects.get(pk=pk), by=bruno
                ),
            )
        )
    assert set(together(acts)) == {"done"}
    with open_dossier(alice, boulangerie):
        in_step(boulangerie)
        for moved in paid:
            moved.refresh_from_db()
            unbook_transaction(moved, by=alice)
        assert not Entry.objects.exists()
        in_step(boulangerie)


def test_a_lock_that_comes_meanwhile_lets_an_entry_in_whole_or_not_at_all(
    alice: User, bruno: User, boulangerie: Dossier
) -> None:
    for round_ in range(4):
        with open_dossier(alice, boulangerie):
            if not round_:
                year(boulangerie)
            day = DAY + dt.timedelta(days=round_)
            made = invoice(boulangerie, number=f"F-{round_}", issue_date=day)
            refresh_to_book(boulangerie.id)

        def book(pk: int = made.pk) -> object:
            return book_invoice(Invoice.objects.get(pk=pk), by=bruno)

        def lock(day: dt.date = day) -> object:
            return set_lock(boulangerie, lock_date=day, lock_mode="users_and_admins", by=alice)

        booked, locked = together([(bruno, boulangerie, book), (alice, boulangerie, lock)])
        assert locked in {"done", "lock_busy"}
        with open_dossier(alice, boulangerie):
            made.refresh_from_db()
            assert (made.booking == "booked") is (booked == "done")
            assert (made.entry_id is not None) is (booked == "done")
            in_step(boulangerie)
