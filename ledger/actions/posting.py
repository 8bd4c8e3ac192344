"""Booking invoices and bank transactions, and taking it back.

An invoice or transaction is held before its entry is written: of two people who book the same one,
the second is told so.  What is refused leaves nothing behind.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import connection, transaction

from clients.models import Dossier
from firm import audit
from firm.models import User
from ledger.actions.entries import (
    EntryNotRemovable,
    Line,
    NewEntry,
    Removed,
    guarded,
    hold_books,
    remove_entries,
    write_entries,
)
from ledger.actions.letterings import undo_letterings
from ledger.actions.posting_bank import (
    book_transaction,
    unbook_transaction,
    write_transactions,
)
from ledger.actions.posting_rows import account_ids, journal_id
from ledger.actions.summaries import refresh_to_book
from ledger.models import Entry, Invoice
from ledger.queries.posting_parts import Posted
from ledger.queries.posting_refusals import NotBookable
from ledger.queries.proposals import Given, Proposal, propose_invoice

__all__ = [
    "book_invoice", "book_transaction", "unbook_invoice", "unbook_transaction", "write_proposals",
    "write_transactions",
]  # fmt: skip

JOURNALS = {Invoice.Direction.SALE: "sales", Invoice.Direction.PURCHASE: "purchases"}
_BOOKED = """
UPDATE ledger_invoice i SET entry_id = t.entry, booking = 'booked'
FROM unnest(%s::bigint[], %s::bigint[]) AS t (id, entry)
WHERE i.dossier_id = %s AND i.id = t.id
"""
_ACCOUNTS = """
UPDATE ledger_invoiceline l SET account_id = t.account
FROM unnest(%s::bigint[], %s::int[], %s::bigint[]) AS t (invoice, rank, account)
WHERE l.dossier_id = %s AND l.invoice_id = t.invoice AND l.rank = t.rank
  AND l.account_id IS DISTINCT FROM t.account
"""


def book_invoice(invoice: Invoice, *, by: User, accounts: Given | None = None) -> Entry:
    """Write the entry of an invoice or credit note; `accounts` are those chosen for its lines, by
    rank.

    Raises:
        AlreadyBooked: it has its entry.
        NotBookable, PieceIncomplete, NoAccount, DayClosed: `queries.posting_refusals` says when.
        PeriodLocked: its date was locked meanwhile.
    """
    with transaction.atomic():
        held = hold_invoice(invoice)
        proposal = propose_invoice(held.dossier, held, given=accounts)
        if proposal.problem:
            raise proposal.problem
        (entry_id,) = write_proposals(held.dossier, [proposal], by=by)
        refresh_to_book(held.dossier_id)
        entry: Entry = Entry.objects.get(pk=entry_id)
        audit.record(
            "ledger.invoice_booked", by=by, dossier_id=held.dossier_id, invoice=held.id,
            number=held.number, entry=entry.id, gross=held.gross,
        )  # fmt: skip
    invoice.booking, invoice.entry = Invoice.Booking.BOOKED, entry
    return entry


def hold_invoice(invoice: Invoice) -> Invoice:
    """The invoice as it stands now, held until the transaction ends."""
    hold_books(invoice.dossier_id)
    rows = Invoice.objects.select_related("dossier", "third_party")
    held: Invoice = rows.select_for_update(of=("self",)).get(pk=invoice.pk)
    return held


def write_proposals(dossier: Dossier, proposals: Sequence[Proposal], *, by: User) -> list[int]:
    """Write the entries of proposals without problem, whose invoices are held; answers their ids.

    The number of statements does not grow with theirs.
    """
    lines = [line for each in proposals for line in each.lines]
    kept = [account for each in proposals for account in each.accounts.values()]
    ids = account_ids(dossier, [*(line.account for line in lines if line.account), *kept])
    journals = {
        direction: journal_id(dossier, JOURNALS[Invoice.Direction(direction)])
        for direction in sorted({each.invoice.direction for each in proposals})
    }
    wanted = [_entry(each, journals[each.invoice.direction], ids) for each in proposals]
    made = write_entries(dossier, wanted, by=by)
    with guarded(), connection.cursor() as cursor:
        cursor.execute(_BOOKED, [[each.invoice.id for each in proposals], made, dossier.id])
        cursor.execute(_ACCOUNTS, [*_line_accounts(proposals, ids), dossier.id])
    return made


def _line_accounts(
    proposals: Sequence[Proposal], ids: Mapping[str, int]
) -> tuple[list[int], list[int], list[int]]:
    rows = [
        (each.invoice.id, rank, ids[account.number])
        for each in proposals
        for rank, account in each.accounts.items()
    ]
    return [row[0] for row in rows], [row[1] for row in rows], [row[2] for row in rows]


def _entry(proposal: Proposal, journal: int, ids: Mapping[str, int]) -> NewEntry:
    invoice = proposal.invoice
    assert invoice.issue_date is not None
    return NewEntry(
        journal, invoice.issue_date, [_line(invoice, line, ids) for line in proposal.lines],
        piece_ref=invoice.number or f"AUTO-{invoice.id}", piece_date=invoice.issue_date,
        label=_label(invoice), shape=invoice.direction,
    )  # fmt: skip


def _label(invoice: Invoice) -> str:
    """« Avoir A-12 Dupont »."""
    kind = invoice.get_type_display() if invoice.number else Invoice.Source.AUTO.label
    third = invoice.third_party.label if invoice.third_party else ""
    return " ".join(part for part in (kind, invoice.number, third) if part)


def _line(invoice: Invoice, line: Posted, ids: Mapping[str, int]) -> Line:
    assert line.account is not None
    abroad = line.is_third_party and invoice.currency != "EUR" and invoice.foreign_gross
    return Line.of(
        ids[line.account.number], line.cents,
        third_party_id=invoice.third_party_id if line.is_third_party else None,
        foreign_amount=invoice.foreign_gross if abroad else None,
        currency=invoice.currency if abroad else None,
    )  # fmt: skip


def unbook_invoice(invoice: Invoice, *, by: User) -> Removed:
    """Take the entry of an invoice away: it is to process again, and what it was lettered with is
    open.

    Raises:
        NotBookable: it is not booked.
        EntryNotRemovable: its entry came with a file, is validated, or stands in a closed year.
        PeriodLocked: its date is locked for this person.
    """
    with guarded(), transaction.atomic():
        held = hold_invoice(invoice)
        if held.booking != Invoice.Booking.BOOKED or held.entry_id is None:
            raise NotBookable("Cette facture n’est pas comptabilisée.")
        if held.fec_import_id is not None:
            raise EntryNotRemovable(
                "Cette facture vient d’un FEC : son écriture ne se retire qu’avec son import."
            )
        entry_id = held.entry_id
        undone = undo_letterings(held.dossier_id, [entry_id])
        Invoice.objects.filter(pk=held.pk).update(entry=None, booking=Invoice.Booking.TO_PROCESS)
        remove_entries(held.dossier_id, [entry_id], by=by)
        refresh_to_book(held.dossier_id)
        audit.record(
            "ledger.invoice_unbooked", by=by, dossier_id=held.dossier_id, invoice=held.id,
            number=held.number, entry=entry_id, gross=held.gross, letterings=undone,
        )  # fmt: skip
    invoice.refresh_from_db()
    return Removed(1, undone)
