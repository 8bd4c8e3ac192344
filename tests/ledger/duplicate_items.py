"""Invoices and bank transactions for the tests of duplicates and of the takeover."""

from __future__ import annotations

import datetime as dt
from typing import Any

from clients.models import Document, Dossier
from firm.models import User
from ledger.actions.duplicates import find_duplicates
from ledger.models import Account, BankAccount, BankTransaction, Invoice, ThirdParty

D = dt.date


def supplier(dossier: Dossier, label: str, *, code: str = "", siren: str = "") -> ThirdParty:
    made: ThirdParty = ThirdParty.objects.create(
        dossier=dossier, role="supplier", code=code or label[:20], label=label, siren=siren
    )
    return made


def invoice(
    dossier: Dossier, third: ThirdParty | None, number: str, cents: int, day: dt.date, **more: Any
) -> Invoice:
    values = {"direction": "purchase", "type": "invoice", "source": "manual", **more}
    made: Invoice = Invoice.objects.create(
        dossier=dossier, third_party=third, number=number, gross=cents, issue_date=day, **values
    )
    return made


def document(dossier: Dossier, sha256: str) -> Document:
    made: Document = Document.objects.create(
        dossier=dossier, name="facture.pdf", sha256=sha256, size=10, content_type="application/pdf"
    )
    return made


def bank_account(dossier: Dossier, number: str = "512000") -> BankAccount:
    account, _made = Account.objects.get_or_create(
        dossier=dossier, number=number, defaults={"label": "Banque"}
    )
    made: BankAccount = BankAccount.objects.create(
        dossier=dossier, account=account, name="Compte courant"
    )
    return made


def moved(
    account: BankAccount, cents: int, day: dt.date, label: str, source: str = "csv", **more: Any
) -> BankTransaction:
    made: BankTransaction = BankTransaction.objects.create(
        dossier_id=account.dossier_id, bank_account=account, amount=cents, date=day, label=label,
        source=source, **more,
    )  # fmt: skip
    return made


def search(dossier: Dossier, by: User) -> int:
    """Compare everything with everything."""
    return find_duplicates(
        dossier, by=by,
        invoices=Invoice.objects.values_list("id", flat=True),
        transactions=BankTransaction.objects.values_list("id", flat=True),
    )  # fmt: skip
