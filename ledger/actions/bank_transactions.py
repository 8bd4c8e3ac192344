"""Bank transactions one by one: make, describe, keep, join a document."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction

from clients.models import Document, Dossier
from firm import audit
from firm.errors import BusinessError, Conflict
from firm.formats import date_fr
from firm.models import User
from ledger.actions.arrivals import look_at_transactions
from ledger.actions.summaries import refresh_receipts
from ledger.bank.lines import LABEL, REFERENCE, squeezed
from ledger.models import BankAccount, BankTransaction

Booking = BankTransaction.Booking
OPEN = (Booking.TO_PROCESS, Booking.PENDING_CLIENT, Booking.JUSTIFIED)
# What a person may say of a transaction while it waits.
DESCRIBED = ("account", "third_party", "vat_rate", "entry_label", "note")


class TransactionInvalid(BusinessError):
    """An amount, a label or a date is missing."""

    code = "bank_transaction_invalid"
    title = "Opération incomplète"


class TransactionExists(Conflict):
    """The bank's name of it is another's."""

    code = "bank_transaction_exists"
    title = "Opération déjà présente"


class TransactionSettled(Conflict):
    """It is booked or archived: what it is booked on does not change any more."""

    code = "bank_transaction_settled"
    title = "Opération déjà traitée"


def transaction_of(document: Document) -> str:
    """The sentence that keeps a document out of the bin while a transaction shows it."""
    found = BankTransaction.objects.filter(document=document.pk).first()
    if found is None:
        return ""
    return (
        f"Ce document justifie l’opération bancaire du {date_fr(found.date)} ({found.label[:60]})."
        " Retirez-le d’abord de l’opération."
    )


@transaction.atomic
def create_transaction(  # noqa: PLR0913 (the fields of a form, each by its name)
    dossier: Dossier,
    bank_account: BankAccount,
    *,
    date: dt.date,
    amount: int,
    label: str,
    by: User,
    value_date: dt.date | None = None,
    reference: str = "",
    external_id: str = "",
    source: str = BankTransaction.Source.MANUAL,
) -> BankTransaction:
    """Write down money that moved; `amount` in signed cents, positive is money in.

    Raises:
        TransactionInvalid: no amount, or no label.
        TransactionExists: the account has one of this `external_id`.
        PeriodLocked: the date is locked for this person.
    """
    label = squeezed(label, LABEL)
    if not amount:
        raise TransactionInvalid("Indiquez un montant qui ne soit pas nul.")
    if not label:
        raise TransactionInvalid("Indiquez le libellé de l’opération.")
    BankAccount.objects.select_for_update().get(pk=bank_account.pk)
    same = BankTransaction.objects.filter(bank_account=bank_account, external_id=external_id)
    if external_id and same.exists():
        raise TransactionExists(f"Ce compte a déjà une opération «\u00a0{external_id}\u00a0».")
    takeover = dossier.takeover_date
    made: BankTransaction = BankTransaction.objects.create(
        dossier=dossier, bank_account=bank_account, date=date, value_date=value_date,
        amount=amount, label=label, reference=squeezed(reference, REFERENCE),
        external_id=external_id, source=source,
        is_pre_takeover=bool(takeover and date < takeover),
    )  # fmt: skip
    audit.record(
        "ledger.bank_transaction_created", by=by, dossier_id=dossier.id, transaction=made.id,
        amount=amount, date=date.isoformat(),
    )  # fmt: skip
    look_at_transactions(dossier, [made.id], by=by)
    return made


@transaction.atomic
def describe(row: BankTransaction, *, by: User, **fields: Any) -> BankTransaction:
    """Say what it will be booked on (`account`, `third_party`, `vat_rate`, `entry_label`, `note`).

    What a person chose is no rule's proposal any more.

    Raises:
        TransactionSettled: it is booked or archived.
    """
    current = hold(row)
    changed = {
        name: value
        for name in DESCRIBED
        if name in fields and getattr(current, name) != (value := fields[name])
    }
    if not changed:
        return current
    if set(changed) - {"note"}:
        _refuse_settled(current)
        current.rule = None
    for name, value in changed.items():
        setattr(current, name, value)
    current.save(update_fields=[*changed, "rule"])
    audit.record(
        "ledger.bank_transaction_described", by=by, dossier_id=row.dossier_id, transaction=row.pk,
        fields=sorted(changed),
    )  # fmt: skip
    return current


def hold(row: BankTransaction) -> BankTransaction:
    """The row itself, kept for this transaction."""
    held: BankTransaction = BankTransaction.objects.select_for_update().get(pk=row.pk)
    return held


def _refuse_settled(row: BankTransaction) -> None:
    if row.booking not in OPEN:
        raise TransactionSettled(
            "Cette opération est comptabilisée ou archivée\u00a0: annulez d’abord sa "
            "comptabilisation, ou restaurez-la."
        )


@transaction.atomic
def attach(row: BankTransaction, document: Document | None, *, by: User) -> None:
    """Join a document to a transaction, booked or not, in place of the one it had; or none.

    A transaction that waited for the client's document is justified by it.

    Raises:
        TransactionSettled: it is archived.
    """
    current = hold(row)
    if current.booking == Booking.ARCHIVED:
        raise TransactionSettled("Cette opération est archivée\u00a0: restaurez-la d’abord.")
    current.document = document
    if document and current.booking in (Booking.TO_PROCESS, Booking.PENDING_CLIENT):
        current.booking = Booking.JUSTIFIED
    elif document is None and current.booking == Booking.JUSTIFIED and not current.is_exempt:
        current.booking = Booking.TO_PROCESS
    current.save(update_fields=["document", "booking"])
    audit.record(
        "ledger.bank_document_joined" if document else "ledger.bank_document_parted", by=by,
        dossier_id=row.dossier_id, transaction=row.pk, document=document.pk if document else None,
    )  # fmt: skip
    refresh_receipts(row.dossier_id)
