"""Invoices and bank transactions to process, as other screens leave them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from clients.models import Dossier
from ledger.actions.summaries import refresh_receipts
from ledger.models import (
    Account,
    BankAccount,
    BankTransaction,
    EntryLine,
    FiscalYear,
    Invoice,
    InvoiceLine,
    ThirdParty,
)

DAY = dt.date(2023, 5, 17)


def year(dossier: Dossier, number: int = 2023) -> FiscalYear:
    made: FiscalYear = FiscalYear.objects.create(
        dossier=dossier, start=dt.date(number, 1, 1), end=dt.date(number, 12, 31)
    )
    return made


def account(dossier: Dossier, number: str, label: str = "") -> Account:
    made, _new = Account.objects.get_or_create(
        dossier=dossier, number=number, defaults={"label": label or f"Compte {number}"}
    )
    return made


def party(dossier: Dossier, code: str = "EDF", role: str = "supplier", **more: Any) -> ThirdParty:
    made, _new = ThirdParty.objects.get_or_create(
        dossier=dossier, role=role, code=code, defaults={"label": f"Tiers {code}", **more}
    )
    return made


def invoice(
    dossier: Dossier,
    lines: Sequence[tuple[object, ...]] = ((10000, "20", "606100"),),
    *,
    third: ThirdParty | None = None,
    direction: str = "purchase",
    **more: Any,
) -> Invoice:
    """An invoice to process; lines are (net cents, rate, account or "", deductible per cent)."""
    rows = [(*line, *("", "100")[len(line) - 2 :]) for line in lines]
    nets = [int(str(row[0])) for row in rows]
    vats = [round(net * Decimal(str(row[1])) / 100) for net, row in zip(nets, rows, strict=True)]
    given = {
        "number": "F-1", "type": "invoice", "issue_date": DAY, "net": sum(nets), "vat": sum(vats),
        "gross": sum(nets) + sum(vats), **more,
    }  # fmt: skip
    role = "supplier" if direction == "purchase" else "customer"
    made: Invoice = Invoice.objects.create(
        dossier=dossier, direction=direction, third_party=third or party(dossier, role=role),
        **given,
    )  # fmt: skip
    InvoiceLine.objects.bulk_create(
        InvoiceLine(
            dossier=dossier, invoice=made, rank=rank, net=net, vat=vat,
            vat_rate=Decimal(str(row[1])),
            account=account(dossier, str(row[2])) if row[2] else None,
            deductible_pct=Decimal(str(row[3])),
        )
        for rank, (row, net, vat) in enumerate(zip(rows, nets, vats, strict=True), 1)
    )  # fmt: skip
    refresh_receipts(dossier.id)
    return made


def bank_account(dossier: Dossier, number: str = "512000") -> BankAccount:
    made, _new = BankAccount.objects.get_or_create(
        dossier=dossier, account=account(dossier, number), defaults={"name": "Banque"}
    )
    return made


def transaction(
    dossier: Dossier, amount: int, label: str = "PRLV EDF", **more: Any
) -> BankTransaction:
    made: BankTransaction = BankTransaction.objects.create(
        dossier=dossier, bank_account=more.pop("bank_account", None) or bank_account(dossier),
        date=more.pop("date", DAY), amount=amount, label=label, source="file", **more,
    )  # fmt: skip
    refresh_receipts(dossier.id)
    return made


def lines_of(entry_id: int | None) -> list[tuple[str, int]]:
    """(account, signed cents) of an entry's lines, in order."""
    rows = EntryLine.objects.filter(entry=entry_id).order_by("line_no").select_related("account")
    return [(row.account.number, row.debit - row.credit) for row in rows]
