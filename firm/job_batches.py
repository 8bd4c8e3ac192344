"""Jobs over many dossiers before they run and after: previewed, confirmed, dropped, taken back."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from firm import jobs, scope
from firm.errors import BusinessError, Conflict
from firm.job_kinds import KINDS
from firm.models import Job, JobItem, User

LASTS = dt.timedelta(hours=24)
BATCH = 1000
State = Job.State


class PreviewOver(Conflict):
    """The preview was confirmed, dropped, or is too old to be trusted."""

    code = "preview_over"
    title = "Aperçu périmé"


class NothingToDo(BusinessError):
    """Every dossier of the preview was left alone."""

    code = "nothing_to_do"
    title = "Rien à faire"


class NotUndoable(Conflict):
    """The job is not over, did nothing, was taken back, or cannot be."""

    code = "job_not_undoable"
    title = "Travail non annulable"


@dataclass(frozen=True, slots=True)
class Target:
    """One dossier of a job: its name at that time, what to do, or why it is left alone."""

    dossier_id: int
    label: str
    params: dict[str, Any] = field(default_factory=dict)
    skip: str = ""


def preview(kind: str, *, by: User, firm_id: int, targets: Sequence[Target]) -> Job:
    """Write down what would become of each dossier; nothing is done before `confirm`.

    The caller has asked for the person's rights on each: the dossiers need not be in his scope.
    """
    ordered = sorted(targets, key=lambda target: bool(target.skip))
    with transaction.atomic():
        job = Job.objects.create(
            kind=kind, firm_id=firm_id, requested_by=by.pk, idempotency_key=uuid.uuid4().hex,
            state=State.PREVIEWED, targets=[target.dossier_id for target in ordered],
            total=sum(not target.skip for target in targets),
        )  # fmt: skip
        _write_items(job, ordered)
    return job


def _write_items(job: Job, targets: Sequence[Target]) -> None:
    every = frozenset(job.targets)
    with scope.extended(read=every, write=every):
        JobItem.objects.bulk_create(
            [
                JobItem(
                    dossier_id=target.dossier_id, job_id=job.pk, label=target.label[:200],
                    params=target.params, reason=target.skip,
                    state=JobItem.State.SKIPPED if target.skip else JobItem.State.PLANNED,
                )
                for target in targets
            ],
            batch_size=BATCH,
        )  # fmt: skip


def confirm(job: Job, *, by: User) -> None:
    """Let the previewed job run.

    Raises:
        NothingToDo: there is no dossier to do.
        PreviewOver: another's, confirmed or dropped already, or older than 24 hours.
    """
    if not job.total:
        raise NothingToDo("Aucun des dossiers choisis ne peut être traité : lisez les motifs.")
    waiting = _waiting(job, by).filter(created_at__gt=timezone.now() - LASTS)
    if not waiting.update(state=State.CONFIRMED, next_try_at=Now()):
        raise PreviewOver(
            "Cet aperçu n’attend plus de confirmation, ou il date de plus de 24 heures : "
            "refaites la sélection."
        )
    transaction.on_commit(lambda: jobs.wake(job.pk), robust=True)


def drop(job: Job, *, by: User) -> None:
    """Put the preview aside.

    Raises:
        PreviewOver: it does not wait any more.
    """
    if not _waiting(job, by).update(state=State.CANCELLED, finished_at=Now()):
        raise PreviewOver("Cet aperçu n’attend plus de confirmation.")


def _waiting(job: Job, by: User) -> QuerySet[Job]:
    return Job.objects.filter(pk=job.pk, requested_by=by.pk, state=State.PREVIEWED)


def may_undo(job: Job) -> bool:
    """Whether the job is over and of a kind that is taken back."""
    over = {State.DONE, State.FAILED, State.CANCELLED}
    return bool(job.kind in KINDS and KINDS[job.kind].undone_by and job.cursor and
                job.state in over)  # fmt: skip


def undo(job: Job, *, by: User) -> Job:
    """Take back what the job did, dossier by dossier: a job of its own, which runs at once.

    Each gets what its item says was done; the kind refuses what has changed since.

    Raises:
        NotUndoable: not by this person, not this kind, not now, or not again.
    """
    if not may_undo(job) or job.requested_by != by.pk:
        raise NotUndoable("Ce travail ne s’annule pas, ou l’a déjà été.")
    with scope.extended(read=frozenset(job.targets), write=frozenset()):
        done = JobItem.objects.filter(job_id=job.pk, state=JobItem.State.DONE).order_by("id")
        targets = [
            Target(item.dossier_id, item.label, {"job": job.pk, **item.result}) for item in done
        ]
    if not targets:
        raise NotUndoable("Ce travail n’a rien modifié : il n’y a rien à annuler.")
    try:
        with transaction.atomic():
            made = preview(KINDS[job.kind].undone_by, by=by, firm_id=job.firm_id or 0,
                           targets=targets)  # fmt: skip
            Job.objects.filter(pk=made.pk).update(undoes=job.pk)
            confirm(made, by=by)
    except IntegrityError as error:
        raise NotUndoable("Ce travail est déjà annulé, ou en cours d’annulation.") from error
    return made
