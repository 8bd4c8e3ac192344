"""Bank transactions: legal moves alone, documents joined, missing receipts counted."""

from __future__ import annotations

from typing import Any

import pytest

from clients.models import Document, Dossier
from firm.models import AuditEvent, User
from ledger.actions.bank_accounts import (
    BankAccountExists,
    BankAccountInvalid,
    free_number,
    save_bank_account,
)
from ledger.actions.bank_moves import MOVES, NothingToMove, move
from ledger.actions.bank_transactions import (
    TransactionExists,
    TransactionInvalid,
    TransactionSettled,
    attach,
    create_transaction,
    describe,
    transaction_of,
)
from ledger.actions.keeping import NothingToKeep, keep_items
from ledger.models import Account, BankAccount, BankTransaction, Invoice
from ledger.queries.bank import BankFilters, neighbours, totals_by_tab, wanted
from ledger.queries.bank_receipts import missing_receipts
from tests.ledger.bank.bank_rows import D, account, transaction
from tests.ledger.bank.writing import IBAN

pytestmark = pytest.mark.django_db
BOOKINGS = ("to_process", "pending_client", "justified", "booked", "archived")


@pytest.fixture(name="on")
def bank_account(inside: Dossier, alice: User) -> BankAccount:
    return account(inside, alice)


def document(dossier: Dossier, **fields: Any) -> Document:
    made: Document = Document.objects.create(
        dossier=dossier, name="recu.pdf", sha256="0" * 64, size=1, content_type="application/pdf",
        **fields,
    )  # fmt: skip
    return made


@pytest.mark.parametrize("booking", BOOKINGS)
@pytest.mark.parametrize("what", MOVES)
def test_only_legal_moves_are_made(
    what: str, booking: str, inside: Dossier, on: BankAccount, alice: User
) -> None:
    row = transaction(inside, on, booking=booking)
    chosen = BankTransaction.objects.filter(pk=row.pk)
    legal = {
        "demander": {"to_process": "pending_client"},
        "justifier": {"to_process": "justified", "pending_client": "justified"},
        "reprendre": {"pending_client": "to_process", "justified": "to_process"},
    }[what]
    if booking in legal:
        assert move(inside, chosen, what=what, by=alice, note="Abonnement") == 1
    else:
        with pytest.raises(NothingToMove):
            move(inside, chosen, what=what, by=alice)
    row.refresh_from_db()
    assert row.booking == legal.get(booking, booking)
    assert row.note == ("Abonnement" if booking in legal else "")


def test_a_move_takes_those_that_may_and_says_how_many(
    inside: Dossier, on: BankAccount, alice: User
) -> None:
    for booking in BOOKINGS:
        transaction(inside, on, booking=booking)
    every = BankTransaction.objects.all()
    assert move(inside, every, what="justifier", by=alice) == 2
    assert AuditEvent.objects.get(action="ledger.bank_transactions_justified").details["count"] == 2
    with pytest.raises(NothingToMove):
        move(inside, every, what="brûler", by=alice)


def test_what_is_justified_without_a_document_is_exempt(
    inside: Dossier, on: BankAccount, alice: User
) -> None:
    with_one = transaction(inside, on, document=document(inside))
    without = transaction(inside, on)
    move(inside, BankTransaction.objects.all(), what="justifier", by=alice)
    with_one.refresh_from_db()
    without.refresh_from_db()
    assert (with_one.is_exempt, without.is_exempt) == (False, True)


def test_a_document_justifies_and_its_absence_reopens(
    inside: Dossier, on: BankAccount, alice: User
) -> None:
    row, paper = transaction(inside, on, booking="pending_client"), document(inside)
    attach(row, paper, by=alice)
    row.refresh_from_db()
    assert (row.booking, row.document) == ("justified", paper)
    assert "PRLV EDF" in transaction_of(paper)
    attach(row, None, by=alice)
    row.refresh_from_db()
    assert (row.booking, row.document) == ("to_process", None)
    assert transaction_of(paper) == ""


def test_a_booked_transaction_takes_a_document_and_stays_booked(
    inside: Dossier, on: BankAccount, alice: User
) -> None:
    row = transaction(inside, on, booking="booked")
    attach(row, document(inside), by=alice)
    row.refresh_from_db()
    assert row.booking == "booked"
    archived = transaction(inside, on, booking="archived")
    with pytest.raises(TransactionSettled):
        attach(archived, document(inside), by=alice)


@pytest.mark.row("S3.20")
def test_a_transaction_before_the_takeover_can_be_kept(
    inside: Dossier, on: BankAccount, alice: User
) -> None:
    row = transaction(inside, on, is_pre_takeover=True)
    later = transaction(inside, on)
    keep_items(inside, transactions=[row.pk, later.pk], is_kept=True, by=alice)
    row.refresh_from_db()
    later.refresh_from_db()
    assert row.is_kept
    assert not later.is_kept
    BankTransaction.objects.update(booking="booked")
    with pytest.raises(NothingToKeep):
        keep_items(inside, transactions=[row.pk], is_kept=False, by=alice)


def test_a_settled_transaction_is_described_no_more_but_noted(
    inside: Dossier, on: BankAccount, alice: User
) -> None:
    energy = Account.objects.create(dossier=inside, number="606100", label="Énergie")
    row = transaction(inside, on)
    assert describe(row, account=energy, note="Pro", by=alice).account == energy
    BankTransaction.objects.update(booking="archived")
    with pytest.raises(TransactionSettled):
        describe(row, account=None, by=alice)
    assert describe(row, note="Doublon de la banque", by=alice).note == "Doublon de la banque"


def test_a_transaction_is_written_by_hand(inside: Dossier, on: BankAccount, alice: User) -> None:
    Dossier.objects.filter(pk=inside.pk).update(takeover_date=D(2025, 1, 1))
    inside.refresh_from_db()
    fields: dict[str, Any] = {"date": D(2024, 12, 30), "label": " CB  METRO ", "by": alice}
    made = create_transaction(inside, on, amount=-5_00, external_id="X1", **fields)
    assert (made.label, made.source, made.is_pre_takeover) == ("CB METRO", "manual", True)
    with pytest.raises(TransactionExists):
        create_transaction(inside, on, amount=-5_00, external_id="X1", **fields)
    with pytest.raises(TransactionInvalid):
        create_transaction(inside, on, amount=0, **fields)
    with pytest.raises(TransactionInvalid):
        create_transaction(inside, on, amount=1, **{**fields, "label": " "})


def test_missing_receipts_are_payments_and_purchases_since_the_takeover(
    inside: Dossier, on: BankAccount
) -> None:
    Dossier.objects.filter(pk=inside.pk).update(takeover_date=D(2025, 1, 1))
    inside.refresh_from_db()
    paper = document(inside)
    transaction(inside, on)
    transaction(inside, on, booking="booked")
    transaction(inside, on, date=D(2024, 12, 31))
    transaction(inside, on, amount=5_00)
    transaction(inside, on, booking="archived")
    transaction(inside, on, is_exempt=True)
    transaction(inside, on, document=paper)
    bought = {"dossier": inside, "direction": "purchase", "type": "invoice", "source": "manual"}
    for number, day, source, held in (
        ("A", D(2025, 2, 1), "manual", None), ("B", D(2024, 2, 1), "manual", None),
        ("C", D(2025, 2, 1), "fec", None), ("D", D(2025, 2, 1), "manual", paper),
    ):  # fmt: skip
        Invoice.objects.create(
            **{**bought, "source": source}, number=number, issue_date=day, document=held
        )
    found = missing_receipts(inside)
    assert (found.payments, found.purchases, found.total) == (2, 1, 3)
    assert wanted(inside, BankFilters(receipt="missing")).count() == 2


def test_without_a_takeover_what_a_fec_brought_is_not_asked_for(
    inside: Dossier, on: BankAccount
) -> None:
    transaction(inside, on, source="fec")
    transaction(inside, on)
    assert missing_receipts(inside).payments == 1


@pytest.mark.parametrize(
    ("filters", "labels"),
    [
        ({"search": "edf"}, ["EDF"]),
        ({"search": "77,10"}, ["EDF"]),
        ({"search": "1 200"}, ["LOYER"]),
        ({"source": "manual"}, ["LOYER"]),
        ({"takeover": "held"}, ["VIEUX"]),
        ({"takeover": "kept"}, ["GARDE"]),
        ({"proposal": "with"}, ["EDF"]),
        ({"is_repeated": True}, ["LOYER"]),
        ({"since": D(2025, 3, 1), "until": D(2025, 3, 31)}, ["EDF", "LOYER"]),
    ],
)
def test_the_list_is_narrowed(
    filters: dict[str, Any], labels: list[str], inside: Dossier, on: BankAccount
) -> None:
    energy = Account.objects.create(dossier=inside, number="606100", label="Énergie")
    transaction(inside, on, label="EDF", amount=-77_10, account=energy)
    transaction(inside, on, label="LOYER", amount=1200_00, source="manual", repeats=1)
    old = {"date": D(2024, 3, 4), "is_pre_takeover": True}
    transaction(inside, on, label="VIEUX", **old)
    transaction(inside, on, label="GARDE", is_kept=True, **old)
    found = wanted(inside, BankFilters(**filters)).order_by("label")
    assert [row.label for row in found] == labels


def test_tabs_have_their_totals_and_rows_their_neighbours(inside: Dossier, on: BankAccount) -> None:
    rows = [transaction(inside, on, date=D(2025, 1, day), amount=day) for day in (1, 2, 3)]
    transaction(inside, on, booking="booked", amount=-7)
    totals = totals_by_tab(inside, BankFilters())
    assert (totals["to_process"].count, totals["to_process"].money_in) == (3, 6)
    assert (totals["booked"].count, totals["booked"].money_out) == (1, -7)
    filters = BankFilters(booking="to_process")
    assert neighbours(inside, filters, rows[1]) == (rows[2].id, rows[0].id)
    assert neighbours(inside, filters, rows[2]) == (None, rows[1].id)


def test_a_bank_account_is_kept_with_valid_numbers(inside: Dossier, alice: User) -> None:
    assert free_number() == "512000"
    made = save_bank_account(
        inside, None, name="CA", number="512000", iban="fr14 2004 1010 0505 0001 3M02 606",
        bic="agrifrpp", by=alice,
    )  # fmt: skip
    assert (made.iban, made.bic, made.account.number) == (IBAN, "AGRIFRPP", "512000")
    assert free_number() == "512001"
    changed = save_bank_account(inside, made, name="Pro", number="512000", by=alice)
    assert (changed.id, changed.name, changed.iban) == (made.id, "Pro", "")


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"name": " "}, BankAccountInvalid),
        ({"number": "401000"}, BankAccountInvalid),
        ({"iban": "FR1420041010050500013M02607"}, BankAccountInvalid),
        ({"bic": "AGRI"}, BankAccountInvalid),
        ({"number": "512000"}, BankAccountExists),
        ({"iban": IBAN}, BankAccountExists),
    ],
)
def test_a_bank_account_that_is_none_is_refused(
    fields: dict[str, Any], error: type[Exception], inside: Dossier, on: BankAccount, alice: User
) -> None:
    assert on.account.number == "512000"
    with pytest.raises(error):
        save_bank_account(inside, None, **{"name": "X", "number": "512100", "by": alice, **fields})
