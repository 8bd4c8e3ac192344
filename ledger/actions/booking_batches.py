"""Booking many pieces, and taking it back: a job whose counts are seen beforehand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection, transaction

from clients.models import Dossier
from firm import audit, jobs
from firm.errors import BusinessError
from firm.formats import plural
from firm.job_previews import NotUndoable
from firm.models import Job, User
from ledger.actions.entries import guarded, hold_books, remove_entries
from ledger.actions.letterings import undo_letterings
from ledger.actions.posting import write_proposals, write_transactions
from ledger.actions.summaries import refresh_to_book
from ledger.models import BankTransaction, Invoice
from ledger.queries.booking_batches import Batch, batch_of, blocks

BOOK, UNBOOK = "ledger.book", "ledger.unbook"
MOST_REASONS = 500
Progress = Callable[..., None]


class NothingToBook(BusinessError):
    """Not one piece was chosen."""

    code = "nothing_to_book"
    title = "Rien à comptabiliser"


def preview_booking(
    dossier: Dossier, *, invoices: Sequence[int], transactions: Sequence[int]
) -> Batch:
    """What booking these pieces would do now.

    Raises:
        NothingToBook: not one of them is there.
    """
    found = _pieces(dossier, invoices, transactions, hold=False)
    if not any(found):
        raise NothingToBook("Cochez au moins une facture ou une opération à comptabiliser.")
    return batch_of(dossier, *found)


def start_booking(
    dossier: Dossier, *, invoices: Sequence[int], transactions: Sequence[int], by: User
) -> Job:
    """Have these pieces booked; what cannot be is left out with its reason.

    Raises:
        NothingToBook: not one of them was chosen.
    """
    if not (invoices or transactions):
        raise NothingToBook("Cochez au moins une facture ou une opération à comptabiliser.")
    count = len(invoices) + len(transactions)
    return jobs.start(
        BOOK, by=by, dossier_id=dossier.id, firm_id=dossier.firm_id, total=count,
        params={"invoices": list(invoices), "transactions": list(transactions)},
        label=f"Comptabilisation de {plural(count, 'pièce')}",
    )  # fmt: skip


def start_unbooking(dossier: Dossier, booking: Job, *, by: User) -> Job:
    """Take back what a booking job booked; asked twice, it is one job, unless the first failed.

    Raises:
        NotUndoable: it is not done, or was taken back already.
    """
    if booking.state != Job.State.DONE:
        raise NotUndoable("Cette comptabilisation n’est pas terminée, ou elle est déjà annulée.")
    failed = Job.objects.filter(
        kind=UNBOOK, dossier_id=dossier.id, about=booking.id,
        state__in=(Job.State.FAILED, Job.State.CANCELLED),
    ).count()  # fmt: skip
    return jobs.start(
        UNBOOK, by=by, dossier_id=dossier.id, firm_id=dossier.firm_id, about=booking.id,
        key=f"{booking.id}:{failed}", params={"job": booking.id}, total=booking.total,
        label=f"Annulation de la comptabilisation n° {booking.id}",
    )  # fmt: skip


def undo_of(booking: Job) -> Job | None:
    """The latest job that takes a booking back, if there is one."""
    rows = Job.objects.filter(dossier_id=booking.dossier_id, kind=UNBOOK, about=booking.id)
    return rows.order_by("-id").first()


@transaction.atomic
def book_many(
    dossier: Dossier,
    *,
    invoices: Sequence[int],
    transactions: Sequence[int],
    by: User,
    progress: Progress = lambda _done: None,
) -> dict[str, Any]:
    """Book these pieces in one transaction, a constant number of statements each 2 000; answers
    their ids and what was left out with its reason.
    """
    hold_books(dossier.id)
    batch = batch_of(dossier, *_pieces(dossier, invoices, transactions, hold=True))
    done = len(batch.skipped)
    progress(done)
    for proposals in blocks(batch.invoices):
        write_proposals(dossier, proposals, by=by)
        progress(done := done + len(proposals))
    for moved in blocks(batch.transactions):
        write_transactions(dossier, moved, by=by)
        progress(done := done + len(moved))
    refresh_to_book(dossier.id)
    result: dict[str, Any] = {
        "invoices": [each.invoice.id for each in batch.invoices],
        "transactions": [each.transaction.id for each in batch.transactions],
        "total": batch.total,
        "skipped": [
            {"kind": skip.kind, "id": skip.id, "code": skip.code, "reason": skip.reason}
            for skip in batch.skipped[:MOST_REASONS]
        ],
        "skipped_count": len(batch.skipped),
    }
    audit.record("ledger.items_booked", by=by, dossier_id=dossier.id, **result)
    return result


def _pieces(
    dossier: Dossier, invoices: Sequence[int], transactions: Sequence[int], *, hold: bool
) -> tuple[list[Invoice], list[BankTransaction]]:
    bought = Invoice.objects.select_related("third_party").filter(dossier=dossier, id__in=invoices)
    moved = BankTransaction.objects.select_related(
        "bank_account", "account", "third_party__account"
    ).filter(dossier=dossier, id__in=transactions)
    if hold:
        bought, moved = (
            bought.select_for_update(of=("self",)), moved.select_for_update(of=("self",))
        )  # fmt: skip
    return list(bought.order_by("id")), list(moved.order_by("id"))


@transaction.atomic
def unbook_many(
    dossier: Dossier, *, invoices: Sequence[int], transactions: Sequence[int], by: User
) -> dict[str, Any]:
    """Take the entries of these pieces back, all or none; those no longer booked are passed over.

    Raises:
        EntryNotRemovable, PeriodLocked: one of the entries cannot go.
    """
    hold_books(dossier.id)
    bought = Invoice.objects.select_for_update().filter(
        dossier=dossier, id__in=invoices, booking="booked", fec_import=None, entry__isnull=False
    )
    moved = BankTransaction.objects.select_for_update().filter(
        dossier=dossier, id__in=transactions, booking="booked", fec_import=None,
        entry__isnull=False,
    )  # fmt: skip
    entries = [row.entry_id for row in [*bought.order_by("id"), *moved.order_by("id")]]
    with guarded():
        undone = undo_letterings(dossier.id, [pk for pk in entries if pk is not None])
        _release("ledger_invoice", "entry_id = NULL", dossier.id, entries)
        _release("ledger_banktransaction", "entry_id = NULL, line_no = NULL", dossier.id, entries)
        remove_entries(dossier.id, [pk for pk in entries if pk is not None], by=by)
    refresh_to_book(dossier.id)
    audit.record(
        "ledger.items_unbooked", by=by, dossier_id=dossier.id, entries=len(entries),
        letterings=undone,
    )  # fmt: skip
    return {"entries": len(entries), "letterings": undone}


def _release(table: str, columns: str, dossier_id: int, entries: Sequence[int | None]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET {columns}, booking = 'to_process'"  # noqa: S608 (our own names)
            " WHERE dossier_id = %s AND entry_id = ANY (%s)",
            [dossier_id, list(entries)],
        )
