"""Bulk work on a dossier's books: preview, confirm, take back; and the red bin of a few rows.

Archive and restore are reversible by themselves; delete and reset write a sealed archive first.
Every one of them is a job that can be taken back for thirty days (decisions J1 to J3).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from clients.models import Dossier
from firm import audit, job_previews, jobs
from firm.errors import BusinessError, NotFound
from firm.formats import period_fr
from firm.models import Job, JobItem, User
from ledger.actions import bulk_preview
from ledger.actions.bulk_pick import REASONS, Selection, mark, pick
from ledger.actions.bulk_work import UndoBlocked
from ledger.actions.fec_life import WrongConfirmation

__all__ = [
    "NAMES", "PREFIX", "PURGE", "RIGHTS", "UNDO", "NotABulkJob", "NothingSelected", "ResetRefused",
    "UndoBlocked", "archive_items", "confirm_bulk", "delete_items", "give_up", "preview_bulk",
    "restore_items", "selection_of", "undo_bulk",
]  # fmt: skip

PREFIX, UNDO, PURGE = "ledger.bulk_", "ledger.bulk_undo_", "ledger.bulk_purge"
RIGHTS = {
    "archive": "books.archive_bulk", "restore": "books.archive_bulk",
    "delete": "books.delete", "reset": "books.delete",
}  # fmt: skip
NAMES = {
    "archive": "Archivage", "restore": "Restauration", "delete": "Suppression",
    "reset": "Réinitialisation",
}  # fmt: skip
FEW = 200


class NothingSelected(BusinessError):
    """The selection meets nothing that may go; `details.skipped` says what is left, and why."""

    code = "nothing_selected"
    title = "Rien à traiter"


class ResetRefused(BusinessError):
    """Something of the dossier is validated, closed or locked: no reset at all."""

    code = "reset_refused"
    title = "Réinitialisation refusée"


class NotABulkJob(NotFound):
    """No such job in the dossier."""

    code = "bulk_job_unknown"


def preview_bulk(dossier: Dossier, selection: Selection, *, by: User) -> Job:
    """Count what an operation would do and write it down as a job that waits to be confirmed.

    Raises:
        ResetRefused: a reset meets something validated, closed or locked.
    """
    with transaction.atomic():
        values = pick(dossier, selection)
        found = bulk_preview.describe(selection, values)
        if selection.operation == "reset":
            _refuse_partial(found)
        return job_previews.preview(
            PREFIX + selection.operation, by=by, dossier_id=dossier.id, firm_id=dossier.firm_id,
            params=selection.as_params(), result={"preview": found},
            total=bulk_preview.total(found), label=_label(selection),
        )  # fmt: skip


def _refuse_partial(found: dict[str, Any]) -> None:
    if found["skipped"]:
        why = ", ".join(f"{one['label']} ({one['count']})" for one in found["skipped"])
        raise ResetRefused(
            "Ce dossier ne peut pas être réinitialisé, car une partie de ses livres ne s’efface "
            f"pas : {why}. Rien n’a été modifié. Passez une contre-passation, ou supprimez par "
            "période ce qui peut l’être.",
            skipped=found["skipped"],
        )


def confirm_bulk(dossier: Dossier, job: Job, *, by: User, confirmation: str = "") -> None:
    """Have a previewed job run, if what it counted is still what is there.

    Raises:
        WrongConfirmation: the word typed is not the dossier's short name.
        NothingSelected: nothing would go.
        job_previews.PreviewExpired, PreviewStale, Busy: see there.
    """
    selection = selection_of(dossier, job)
    if selection.needs_word and confirmation.strip() != dossier.slug:
        raise WrongConfirmation(
            f"Pour confirmer, saisissez exactement le nom court du dossier : « {dossier.slug} »."
        )
    if not job.total:
        raise _nothing(_item(dossier, job).result["preview"]["skipped"])

    def now() -> str:
        pick(dossier, selection)
        return mark()

    with transaction.atomic():
        job_previews.confirm(job, by=by, mark=now)
        audit.record(
            "ledger.bulk_confirmed", by=by, dossier_id=dossier.id, job=job.id,
            operation=selection.operation, total=job.total,
        )  # fmt: skip


def undo_bulk(dossier: Dossier, job: Job, *, by: User) -> Job:
    """Take a done job back; answers the job that does so, done already when the rows are few.

    Raises:
        job_previews.NotUndoable: it is not done, was taken back, or thirty days have passed.
        Busy: a destructive job of the dossier is not over.
        UndoBlocked: what would come back has no place any more.
    """
    selection = selection_of(dossier, job)
    job_previews.refuse_undo(job)
    named = f"{NAMES[selection.operation]} n° {job.pk}"
    kind = UNDO + selection.operation
    asked: dict[str, Any] = {
        "by": by, "dossier_id": dossier.id, "firm_id": dossier.firm_id, "label": named,
        "about": job.pk, "params": {"about": job.pk, "operation": selection.operation},
    }  # fmt: skip
    if job.total <= FEW:
        undone, _result = job_previews.run_at_once(kind, is_undoable=False, **asked)
        return undone
    return jobs.start(kind, is_destructive=True, total=job.total, **asked)


def give_up(dossier: Dossier, job: Job, *, by: User) -> None:
    """Forget a preview that nobody will confirm."""
    selection_of(dossier, job)
    del by  # nothing was done: there is nothing to write down
    waiting = Job.objects.filter(pk=job.pk, state=Job.State.PREVIEWED)
    waiting.update(state=Job.State.CANCELLED)


def archive_items(
    dossier: Dossier,
    *,
    invoices: Sequence[int] = (),
    transactions: Sequence[int] = (),
    entries: Sequence[int] = (),
    by: User,
) -> Job:
    """Archive these invoices and bank transactions now; their entries leave the books.

    Entries named themselves go with whatever points to them.  What came with a file is left alone:
    it goes by a preview, with the short name typed.

    Raises:
        NothingSelected: none of them may be archived; `details.skipped` says why.
        Busy: a destructive job of the dossier is not over.
    """
    selection = Selection(
        "archive", invoices=tuple(invoices), transactions=tuple(transactions),
        entries=tuple(entries),
    )  # fmt: skip
    return _at_once(dossier, selection, by)


def restore_items(
    dossier: Dossier,
    *,
    invoices: Sequence[int] = (),
    transactions: Sequence[int] = (),
    by: User,
) -> Job:
    """Restore these archived rows now: to be booked again, or with the entry that a file gave them.

    Raises:
        NothingSelected: none of them may be restored; `details.skipped` says why.
        Busy: a destructive job of the dossier is not over.
    """
    selection = Selection("restore", invoices=tuple(invoices), transactions=tuple(transactions))
    return _at_once(dossier, selection, by)


def delete_items(
    dossier: Dossier,
    *,
    invoices: Sequence[int] = (),
    transactions: Sequence[int] = (),
    by: User,
) -> Job:
    """Preview the deletion for good of these rows, archived ones only; it waits to be confirmed.

    Raises:
        NothingSelected: none of them may be deleted; `details.skipped` says why.
    """
    selection = Selection(
        "delete", invoices=tuple(invoices), transactions=tuple(transactions), include_fec=True
    )
    job = preview_bulk(dossier, selection, by=by)
    if not job.total:
        raise _nothing(_item(dossier, job).result["preview"]["skipped"])
    return job


def _at_once(dossier: Dossier, selection: Selection, by: User) -> Job:
    with transaction.atomic():
        job_previews.refuse_busy(dossier.id)
        found = bulk_preview.describe(selection, pick(dossier, selection))
        if not bulk_preview.total(found):
            raise _nothing(found["skipped"])
        job, _result = job_previews.run_at_once(
            PREFIX + selection.operation, by=by, dossier_id=dossier.id,
            firm_id=dossier.firm_id, params=selection.as_params() | {"preview": found},
            label=_label(selection),
        )  # fmt: skip
    return job


def _nothing(skipped: list[dict[str, Any]]) -> NothingSelected:
    why = ", ".join(REASONS[one["reason"]] for one in skipped)
    return NothingSelected(
        f"Rien ne peut être traité : {why}." if why else "La sélection ne contient rien à traiter.",
        skipped=skipped,
    )


def selection_of(dossier: Dossier, job: Job) -> Selection:
    """What a bulk job of this dossier is about.

    Raises:
        NotABulkJob: it is another job, or another dossier's.
    """
    if job.dossier_id != dossier.id or job.kind.removeprefix(PREFIX) not in RIGHTS:
        raise NotABulkJob("Ce travail n’existe pas dans ce dossier.")
    return Selection.of(_item(dossier, job).params)


def _item(dossier: Dossier, job: Job) -> JobItem:
    found: JobItem = JobItem.objects.get(dossier_id=dossier.id, job_id=job.pk)
    return found


def _label(selection: Selection) -> str:
    """« du 01/01/2026 au 31/03/2026 », or how many rows were named."""
    if selection.by_ids:
        count = len(selection.invoices) + len(selection.transactions) + len(selection.entries)
        return "1 élément choisi" if count == 1 else f"{count} éléments choisis"
    return period_fr(selection.since, selection.until) or "toutes les dates"
