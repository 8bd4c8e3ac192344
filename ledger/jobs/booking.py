"""Jobs: book many pieces, and take that back."""

from __future__ import annotations

from clients.models import Dossier
from firm import jobs
from firm.job_previews import NotUndoable
from firm.models import Job, JobItem
from ledger.actions import booking_batches as batches


def book(run: jobs.Run) -> None:
    """Book what can be, in this one transaction."""
    assert run.by is not None
    assert run.job.dossier_id is not None
    run.result = batches.book_many(
        Dossier.objects.get(pk=run.job.dossier_id), invoices=run.params["invoices"],
        transactions=run.params["transactions"], by=run.by,
        progress=lambda done: run.progress(done, step="Comptabilisation"),
    )  # fmt: skip


def unbook(run: jobs.Run) -> None:
    """Take back what the job booked, in this one transaction."""
    assert run.by is not None
    assert run.job.dossier_id is not None
    booked = JobItem.objects.get(dossier_id=run.job.dossier_id, job_id=run.params["job"]).result
    run.result = batches.unbook_many(
        Dossier.objects.get(pk=run.job.dossier_id), invoices=booked["invoices"],
        transactions=booked["transactions"], by=run.by,
    )  # fmt: skip
    done = Job.objects.filter(pk=run.params["job"], state=Job.State.DONE)
    if not done.update(state=Job.State.UNDONE):
        raise NotUndoable("Cette comptabilisation a déjà été annulée. Rien n’a été modifié.")


BOOK = jobs.register(jobs.Kind(batches.BOOK, "Comptabilisation", book, needs="books.write"))
UNBOOK = jobs.register(
    jobs.Kind(batches.UNBOOK, "Annulation d’une comptabilisation", unbook, needs="books.write")
)
