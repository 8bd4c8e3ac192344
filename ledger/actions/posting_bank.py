"""Booking bank transactions: on an account, with VAT when it is given, or on a third party.

Money that settles exactly one open line of the third party is lettered with it, and its invoice is
paid.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection, transaction

from clients.models import Dossier
from firm import audit
from firm.errors import BusinessError
from firm.models import User
from ledger.actions.bank_pointing import unmatch
from ledger.actions.entries import (
    EntryNotRemovable,
    Line,
    NewEntry,
    Removed,
    guarded,
    remove_entries,
    write_entries,
)
from ledger.actions.letterings import letter, undo_letterings
from ledger.actions.posting_rows import account_ids, journal_id
from ledger.models import Account, BankTransaction, Entry, EntryLine, Invoice, ThirdParty
from ledger.queries.bank_proposals import BankProposal, open_lines, propose_transactions
from ledger.queries.posting_accounts import (
    Chosen,
    PostingAccounts,
    journal_of_bank_account,
    posting_accounts,
)
from ledger.queries.posting_parts import WHOLE, rounded
from ledger.queries.posting_refusals import NotBookable

_BOOKED = """
UPDATE ledger_banktransaction b SET entry_id = t.entry, line_no = 1, booking = 'booked',
    account_id = t.account, third_party_id = t.third
FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[]) AS t (id, entry, account, third)
WHERE b.dossier_id = %s AND b.id = t.id
"""


class VatUnfit(BusinessError):
    """VAT is only taken out of a charge, an income or an asset."""

    code = "vat_unfit"
    title = "TVA impossible sur ce compte"


WITH_VAT = ("2", "6", "7")  # accounts that VAT is taken out of


@dataclass(frozen=True, slots=True)
class Other:
    """The other side of a transaction: its lines without the bank's, and where its money goes."""

    account: Chosen
    third_party: ThirdParty | None
    vat_account: Chosen | None = None
    vat: int = 0


def book_transaction(
    bank_transaction: BankTransaction,
    *,
    by: User,
    account: Account | None = None,
    third_party: ThirdParty | None = None,
    vat_rate: Decimal | None = None,
) -> Entry:
    """Write the entry of a bank transaction on an account or a third party, else as it is proposed.

    `vat_rate` (per cent) takes the VAT out of the amount; an account of charge, income or asset
    only.  As proposed, the rate that a person or a rule left on the transaction does.  With both
    account and third party, the account bears the amount, and the third party if it is one of class
    40 or 41.

    Raises:
        AlreadyBooked, NotBookable, PieceIncomplete, NoAccount, DayClosed:
            `queries.posting_refusals` says when.
        VatUnfit: a rate with an account that bears none.
        PeriodLocked: its date was locked meanwhile.
    """
    with transaction.atomic():
        held = hold_transaction(bank_transaction)
        if account or third_party:
            held.account, held.third_party, held.vat_rate = account, third_party, None
        (proposal,) = propose_transactions(held.dossier, [held])
        if proposal.problem:
            raise proposal.problem
        rates = {held.id: vat_rate} if vat_rate else {}
        (entry_id,) = write_transactions(held.dossier, [proposal], by=by, rates=rates)
        entry: Entry = Entry.objects.get(pk=entry_id)
        audit.record(
            "ledger.transaction_booked", by=by, dossier_id=held.dossier_id, transaction=held.id,
            label=held.label, entry=entry.id, amount=held.amount,
        )  # fmt: skip
    bank_transaction.refresh_from_db()
    return entry


def hold_transaction(bank_transaction: BankTransaction) -> BankTransaction:
    """The transaction as it stands now, held until the database transaction ends."""
    rows = BankTransaction.objects.select_related("dossier", "bank_account", "account",
                                                  "third_party__account")  # fmt: skip
    held: BankTransaction = rows.select_for_update(of=("self",)).get(pk=bank_transaction.pk)
    return held


def write_transactions(
    dossier: Dossier,
    proposals: Sequence[BankProposal],
    *,
    by: User,
    rates: Mapping[int, Decimal] | None = None,
) -> list[int]:
    """Write the entries of proposals without problem, whose transactions are held; answers their
    ids.  Only letterings take statements of their own.
    """
    accounts = posting_accounts(dossier)
    others = [_other(each, accounts, (rates or {}).get(each.transaction.id)) for each in proposals]
    ids = account_ids(dossier, [one for other in others for one in _used(other)])
    journals = _journals(dossier, proposals)
    wanted = [
        _entry(each.transaction, other, journals[each.transaction.bank_account_id], ids)
        for each, other in zip(proposals, others, strict=True)
    ]
    made = write_entries(dossier, wanted, by=by)
    with guarded(), connection.cursor() as cursor:
        cursor.execute(
            _BOOKED,
            [
                [each.transaction.id for each in proposals],
                made,
                [ids[other.account.number] for other in others],
                [other.third_party.id if other.third_party else None for other in others],
                dossier.id,
            ],
        )
    for each, other, entry_id in zip(proposals, others, made, strict=True):
        if other.third_party:
            _settle(each.transaction, other.third_party, ids[other.account.number], entry_id)
    return made


def _used(other: Other) -> list[Chosen]:
    return [other.account, *([other.vat_account] if other.vat_account else [])]


def _other(proposal: BankProposal, accounts: PostingAccounts, rate: Decimal | None) -> Other:
    third = proposal.third_party
    if proposal.account is None:
        assert third is not None
        own = Chosen.of(third.account) if third.account else accounts.role(third.role)
        return Other(own, third)
    account = proposal.account
    if not rate and account.number.startswith(WITH_VAT):
        rate = proposal.transaction.vat_rate
    if rate:
        return _with_vat(proposal.transaction, account, accounts, rate)
    return Other(account, third if account.number.startswith(("40", "41")) else None)


def _with_vat(
    bank_transaction: BankTransaction, account: Chosen, accounts: PostingAccounts, rate: Decimal
) -> Other:
    if not account.number.startswith(WITH_VAT):
        raise VatUnfit(
            f"Le compte {account.number} ne porte pas de TVA : choisissez un compte de charge, de"
            " produit ou d’immobilisation, ou retirez le taux."
        )
    vat = rounded(-bank_transaction.amount * rate / (WHOLE + rate))
    if account.number.startswith("7"):
        return Other(account, None, accounts.collected(rate), vat)
    is_asset = account.number.startswith("2")
    role = "vat_deductible_asset" if is_asset else "vat_deductible"
    return Other(account, None, accounts.role(role), vat)


def _journals(dossier: Dossier, proposals: Sequence[BankProposal]) -> dict[int, int]:
    """The journal of each bank account: the one of its latest transactions, else the bank's."""
    found: dict[int, int] = {}
    for pk in sorted({each.transaction.bank_account_id for each in proposals}):
        own = journal_of_bank_account(pk)
        found[pk] = own.id if own else journal_id(dossier, "bank")
    return found


def _entry(
    bank_transaction: BankTransaction, other: Other, journal: int, ids: Mapping[str, int]
) -> NewEntry:
    cents = bank_transaction.amount
    lines = [
        Line.of(bank_transaction.bank_account.account_id, cents),
        Line.of(
            ids[other.account.number], -cents - other.vat,
            third_party_id=other.third_party.id if other.third_party else None,
        ),
    ]  # fmt: skip
    if other.vat_account and other.vat:
        lines.append(Line.of(ids[other.vat_account.number], other.vat))
    return NewEntry(
        journal, bank_transaction.date, lines,
        piece_ref=bank_transaction.reference or f"BQ-{bank_transaction.id}",
        piece_date=bank_transaction.date, label=_label(bank_transaction),
        shape="bank",
    )  # fmt: skip


def _label(bank_transaction: BankTransaction) -> str:
    """What a person or a rule called it, else what the bank did."""
    return bank_transaction.entry_label or bank_transaction.label or "Opération bancaire"


def _settle(
    bank_transaction: BankTransaction, third: ThirdParty, account_id: int, entry_id: int
) -> None:
    """Letter the transaction with the one open line of its amount, if there is just one."""
    settled = open_lines(bank_transaction, third, account_id)
    if len(settled) != 1:
        return
    own = EntryLine.objects.get(dossier=bank_transaction.dossier_id, entry=entry_id, line_no=2)
    letter([settled[0], own], on=max(settled[0].date, own.date))
    Invoice.objects.filter(
        dossier=bank_transaction.dossier_id, entry=settled[0].entry_id, third_party=third,
        gross=abs(bank_transaction.amount),
    ).update(state=Invoice.State.PAID, paid_on=bank_transaction.date)  # fmt: skip


def unbook_transaction(bank_transaction: BankTransaction, *, by: User) -> Removed:
    """Take the entry of a transaction away: it is to process again, and what it settled is open.

    One that was matched with a line of other entries only loses that pointing.

    Raises:
        NotBookable: it is not booked.
        EntryNotRemovable: its entry came with a file, is validated, or stands in a closed year.
        PeriodLocked: its date is locked for this person.
    """
    with guarded(), transaction.atomic():
        held = hold_transaction(bank_transaction)
        if held.booking != BankTransaction.Booking.BOOKED or held.entry_id is None:
            raise NotBookable("Cette opération n’est pas comptabilisée.")
        if held.fec_import_id is not None:
            raise EntryNotRemovable(
                "Cette opération vient d’un FEC : son écriture ne se retire qu’avec son import."
            )
        entry_id = held.entry_id
        if unmatch(held, by=by):
            bank_transaction.refresh_from_db()
            return Removed(0)
        undone = undo_letterings(held.dossier_id, [entry_id])
        BankTransaction.objects.filter(pk=held.pk).update(
            entry=None, line_no=None, booking=BankTransaction.Booking.TO_PROCESS
        )
        remove_entries(held.dossier_id, [entry_id], by=by)
        audit.record(
            "ledger.transaction_unbooked", by=by, dossier_id=held.dossier_id, transaction=held.id,
            label=held.label, entry=entry_id, amount=held.amount, letterings=undone,
        )  # fmt: skip
    bank_transaction.refresh_from_db()
    return Removed(1, undone)
