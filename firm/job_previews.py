"""Jobs that are looked at before they run, and taken back afterwards.

A previewed job holds what it would do; nothing runs until a person confirms it, within a day, and
only if what was counted is still what is there.  A few rows may be worked on at once, by the same
work, in the request's own transaction.  Taking a job back is a job too (`Job.about`).
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models.functions import Now
from django.utils import timezone

from firm.errors import Conflict
from firm.job_kinds import KINDS, Run
from firm.jobs import Busy, busy, wake
from firm.models import Job, JobItem, User

FRESH = dt.timedelta(hours=24)
UNDOABLE = dt.timedelta(days=30)
_LOCK = "SELECT pg_try_advisory_xact_lock(hashtextextended('dossier', %s))"


class PreviewStale(Conflict):
    """What the preview counted is not what is there any more."""

    code = "preview_stale"
    title = "L’aperçu n’est plus à jour"


class PreviewExpired(Conflict):
    """The preview is more than a day old, or was confirmed or given up already."""

    code = "preview_expired"
    title = "Aperçu périmé"


class NotUndoable(Conflict):
    """The job is not done, was taken back already, or its time has passed."""

    code = "not_undoable"
    title = "Travail qui ne s’annule plus"


def preview(
    kind: str,
    *,
    by: User,
    dossier_id: int,
    firm_id: int | None,
    params: dict[str, Any],
    result: dict[str, Any],
    total: int,
    label: str = "",
) -> Job:
    """Write down a job with what it would do (`result`); it waits to be confirmed."""
    job = Job.objects.create(
        kind=kind, firm_id=firm_id, dossier_id=dossier_id, requested_by=by.id,
        idempotency_key=uuid.uuid4().hex, is_destructive=True, total=total,
        state=Job.State.PREVIEWED,
    )  # fmt: skip
    JobItem.objects.create(
        dossier_id=dossier_id, job_id=job.id, params=params, result=result, label=label[:200]
    )
    return job


def confirm(job: Job, *, by: User, mark: Callable[[], str], is_undoable: bool = True) -> None:
    """Have a previewed job run, if `mark()` is still the mark that its preview bears.

    Raises:
        PreviewExpired: it is no preview any more, or one of more than a day.
        PreviewStale: the rows that it counted have changed.
        Busy: another destructive job of this dossier is not over.
    """
    assert job.dossier_id is not None
    refuse_busy(job.dossier_id)
    with transaction.atomic():
        held = Job.objects.select_for_update().get(pk=job.pk)
        if held.state != Job.State.PREVIEWED or held.created_at < timezone.now() - FRESH:
            raise PreviewExpired(
                "Cet aperçu ne peut plus être confirmé : il a plus de 24 heures, ou il l’a déjà "
                "été. Recalculez-le."
            )
        item = JobItem.objects.get(dossier_id=job.dossier_id, job_id=job.pk)
        refuse_stale(item.result["preview"]["mark"], mark())
        _activate(held, by, is_undoable=is_undoable)
    job.refresh_from_db()
    transaction.on_commit(lambda: wake(job.pk), robust=True)


def _activate(job: Job, by: User, *, is_undoable: bool) -> None:
    try:
        with transaction.atomic():
            Job.objects.filter(pk=job.pk).update(
                state=Job.State.CONFIRMED, requested_by=by.id, next_try_at=Now(),
                undo_until=timezone.now() + UNDOABLE if is_undoable else None,
            )  # fmt: skip
    except IntegrityError as error:
        if "one_destructive_job_per_dossier" not in str(error):
            raise
        raise busy(job.dossier_id) from error


def refuse_stale(then: str, now: str) -> None:
    """Raise unless what was counted is still what is there.

    Raises:
        PreviewStale: the two marks differ.
    """
    if then != now:
        raise PreviewStale(
            "L’aperçu n’est plus à jour : des éléments ont changé depuis. Rien n’a été modifié ; "
            "recalculez l’aperçu, puis confirmez."
        )


def refuse_busy(dossier_id: int) -> None:
    """Raise while a destructive job of the dossier is waiting or running.

    Raises:
        Busy: it names the job, who asked for it and since when.
    """
    if _active(dossier_id).exists():
        raise busy(dossier_id)


def _active(dossier_id: int) -> Any:
    return Job.objects.filter(dossier_id=dossier_id, is_destructive=True, state__in=Job.ACTIVE)


def run_at_once(
    kind: str,
    *,
    by: User,
    dossier_id: int,
    firm_id: int | None,
    params: dict[str, Any],
    label: str = "",
    about: int | None = None,
    is_undoable: bool = True,
) -> tuple[Job, dict[str, Any]]:
    """Carry a small job out in the caller's transaction; answers it, done, and its result.

    The caller has checked the right and opened the dossier for writing.

    Raises:
        Busy: a destructive job of the dossier is not over.
    """
    refuse_busy(dossier_id)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_LOCK, (dossier_id,))
            if not cursor.fetchone()[0]:
                raise busy(dossier_id)
        job = Job.objects.create(
            kind=kind, firm_id=firm_id, dossier_id=dossier_id, requested_by=by.id,
            idempotency_key=uuid.uuid4().hex, is_destructive=True, about=about,
            state=Job.State.DONE, attempts=1, started_at=Now(), finished_at=Now(),
            undo_until=timezone.now() + UNDOABLE if is_undoable else None,
        )  # fmt: skip
        run = Run(job, params, by)
        work = KINDS[kind].work
        assert work is not None
        work(run)
        JobItem.objects.create(
            dossier_id=dossier_id, job_id=job.id, params=params, result=run.result,
            label=label[:200], state=JobItem.State.DONE,
        )  # fmt: skip
        Job.objects.filter(pk=job.pk).update(done=run.total, total=run.total)
    job.refresh_from_db()
    return job, run.result


def refuse_undo(job: Job) -> None:
    """Raise unless the job is done and may still be taken back.

    Raises:
        NotUndoable: it is not, or not any more.
    """
    if job.state != Job.State.DONE or not job.undo_until:
        raise NotUndoable("Ce travail n’est pas terminé, ou il a déjà été annulé.")
    if job.undo_until < timezone.now():
        raise NotUndoable(
            "Le délai d’annulation de ce travail est passé ; son archive scellée reste gardée."
        )


def expire_previews() -> int:
    """Give up previews of more than a day; answers how many."""
    old = Job.objects.filter(state=Job.State.PREVIEWED, created_at__lt=timezone.now() - FRESH)
    return old.update(state=Job.State.EXPIRED, finished_at=Now())


__all__ = [
    "Busy", "NotUndoable", "PreviewExpired", "PreviewStale", "confirm", "expire_previews",
    "preview", "refuse_busy", "refuse_stale", "refuse_undo", "run_at_once",
]  # fmt: skip
