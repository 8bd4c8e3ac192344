"""How a job ends: the row says so if the runner still holds it, and its object is told."""

from __future__ import annotations

import datetime as dt
import logging

from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.db.models import QuerySet
from django.db.models.functions import Now

from firm import scope
from firm.errors import refusal_of
from firm.job_kinds import Kind, Run, TryLater
from firm.models import Job, JobItem

log = logging.getLogger(__name__)

CANCELLED = "Annulé à votre demande."


def left_as_is(job: Job) -> str:
    """What a job that broke leaves behind."""
    return "les dossiers déjà traités le restent" if job.targets else "rien n’a été modifié"


def end(  # noqa: PLR0917 (what ended, who says so, how)
    kind: Kind, attempt: Run, runner: str, state: str, code: str, message: str
) -> None:
    """Write down how the job ended, in a transaction after the work's has rolled back.

    An interruption sent to the work may still reach the first statement here: try once more then.
    """
    mine = Job.objects.filter(pk=attempt.job.id, runner=runner, state=Job.State.RUNNING)
    try:
        tell(kind, attempt, mine, state, code, message)
    except OperationalError:
        connection.close_if_unusable_or_obsolete()
        tell(kind, attempt, mine, state, code, message)


def tell(  # noqa: PLR0917 (idem)
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


def fail(kind: Kind, attempt: Run, runner: str, error: Exception) -> None:
    """A refusal ends the job with its sentence; anything else is tried again."""
    refused = refusal_of(error)
    if refused:
        end(kind, attempt, runner, Job.State.FAILED, refused.code, refused.message)
    else:
        _retry_or_fail(kind, attempt, runner, error)


def _retry_or_fail(kind: Kind, attempt: Run, runner: str, error: Exception) -> None:
    job = attempt.job
    if isinstance(error, DatabaseError | InterfaceError) and not connection.in_atomic_block:
        connection.close()
    if attempt.should_stop:
        end(kind, attempt, runner, Job.State.CANCELLED, "cancelled", CANCELLED)
        return
    is_away = isinstance(error, TryLater)
    if not is_away:
        log.exception("Job %s (%s), attempt %s", job.id, job.kind, job.attempts)
    if job.attempts > len(kind.pauses):
        message = (
            str(error)
            if is_away
            else (
                f"Une erreur de notre côté a interrompu ce travail ; {left_as_is(job)}. "
                f"Signalez-la en citant le travail n° {job.id}."
            )
        )
        code = "unreachable" if is_away else "internal_error"
        end(kind, attempt, runner, Job.State.FAILED, code, message)
        return
    pause = dt.timedelta(seconds=kind.pauses[job.attempts - 1])
    Job.objects.filter(pk=job.id, runner=runner, state=Job.State.RUNNING).update(
        state=Job.State.CONFIRMED, lease_until=None, next_try_at=Now() + pause
    )
