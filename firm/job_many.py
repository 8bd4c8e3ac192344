"""The runner of jobs over many dossiers, one after the other.

Each dossier is a transaction of its own, which also moves the job's cursor: killed, the next runner
goes on at the next dossier, and none is done twice.  A refusal is that dossier's outcome and stops
no other; a bug stops the job, which is tried again from there.
"""

from __future__ import annotations

from contextlib import AbstractContextManager

from django.db import connection

from firm import scope
from firm.errors import refusal_of
from firm.job_kinds import Kind, Lost, Run, scope_on
from firm.models import Job, JobItem

FROZEN = "5min"


def free_locks_of_the_frozen() -> None:
    """A runner that stops answering in the middle of its work must not hold its rows for ever."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = %s", (FROZEN,))


def carry_out(kind: Kind, attempt: Run, runner: str) -> None:
    """Do what is left of the job, from its cursor on.

    Raises:
        Cancelled: the person asked to stop; what is done stays done.
        Lost: another runner has the job.
    """
    job = attempt.job
    for at in range(job.cursor, job.total):
        attempt.progress(at, job.total)
        _one(kind, attempt, runner, at)
    attempt.stop_listening()
    _note_undone(job)


def _one(kind: Kind, attempt: Run, runner: str, at: int) -> None:
    """One dossier and its outcome, all or nothing."""
    assert kind.each is not None
    dossier_id = attempt.job.targets[at]
    try:
        with scope.open_scope(scope_on(kind, attempt, dossier_id)):
            free_locks_of_the_frozen()
            item = JobItem.objects.get(job_id=attempt.job.id, dossier_id=dossier_id)
            attempt.params, attempt.result = item.params, {}
            reason = kind.each(attempt, dossier_id)
            state = JobItem.State.SKIPPED if reason else JobItem.State.DONE
            _note(attempt, dossier_id, state, reason)
            _advance(attempt.job, runner, at + 1)
    except Exception as error:
        refused = refusal_of(error)
        if refused is None:
            raise
        with _outcome_scope(attempt.job, dossier_id):
            attempt.result = {}
            _note(attempt, dossier_id, JobItem.State.FAILED, refused.message)
            _advance(attempt.job, runner, at + 1)


def _outcome_scope(job: Job, dossier_id: int) -> AbstractContextManager[scope.Scope]:
    """Where an outcome is written when the requester's rights are what failed."""
    only = frozenset({dossier_id})
    return scope.open_scope(
        scope.Scope(user=job.requested_by, firm=job.firm_id, read=only, write=only)
    )


def _note(attempt: Run, dossier_id: int, state: str, reason: str) -> None:
    JobItem.objects.filter(job_id=attempt.job.id, dossier_id=dossier_id).update(
        state=state, reason=reason, result=attempt.result
    )


def _advance(job: Job, runner: str, done: int) -> None:
    """Move the cursor, if the lease is still ours; a runner that gets on is none that dies."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE firm_job SET cursor = %s, done = %s, attempts = 1"
            " WHERE id = %s AND runner = %s AND state = 'running'",
            (done, done, job.id, runner),
        )
        if cursor.rowcount != 1:
            raise Lost
    job.cursor, job.attempts = done, 1


def _note_undone(job: Job) -> None:
    """A job of which something was taken back is undone, and is not undone again."""
    if job.undoes is None:
        return
    every = frozenset(job.targets)
    with scope.open_scope(scope.Scope(user=job.requested_by, firm=job.firm_id, read=every)):
        if JobItem.objects.filter(job_id=job.id, state=JobItem.State.DONE).exists():
            Job.objects.filter(pk=job.undoes).update(state=Job.State.UNDONE)
