"""What Celery knows: to wake a job, to sweep, to say that it is alive."""

from __future__ import annotations

from celery import shared_task
from django.core.cache import cache
from django.utils import timezone

from firm import jobs, mailer  # noqa: F401 (importing the mailer declares its kind of job)

PULSE = "pulse"


@shared_task(name="firm.run_job")
def run_job(job_id: int) -> None:
    """Carry out one job, unless somebody else has it."""
    jobs.run(job_id)


@shared_task(name="firm.sweep")
def sweep() -> None:
    """Wake every job that should be running and is not: the queue may lose, the table does not."""
    for job_id in jobs.due():
        run_job.apply_async((job_id,), retry=False)


@shared_task(name="firm.pulse")
def pulse() -> None:
    """Beat sent this and a worker ran it: both live."""
    cache.set(PULSE, timezone.now().timestamp(), 120)
