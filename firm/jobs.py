"""The job engine: long work that survives anything.

The Job row is the truth; Celery only wakes it, and a sweep wakes what was lost.  A runner claims
the row with a lease that a heartbeat renews on a connection of its own; the work of one job on one
dossier is ONE transaction whose last statement marks the row done, and only if the runner still
holds the lease.  Killed before its commit, nothing has changed and the next runner starts again.
"""

from __future__ import annotations

import datetime as dt
import logging
import os
import socket
import uuid
from typing import Any

from django.db import (
    DatabaseError,
    IntegrityError,
    InterfaceError,
    OperationalError,
    connection,
    transaction,
)
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from firm import heartbeat, scope
from firm.errors import Conflict, refusal_of
from firm.job_kinds import (
    KINDS,
    Cancelled,
    Kind,
    Run,
    TryLater,
    register,
    register_access,
    scope_of,
)
from firm.models import Job, JobItem, User

__all__ = [
    "Busy", "Cancelled", "Job", "Kind", "Run", "TryLater", "cancel", "due", "label", "register",
    "register_access", "run", "start", "wake",
]  # fmt: skip

log = logging.getLogger(__name__)

MOST_ATTEMPTS = 12
FROZEN = "5min"
CANCELLED = "Annulé à votre demande."


class Busy(Conflict):
    """Another destructive job runs on this dossier."""

    code = "job_running"
    title = "Un autre travail est en cours"


class Lost(Exception):
    """The lease went to another runner; this one's work rolls back."""


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
            )
    except IntegrityError as error:
        if found := same.first():
            return found
        if "one_destructive_job_per_dossier" not in str(error):
            raise
        raise Busy(
            "Un autre travail est en cours sur ce dossier. Attendez qu’il soit terminé, puis "
            "recommencez."
        ) from error
    if dossier_id is not None:
        JobItem.objects.create(
            dossier_id=dossier_id, job_id=job.id, params=params or {}, label=label[:200]
        )
    transaction.on_commit(lambda: wake(job.id), robust=True)
    return job


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
    if not _tell(KINDS[job.kind], attempt, waiting, Job.State.CANCELLED, "cancelled", CANCELLED):
        Job.objects.filter(pk=job.pk, state=Job.State.RUNNING).update(cancel_requested=True)


def due() -> list[int]:
    """Ids of the jobs that should be running and are not."""
    found = Job.objects.filter(_runnable()).order_by("next_try_at").values_list("id", flat=True)
    return list(found[:200])


def _runnable() -> Q:
    """Waiting with its pause over, or left by a runner whose lease has expired."""
    waiting = Q(state=Job.State.CONFIRMED, next_try_at__lte=Now())
    return waiting | Q(state=Job.State.RUNNING, lease_until__lt=Now())


def run(job_id: int) -> bool:
    """Claim the job and carry it out; False when another has it, it is over, or its pause is not.

    A job whose runners die one after the other is given up after `MOST_ATTEMPTS`: it may be what
    kills them.
    """
    runner = f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"
    job = _claim(job_id, runner)
    if job is None:
        return False
    kind = KINDS[job.kind]
    person = User.objects.filter(pk=job.requested_by or 0, is_active=True).first()
    attempt = Run(job, {}, person)
    if job.cancel_requested:
        _end(kind, attempt, runner, Job.State.CANCELLED, "cancelled", CANCELLED)
    elif job.attempts > MOST_ATTEMPTS:
        _end(
            kind,
            attempt,
            runner,
            Job.State.FAILED,
            "interrupted",
            (
                "Ce travail a été interrompu trop souvent ; rien n’a été modifié. "
                f"Signalez-le en citant le travail n° {job.id}."
            ),
        )
    else:
        with heartbeat.Heartbeat(attempt, runner):
            _carry_out(kind, attempt, runner)
    return True


def _claim(job_id: int, runner: str) -> Job | None:
    with transaction.atomic():
        free = Job.objects.select_for_update(skip_locked=True).filter(_runnable(), pk=job_id)
        job = free.first()
        if job is None:
            return None
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE firm_job SET state = 'running', runner = %s, attempts = attempts + 1,"
                " lease_until = now() + %s::interval, started_at = coalesce(started_at, now()),"
                " done = 0, error = '', error_code = '' WHERE id = %s RETURNING attempts",
                (runner, heartbeat.LEASE, job_id),
            )
            job.attempts = cursor.fetchone()[0]
        return job


def _carry_out(kind: Kind, attempt: Run, runner: str) -> None:
    job = attempt.job
    try:
        if job.dossier_id is not None:
            with scope.open_scope(scope_of(kind, attempt)):
                item = JobItem.objects.get(dossier_id=job.dossier_id, job_id=job.id)
                attempt.params = item.params
        if kind.prepare:
            kind.prepare(attempt)
        with scope.open_scope(scope_of(kind, attempt)):
            _free_locks_of_the_frozen()
            _lock_dossier(kind, attempt)
            kind.work(attempt)
            attempt.check()
            if job.dossier_id is not None:
                JobItem.objects.filter(job_id=job.id, dossier_id=job.dossier_id).update(
                    state=JobItem.State.DONE, result=attempt.result
                )
            _finish(attempt, runner)
    except Cancelled:
        attempt.stop_listening()
        _end(kind, attempt, runner, Job.State.CANCELLED, "cancelled", CANCELLED)
    except Lost:
        log.warning("Job %s: the lease was lost, the work is rolled back.", job.id)
    except Exception as error:
        attempt.stop_listening()
        _fail(kind, attempt, runner, error)


def _free_locks_of_the_frozen() -> None:
    """A runner that stops answering in the middle of its work must not hold its rows for ever."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = %s", (FROZEN,))


def _lock_dossier(kind: Kind, attempt: Run) -> None:
    """A second writer on the dossier waits; others are not concerned.

    Whoever held the lock may have ended the requester's rights: they are computed once more.
    """
    job = attempt.job
    if job.dossier_id is not None and job.is_destructive:
        with connection.cursor() as cursor:
            lock = "SELECT pg_advisory_xact_lock(hashtextextended('dossier', %s))"
            cursor.execute(lock, (job.dossier_id,))
        scope_of(kind, attempt)


def _finish(attempt: Run, runner: str) -> None:
    """The last statement of the work's transaction: done, if the lease is still ours."""
    total = attempt.total or attempt.job.total
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE firm_job SET state = 'done', done = %s, total = %s, step = '',"
            " finished_at = now() WHERE id = %s AND runner = %s AND state = 'running'",
            (total, total, attempt.job.id, runner),
        )
        if cursor.rowcount != 1:
            raise Lost


def _end(  # noqa: PLR0917 (what ended, who says so, how)
    kind: Kind, attempt: Run, runner: str, state: str, code: str, message: str
) -> None:
    """Write down how the job ended, in a transaction after the work's has rolled back.

    An interruption sent to the work may still reach the first statement here: try once more then.
    """
    mine = Job.objects.filter(pk=attempt.job.id, runner=runner, state=Job.State.RUNNING)
    try:
        _tell(kind, attempt, mine, state, code, message)
    except OperationalError:
        connection.close_if_unusable_or_obsolete()
        _tell(kind, attempt, mine, state, code, message)


def _tell(  # noqa: PLR0917 (idem)
    kind: Kind, attempt: Run, jobs: QuerySet[Job], state: str, code: str, message: str
) -> bool:
    """End the job if it is still among `jobs`, and tell its object, all or nothing.

    The requester's rights are not asked for: he may have lost them, and his object must know.
    """
    job, attempt.error_code = attempt.job, code
    only = frozenset(() if job.dossier_id is None else (job.dossier_id,))
    own = scope.Scope(user=job.requested_by, firm=job.firm_id, read=only, write=only)
    with scope.open_scope(kind.scope(job) if kind.scope else own):
        ended = jobs.update(state=state, error_code=code, error=message, step="", finished_at=Now())
        if not ended:
            return False
        if only:
            item = JobItem.objects.filter(job_id=job.id)
            item.update(state=JobItem.State.FAILED, reason=message)
            attempt.params = item.get().params
        if kind.fail:
            kind.fail(attempt, message)
    return True


def _fail(kind: Kind, attempt: Run, runner: str, error: Exception) -> None:
    """A refusal ends the job with its sentence; anything else is tried again."""
    refused = refusal_of(error)
    if refused:
        _end(kind, attempt, runner, Job.State.FAILED, refused.code, refused.message)
    else:
        _retry_or_fail(kind, attempt, runner, error)


def _retry_or_fail(kind: Kind, attempt: Run, runner: str, error: Exception) -> None:
    job = attempt.job
    if isinstance(error, DatabaseError | InterfaceError) and not connection.in_atomic_block:
        connection.close()
    if attempt.should_stop:
        _end(kind, attempt, runner, Job.State.CANCELLED, "cancelled", CANCELLED)
        return
    is_away = isinstance(error, TryLater)
    if not is_away:
        log.exception("Job %s (%s), attempt %s", job.id, job.kind, job.attempts)
    if job.attempts > len(kind.pauses):
        message = (
            str(error)
            if is_away
            else (
                "Une erreur de notre côté a interrompu ce travail ; rien n’a été modifié. "
                f"Signalez-la en citant le travail n° {job.id}."
            )
        )
        code = "unreachable" if is_away else "internal_error"
        _end(kind, attempt, runner, Job.State.FAILED, code, message)
        return
    pause = dt.timedelta(seconds=kind.pauses[job.attempts - 1])
    Job.objects.filter(pk=job.id, runner=runner, state=Job.State.RUNNING).update(
        state=Job.State.CONFIRMED, lease_until=None, next_try_at=Now() + pause
    )
