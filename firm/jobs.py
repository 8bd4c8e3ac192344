"""The job engine: long work that survives anything.

The Job row is the truth; Celery only wakes it, and a sweep wakes what was lost.  A runner claims the
row with a lease that a heartbeat renews on a connection of its own; the work of one job on one
dossier is ONE transaction whose last statement marks the row done, and only if the runner still
holds the lease.  Killed before its commit, nothing has changed and the next runner starts again.
"""

from __future__ import annotations

import datetime as dt
import logging
import os
import socket
import threading
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from typing import Any

import psycopg
from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.models import Q
from django.db.models.functions import Now

from firm import scope
from firm.errors import BusinessError, Conflict, Forbidden
from firm.models import Job, JobItem, Membership, User

log = logging.getLogger(__name__)

LEASE = "20 seconds"
BEAT = 1.0
PAUSES = (2, 4)


class Busy(Conflict):
    """Another destructive job runs on this dossier."""

    code = "job_running"
    title = "Un autre travail est en cours"


class Cancelled(Exception):
    """The person asked to stop; the work rolls back."""


class Lost(Exception):
    """The lease went to another runner; this one's work rolls back."""


class TryLater(Exception):
    """Something outside is away: try again after the kind's pause, and say this if it never comes."""


@dataclass
class Run:
    """One attempt at a job, as its handler sees it.

    `carried` is whatever `prepare` hands on to `work`; `result` is kept with the job.
    """

    job: Job
    params: dict[str, Any]
    by: User | None
    result: dict[str, Any] = field(default_factory=dict)
    carried: Any = None
    done: int = 0
    total: int = 0
    step: str = ""
    _stop: threading.Event = field(default_factory=threading.Event)

    def progress(self, done: int, total: int | None = None, step: str | None = None) -> None:
        """Say how far the work is; the heartbeat writes it, the work's transaction never does.

        Raises:
            Cancelled: the person asked to stop, or the lease was lost.
        """
        self.done = done
        self.total = self.total if total is None else total
        self.step = self.step if step is None else step
        self.check()

    def check(self) -> None:
        """Stop here if asked to.

        Raises:
            Cancelled: the person asked to stop, or the lease was lost.
        """
        if self._stop.is_set():
            raise Cancelled

    def scope(self) -> AbstractContextManager[scope.Scope]:
        """A short transaction in the requester's scope, his rights computed anew."""
        return scope.open_scope(_scope_of(_kinds[self.job.kind], self))

    @property
    def should_stop(self) -> bool:
        """Whether somebody asked to stop."""
        return self._stop.is_set()


@dataclass(frozen=True)
class Kind:
    """What a kind of job does.

    `work(run)` is one transaction in the requester's scope on the dossier.  `prepare(run)` comes
    before it, outside any scope and transaction, for what takes long and writes nothing that others
    see (reading a file); it opens `run.scope()` where it needs rows.
    `fail(run, error)` and `cancel(run)` tell the job's object, in a transaction of their own.
    `scope(job)` replaces the requester's scope for work that is no person's (sending a message).
    An attempt that breaks is followed by another after `pauses[n]` seconds, and after the last none.
    """

    name: str
    label: str
    work: Callable[[Run], None]
    prepare: Callable[[Run], None] | None = None
    fail: Callable[[Run, str], None] | None = None
    needs: str = ""
    scope: Callable[[Job], scope.Scope] | None = None
    pauses: tuple[int, ...] = PAUSES


_kinds: dict[str, Kind] = {}
Access = Callable[[User | None, int, str], scope.Scope]
_access: list[Access] = []


def register(kind: Kind) -> Kind:
    """Declare a kind of job; its name is `app.verb`."""
    _kinds[kind.name] = kind
    return kind


def register_access(access: Access) -> None:
    """Say how to recompute, at run time, the scope of a person on a dossier."""
    _access[:] = [access]


def label(kind: str) -> str:
    """The French name of a kind of job."""
    return _kinds[kind].label if kind in _kinds else kind


def start(
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
    same = Job.objects.filter(kind=kind, dossier_id=dossier_id, idempotency_key=key).first()
    if same:
        return same
    try:
        with transaction.atomic():
            job = Job.objects.create(
                kind=kind, firm_id=firm_id, dossier_id=dossier_id,
                requested_by=by.id if by else None,
                idempotency_key=key, is_destructive=is_destructive, total=total,
            )
    except IntegrityError as error:
        if "one_destructive_job_per_dossier" not in str(error):
            raise
        raise Busy(
            "Un autre travail est en cours sur ce dossier. Attendez qu’il soit terminé, puis recommencez."
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
    """Ask a job to stop; one that has not begun is over at once."""
    del by
    Job.objects.filter(pk=job.pk, state=Job.State.CONFIRMED).update(
        state=Job.State.CANCELLED, finished_at=Now()
    )
    Job.objects.filter(pk=job.pk, state=Job.State.RUNNING).update(cancel_requested=True)


def due() -> list[int]:
    """Ids of the jobs that should be running and are not."""
    waiting = Q(state=Job.State.CONFIRMED, next_try_at__lte=Now())
    orphan = Q(state=Job.State.RUNNING, lease_until__lt=Now())
    return list(Job.objects.filter(waiting | orphan).order_by("next_try_at").values_list("id", flat=True)[:200])


def run(job_id: int) -> bool:
    """Claim the job and carry it out; False when another runner has it or it is over."""
    runner = f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"
    job = _claim(job_id, runner)
    if job is None:
        return False
    kind = _kinds[job.kind]
    attempt = Run(job, {}, User.objects.filter(pk=job.requested_by, is_active=True).first())
    with _Heartbeat(attempt, runner):
        _carry_out(kind, attempt, runner)
    return True


def _claim(job_id: int, runner: str) -> Job | None:
    with transaction.atomic():
        free = Q(state=Job.State.CONFIRMED) | Q(state=Job.State.RUNNING, lease_until__lt=Now())
        job = Job.objects.select_for_update(skip_locked=True).filter(free, pk=job_id).first()
        if job is None:
            return None
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE firm_job SET state = 'running', runner = %s, attempts = attempts + 1,"
                " lease_until = now() + %s::interval, started_at = coalesce(started_at, now()),"
                " done = 0, error = '', error_code = '' WHERE id = %s RETURNING attempts",
                (runner, LEASE, job_id),
            )
            job.attempts = cursor.fetchone()[0]
        return job


def _carry_out(kind: Kind, attempt: Run, runner: str) -> None:
    job = attempt.job
    try:
        if job.dossier_id is not None:
            with scope.open_scope(_scope_of(kind, attempt)):
                item = JobItem.objects.get(dossier_id=job.dossier_id, job_id=job.id)
                attempt.params = item.params
        if kind.prepare:
            kind.prepare(attempt)
        with scope.open_scope(_scope_of(kind, attempt)):
            _lock_dossier(job)
            kind.work(attempt)
            attempt.check()
            if job.dossier_id is not None:
                JobItem.objects.filter(job_id=job.id, dossier_id=job.dossier_id).update(
                    state=JobItem.State.DONE, result=attempt.result
                )
            _finish(attempt, runner)
    except Cancelled:
        _end(kind, attempt, runner, Job.State.CANCELLED, "cancelled", "Annulé à votre demande.")
    except Lost:
        log.warning("Job %s: the lease was lost, the work is rolled back.", job.id)
    except BusinessError as error:
        _end(kind, attempt, runner, Job.State.FAILED, error.code, error.message)
    except Exception as error:
        _retry_or_fail(kind, attempt, runner, error)


def _scope_of(kind: Kind, attempt: Run) -> scope.Scope:
    """The requester's rights now: a right lost since he asked stops the job."""
    if kind.scope:
        return kind.scope(attempt.job)
    if attempt.job.dossier_id is None:
        return _scope_in_firm(attempt.by, attempt.job.firm_id)
    return _access[0](attempt.by, attempt.job.dossier_id, kind.needs)


def _scope_in_firm(by: User | None, firm_id: int | None) -> scope.Scope:
    """The requester's scope for a job of no dossier: his own rows, and his firm's while he works there.

    Raises:
        Forbidden: he has left the platform or the firm since he asked.
    """
    if by is None:
        raise Forbidden("La personne qui a demandé ce travail n’a plus accès à la plateforme.")
    own = scope.Scope(user=by.id, read=frozenset(), write=frozenset())
    if firm_id is None:
        return own
    with scope.open_scope(own):
        if not Membership.objects.filter(user_id=by.id, firm_id=firm_id).exists():
            raise Forbidden("La personne qui a demandé ce travail ne fait plus partie du cabinet.")
    return replace(own, firm=firm_id, firm_write=True)


def _lock_dossier(job: Job) -> None:
    """A second writer on the dossier waits; others are not concerned."""
    if job.dossier_id is not None and job.is_destructive:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('dossier', %s))", (job.dossier_id,))


def _finish(attempt: Run, runner: str) -> None:
    """The last statement of the work's transaction: done, if the lease is still ours."""
    total = attempt.total or attempt.job.total
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE firm_job SET state = 'done', done = %s, total = %s, step = '', finished_at = now()"
            " WHERE id = %s AND runner = %s AND state = 'running'",
            (total, total, attempt.job.id, runner),
        )
        if cursor.rowcount != 1:
            raise Lost


def _end(kind: Kind, attempt: Run, runner: str, state: str, code: str, message: str) -> None:
    """Write down how the job ended, in a transaction after the work's has rolled back."""
    job = attempt.job
    updated = Job.objects.filter(pk=job.id, runner=runner, state=Job.State.RUNNING).update(
        state=state, error_code=code, error=message, finished_at=Now(), step=""
    )
    if not updated:
        return
    only = frozenset(() if job.dossier_id is None else (job.dossier_id,))
    own = scope.Scope(user=job.requested_by, firm=job.firm_id, read=only, write=only)
    with scope.open_scope(kind.scope(job) if kind.scope else own):
        if only:
            JobItem.objects.filter(job_id=job.id).update(state=JobItem.State.FAILED, reason=message)
        if kind.fail:
            kind.fail(attempt, message)


def _retry_or_fail(kind: Kind, attempt: Run, runner: str, error: Exception) -> None:
    job = attempt.job
    if attempt.should_stop:
        _end(kind, attempt, runner, Job.State.CANCELLED, "cancelled", "Annulé à votre demande.")
        return
    is_away = isinstance(error, TryLater)
    if not is_away:
        log.exception("Job %s (%s), attempt %s", job.id, job.kind, job.attempts)
    if isinstance(error, OperationalError):
        connection.close()
    if job.attempts > len(kind.pauses):
        message = str(error) if is_away else (
            "Une erreur de notre côté a interrompu ce travail ; rien n’a été modifié. "
            f"Signalez-la en citant le travail n° {job.id}."
        )
        code = "unreachable" if is_away else "internal_error"
        _end(kind, attempt, runner, Job.State.FAILED, code, message)
        return
    pause = dt.timedelta(seconds=kind.pauses[job.attempts - 1])
    Job.objects.filter(pk=job.id, runner=runner, state=Job.State.RUNNING).update(
        state=Job.State.CONFIRMED, lease_until=None, next_try_at=Now() + pause
    )


class _Heartbeat:
    """Renews the lease, publishes progress and hears of a cancellation, on its own connection."""

    def __init__(self, attempt: Run, runner: str) -> None:
        self.attempt, self.runner = attempt, runner
        self.over = threading.Event()
        self.work_connection: Any = None
        self.thread = threading.Thread(target=self._beat, name=f"job-{attempt.job.id}", daemon=True)

    def __enter__(self) -> _Heartbeat:
        connection.ensure_connection()
        self.work_connection = connection.connection
        self.thread.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self.over.set()
        self.thread.join(timeout=10)

    def _beat(self) -> None:
        with psycopg.connect(**connection_parameters(), autocommit=True) as own:
            while not self.over.wait(BEAT):
                try:
                    self._once(own)
                except psycopg.Error:
                    log.warning("Job %s: heartbeat failed", self.attempt.job.id, exc_info=True)
                    return

    def _once(self, own: psycopg.Connection[Any]) -> None:
        run = self.attempt
        row = own.execute(
            "UPDATE firm_job SET lease_until = now() + %s::interval, done = %s,"
            " total = greatest(%s, total), step = %s"
            " WHERE id = %s AND runner = %s AND state = 'running' RETURNING cancel_requested",
            (LEASE, run.done, run.total, run.step, run.job.id, self.runner),
        ).fetchone()
        if (row is None or row[0]) and not self.over.is_set():
            run._stop.set()
            self.work_connection.cancel_safe(timeout=2)


def connection_parameters() -> dict[str, Any]:
    """What psycopg needs to reach the database that Django uses, under the same role."""
    parameters = connection.get_connection_params()
    for name in ("cursor_factory", "context", "prepare_threshold", "assume_role", "isolation_level"):
        parameters.pop(name, None)
    role = connection.settings_dict["OPTIONS"].get("assume_role")
    if role:
        parameters["options"] = f"{parameters.get('options', '')} -c role={role}".strip()
    return parameters

