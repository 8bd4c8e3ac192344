"""Bank accounts and statements of the tests."""

from __future__ import annotations

import datetime as dt

from clients.models import Dossier
from firm.models import User
from ledger.actions.bank_accounts import save_bank_account
from ledger.actions.bank_receive import receive_statement
from ledger.actions.bank_statements import import_statement
from ledger.models import BankAccount, BankStatement, BankTransaction
from tests.conftest import DATA
from tests.ledger.bank.writing import IBAN

D = dt.date
FILES = DATA / "bank"
BASE = "/dossier/boulangerie/banque/"


def account(dossier: Dossier, by: User, number: str = "512000", iban: str = IBAN) -> BankAccount:
    return save_bank_account(
        dossier, None, name=f"Crédit Agricole {number}", number=number, iban=iban, by=by
    )


def received(
    dossier: Dossier, content: bytes, by: User, on: BankAccount | None = None, name: str = "r.xml"
) -> BankStatement:
    (row,) = receive_statement(dossier, content, name=name, by=by, bank_account=on)
    return row


def imported(
    dossier: Dossier, content: bytes, by: User, on: BankAccount | None = None, name: str = "r.xml"
) -> BankStatement:
    row = import_statement(dossier, received(dossier, content, by, on, name), by=by)
    row.refresh_from_db()
    return row


def moved() -> list[tuple[dt.date, int, str, int]]:
    """Day, cents, label and repeats of every transaction, oldest first."""
    rows = BankTransaction.objects.order_by("date", "id")
    return list(rows.values_list("date", "amount", "label", "repeats"))


def transaction(dossier: Dossier, on: BankAccount, **fields: object) -> BankTransaction:
    """A transaction that came with a statement."""
    values = {"date": D(2025, 3, 4), "amount": -45_90, "label": "PRLV EDF", "source": "file"}
    made: BankTransaction = BankTransaction.objects.create(
        dossier=dossier, bank_account=on, **{**values, **fields}
    )
    return made
