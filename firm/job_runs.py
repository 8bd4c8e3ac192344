"""The runner of jobs: it claims a row with a lease, carries the job out, and marks it done.

The work of one job on one dossier is ONE transaction whose last statement marks the row done, and
only if the runner still holds the lease.  Killed before its commit, nothing has changed and the
next runner starts again.
"""

from __future__ import annotations

import logging
import os
import socket
import uuid

from django.db import connection, transaction
from django.db.models import Q
from django.db.models.functions import Now

from firm import heartbeat, job_many, scope
from firm.job_ends import CANCELLED, end, fail, left_as_is
from firm.job_kinds import KINDS, Cancelled, Kind, Lost, Run, scope_of
from firm.models import Job, JobItem, User

log = logging.getLogger(__name__)

MOST_ATTEMPTS = 12


def runnable() -> Q:
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
        end(kind, attempt, runner, Job.State.CANCELLED, "cancelled", CANCELLED)
    elif job.attempts > MOST_ATTEMPTS:
        end(
            kind,
            attempt,
            runner,
            Job.State.FAILED,
            "interrupted",
            (
                f"Ce travail a été interrompu trop souvent ; {left_as_is(job)}. "
                f"Signalez-le en citant le travail n° {job.id}."
            ),
        )
    else:
        with heartbeat.Heartbeat(attempt, runner):
            _carry_out(kind, attempt, runner)
    return True


def _claim(job_id: int, runner: str) -> Job | None:
    with transaction.atomic():
        free = Job.objects.select_for_update(skip_locked=True).filter(runnable(), pk=job_id)
        job = free.first()
        if job is None:
            return None
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE firm_job SET state = 'running', runner = %s, attempts = attempts + 1,"
                " lease_until = now() + %s::interval, started_at = coalesce(started_at, now()),"
                " done = cursor, error = '', error_code = '' WHERE id = %s RETURNING attempts",
                (runner, heartbeat.LEASE, job_id),
            )
            job.attempts = cursor.fetchone()[0]
        return job


def _carry_out(kind: Kind, attempt: Run, runner: str) -> None:
    job = attempt.job
    try:
        if kind.each:
            job_many.carry_out(kind, attempt, runner)
            with transaction.atomic():
                _finish(attempt, runner)
            return
        if job.dossier_id is not None:
            with scope.open_scope(scope_of(kind, attempt)):
                item = JobItem.objects.get(dossier_id=job.dossier_id, job_id=job.id)
                attempt.params = item.params
        if kind.prepare:
            kind.prepare(attempt)
        with scope.open_scope(scope_of(kind, attempt)):
            job_many.free_locks_of_the_frozen()
            _lock_dossier(kind, attempt)
            assert kind.work is not None
            kind.work(attempt)
            attempt.check()
            if job.dossier_id is not None:
                JobItem.objects.filter(job_id=job.id, dossier_id=job.dossier_id).update(
                    state=JobItem.State.DONE, result=attempt.result
                )
            _finish(attempt, runner)
    except Cancelled:
        attempt.stop_listening()
        end(kind, attempt, runner, Job.State.CANCELLED, "cancelled", CANCELLED)
    except Lost:
        log.warning("Job %s: the lease was lost, the work is rolled back.", job.id)
    except Exception as error:
        attempt.stop_listening()
        fail(kind, attempt, runner, error)


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
