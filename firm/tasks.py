"""What Celery knows: to wake a job, to sweep, and that a minute has passed."""

from __future__ import annotations

from celery import shared_task

# The mailer declares its kind of job, the pulse its signals, when they are imported.
from firm import jobs, mailer, periodic, pulse  # noqa: F401


@shared_task(name="firm.run_job")
def run_job(job_id: int) -> None:
    """Carry out one job, unless somebody else has it."""
    jobs.run(job_id)


@shared_task(name="firm.sweep")
def sweep() -> None:
    """Wake every job that should be running and is not: the queue may lose, the table does not."""
    for job_id in jobs.due():
        run_job.apply_async((job_id,), retry=False)


@shared_task(name="firm.minute")
def minute() -> None:
    """Do what comes round by the clock."""
    periodic.run_all()
