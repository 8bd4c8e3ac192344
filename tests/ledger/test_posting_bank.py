"""Booking bank transactions: accounts, VAT, third parties and what they settle."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from clients.models import Dossier
from firm.errors import BusinessError
from firm.models import User
from ledger.actions.posting import (
    book_invoice,
    book_transaction,
    unbook_invoice,
    unbook_transaction,
)
from ledger.models import Entry, EntryLine, FiscalYear, Invoice, Journal, Lettering
from ledger.queries.bank_proposals import label_key, propose_transactions
from tests.ledger.pieces import account, bank_account, invoice, lines_of, party, transaction
from tests.ledger.test_entries import in_step, sums
from tests.ledger.test_posting import open_year

__all__ = ["open_year"]
pytestmark = pytest.mark.django_db
LATER = dt.date(2023, 6, 2)


@pytest.mark.row("S3.18")
@pytest.mark.parametrize(
    ("amount", "number", "rate", "expected"),
    [
        (-1200, "627000", None, [("512000", -1200), ("627000", 1200)]),
        (-1200, "606100", "20", [("512000", -1200), ("606100", 1000), ("445660", 200)]),
        (-120000, "218300", "20", [("512000", -120000), ("218300", 100000), ("445620", 20000)]),
        (1055, "708500", "5.5", [("512000", 1055), ("708500", -1000), ("445710", -55)]),
        (-500, "580000", None, [("512000", -500), ("580000", 500)]),
    ],
)
def test_a_transaction_is_booked_on_an_account(
    inside: Dossier, open_year: FiscalYear, alice: User, amount: int, number: str,
    rate: str | None, expected: list[tuple[str, int]],
) -> None:  # fmt: skip
    moved = transaction(inside, amount)
    entry = book_transaction(
        moved, by=alice, account=account(inside, number), vat_rate=Decimal(rate) if rate else None
    )
    assert lines_of(entry.id) == expected
    assert (entry.journal.code, entry.shape) == ("BQ", "bank")
    assert (moved.booking, moved.entry_id, moved.line_no) == ("booked", entry.id, 1)
    in_step(inside)


@pytest.mark.row("S3.1")
def test_money_that_settles_one_open_invoice_is_lettered_and_pays_it(
    inside: Dossier, open_year: FiscalYear, alice: User
) -> None:
    bought = invoice(inside)
    book_invoice(bought, by=alice)
    before = sums(inside)
    moved = transaction(inside, -12000, date=LATER)

    entry = book_transaction(moved, by=alice, third_party=bought.third_party)

    assert lines_of(entry.id) == [("512000", -12000), ("401000", 12000)]
    group = Lettering.objects.get()
    assert (group.code, group.is_balanced, group.lettered_on) == ("AA", True, LATER)
    assert EntryLine.objects.filter(lettering=group, lettering_code="AA").count() == 2
    bought.refresh_from_db()
    assert (bought.state, bought.paid_on) == ("paid", LATER)
    in_step(inside)

    removed = unbook_transaction(moved, by=alice)

    assert removed.letterings == ["AA"]
    bought.refresh_from_db()
    assert (bought.state, bought.paid_on, bought.booking) == ("issued", None, "booked")
    assert (moved.booking, moved.entry_id) == ("to_process", None)
    assert sums(inside) == before
    in_step(inside)


def test_unbooking_a_paid_invoice_opens_it_and_its_payment(
    inside: Dossier, open_year: FiscalYear, alice: User
) -> None:
    bought = invoice(inside)
    book_invoice(bought, by=alice)
    book_transaction(transaction(inside, -12000), by=alice, third_party=bought.third_party)
    assert unbook_invoice(bought, by=alice).letterings == ["AA"]
    assert (bought.state, bought.paid_on, bought.booking) == ("issued", None, "to_process")
    assert not Lettering.objects.exists()
    in_step(inside)


def test_two_open_invoices_of_the_same_amount_are_left_to_a_person(
    inside: Dossier, open_year: FiscalYear, alice: User
) -> None:
    third = party(inside)
    for number in ("F-1", "F-2"):
        book_invoice(invoice(inside, number=number, third=third), by=alice)
    book_transaction(transaction(inside, -12000), by=alice, third_party=third)
    assert not Lettering.objects.exists()
    assert Invoice.objects.filter(state="paid").count() == 0


def test_letters_follow_one_another_for_a_third_party(
    inside: Dossier, open_year: FiscalYear, alice: User
) -> None:
    third = party(inside)
    for rank in range(3):
        book_invoice(invoice(inside, lines=[(1000 + rank, "0", "606100")], third=third), by=alice)
        book_transaction(transaction(inside, -1000 - rank), by=alice, third_party=third)
    assert set(Lettering.objects.values_list("code", flat=True)) == {"AA", "AB", "AC"}


def test_one_open_invoice_of_the_amount_is_proposed(
    inside: Dossier, open_year: FiscalYear, alice: User
) -> None:
    bought = invoice(inside)
    book_invoice(bought, by=alice)
    paid, other = transaction(inside, -12000), transaction(inside, 12000)
    found = propose_transactions(inside, [paid, other])
    assert found[0].third_party == bought.third_party
    assert found[0].why == "Facture F-1 du 17/05/2023, du même montant"
    assert found[1].problem is not None
    assert found[1].problem.code == "no_account"


def test_past_transactions_of_the_same_label_propose_their_account(
    inside: Dossier, open_year: FiscalYear, alice: User
) -> None:
    fees, other = account(inside, "627000"), account(inside, "626000")
    for rank, chosen in enumerate((fees, fees, other)):
        past = transaction(inside, -100 - rank, f"FRAIS TENUE DE COMPTE {rank:02d}/23")
        book_transaction(past, by=alice, account=chosen)
    new = transaction(inside, -250, "Frais tenue compte 04/23")
    (proposal,) = propose_transactions(inside, [new])
    assert proposal.account is not None
    assert proposal.account.number == "627000"
    assert proposal.why == "2 des 3 dernières opérations au même libellé"
    assert lines_of(book_transaction(new, by=alice).id)[1] == ("627000", 250)


def test_the_journal_is_that_of_the_bank_accounts_latest_transactions(
    inside: Dossier, open_year: FiscalYear, alice: User
) -> None:
    Journal.objects.create(dossier=inside, code="B1", label="Un", nature="bank")
    second = Journal.objects.create(dossier=inside, code="B2", label="Deux", nature="bank")
    first = book_transaction(transaction(inside, -1), by=alice, account=account(inside, "627000"))
    Entry.objects.filter(pk=first.pk).update(journal=second)
    entry = book_transaction(transaction(inside, -2), by=alice, account=account(inside, "627000"))
    assert entry.journal == second
    elsewhere = transaction(inside, -3, bank_account=bank_account(inside, "512100"))
    assert (
        book_transaction(elsewhere, by=alice, account=account(inside, "627000")).journal.code
        == "B1"
    )


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({}, "no_account"),
        ({"booking": "archived"}, "not_bookable"),
        ({"is_pre_takeover": True}, "not_bookable"),
        ({"date": dt.date(2022, 12, 31)}, "day_closed"),
    ],
)
def test_a_transaction_that_cannot_be_booked_says_why(
    inside: Dossier, open_year: FiscalYear, alice: User, given: dict[str, object], code: str
) -> None:
    moved = transaction(inside, -100, **given)
    chosen = None if code == "no_account" else account(inside, "627000")
    with pytest.raises(BusinessError) as refused:
        book_transaction(moved, by=alice, account=chosen)
    assert refused.value.code == code
    assert not Entry.objects.exists()


def test_vat_is_not_taken_out_of_a_third_partys_account(
    inside: Dossier, open_year: FiscalYear, alice: User
) -> None:
    with pytest.raises(BusinessError, match="ne porte pas de TVA"):
        book_transaction(
            transaction(inside, -100), by=alice, account=account(inside, "401000"),
            vat_rate=Decimal(20),
        )  # fmt: skip


def test_a_label_says_whom_it_is_about() -> None:
    assert label_key("PRLV SEPA EDF 12/05 Réf 4711") == ("EDF",)
    assert label_key("VIR 123") == ()
