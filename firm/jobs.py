"""The job engine: long work that survives anything.

The Job row is the truth; Celery only wakes it, and a sweep wakes what was lost.  A runner claims
the row with a lease that a heartbeat renews on a connection of its own (`firm.job_runs`), and says
how it ended (`firm.job_ends`).  What a kind of job is: `firm.job_kinds`.
"""

from __future__ import annotations

import logging
import uuid
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from firm.errors import Conflict
from firm.formats import datetime_fr
from firm.job_ends import CANCELLED, tell
from firm.job_kinds import KINDS, Cancelled, Kind, Run, TryLater, register, register_access
from firm.job_runs import MOST_ATTEMPTS, run, runnable
from firm.models import Job, JobItem, User

__all__ = [
    "MOST_ATTEMPTS", "Busy", "Cancelled", "Job", "Kind", "Run", "TryLater", "busy", "cancel",
    "due", "label", "register", "register_access", "run", "start", "wake",
]  # fmt: skip

log = logging.getLogger(__name__)


class Busy(Conflict):
    """Another destructive job runs on this dossier."""

    code = "job_running"
    title = "Un autre travail est en cours"


def label(kind: str) -> str:
    """The French name of a kind of job."""
    return KINDS[kind].label if kind in KINDS else kind


def start(  # noqa: PLR0913 (all by name; most have a default)
    kind: str,
    *,
    by: User | None,
    dossier_id: int | None,
    firm_id: int | None,
    key: str = "",
    params: dict[str, Any] | None = None,
    label: str = "",
    is_destructive: bool = False,
    total: int = 0,
    about: int | None = None,
) -> Job:
    """Write the job down and wake a worker once the transaction commits.

    The same `key` for the same kind and dossier gives the job that exists already.  A job of no
    dossier has no `params`, since they live behind a dossier's wall: its `key` names its object.

    Raises:
        Busy: `is_destructive` and another destructive job of this dossier is not over.
        ValueError: `params` without a dossier.
    """
    if dossier_id is None and params:
        raise ValueError("A job of no dossier has no parameters: its key names its object.")
    key = key or uuid.uuid4().hex
    same = Job.objects.filter(kind=kind, dossier_id=dossier_id, idempotency_key=key)
    if found := same.first():
        return found
    try:
        with transaction.atomic():
            job = Job.objects.create(
                kind=kind,
                firm_id=firm_id,
                dossier_id=dossier_id,
                requested_by=by.id if by else None,
                idempotency_key=key,
                is_destructive=is_destructive,
                total=total,
                about=about,
            )
    except IntegrityError as error:
        if found := same.first():
            return found
        if "one_destructive_job_per_dossier" not in str(error):
            raise
        raise busy(dossier_id) from error
    if dossier_id is not None:
        JobItem.objects.create(
            dossier_id=dossier_id, job_id=job.id, params=params or {}, label=label[:200]
        )
    transaction.on_commit(lambda: wake(job.id), robust=True)
    return job


def busy(dossier_id: int | None) -> Busy:
    """The refusal that names the destructive job of a dossier: what it is, whose, since when."""
    active = Job.objects.filter(
        dossier_id=dossier_id, is_destructive=True, state__in=Job.ACTIVE
    ).first()
    if active is None:
        return Busy("Un travail vient de se terminer sur ce dossier. Recommencez.")
    person = User.objects.filter(pk=active.requested_by or 0).first()
    whose = f", demandé par {person}" if person else ""
    since = timezone.localtime(active.started_at or active.created_at)
    return Busy(
        f"« {label(active.kind)} » est en cours sur ce dossier{whose}, depuis le "
        f"{datetime_fr(since)}. Attendez qu’il soit terminé, puis recommencez.",
        job=str(active.id), kind=active.kind, by=str(person or ""), since=since.isoformat(),
    )  # fmt: skip


def wake(job_id: int) -> None:
    """Ask a worker to run the job now; if the queue is away, the sweep will."""
    from firm.tasks import run_job  # noqa: PLC0415 (Celery is not needed to run a job in place)

    try:
        run_job.apply_async((job_id,), retry=False)
    except Exception:
        log.warning("The queue is unreachable: job %s waits for the sweep.", job_id)


def cancel(job: Job, *, by: User) -> None:
    """Ask a job to stop; one that has not begun is over at once, and its object told."""
    attempt = Run(job, {}, by)
    waiting = Job.objects.filter(pk=job.pk, state=Job.State.CONFIRMED)
    if not tell(KINDS[job.kind], attempt, waiting, Job.State.CANCELLED, "cancelled", CANCELLED):
        Job.objects.filter(pk=job.pk, state=Job.State.RUNNING).update(cancel_requested=True)


def due() -> list[int]:
    """Ids of the jobs that should be running and are not."""
    found = Job.objects.filter(runnable()).order_by("next_try_at").values_list("id", flat=True)
    return list(found[:200])
