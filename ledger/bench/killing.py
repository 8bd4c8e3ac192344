"""Killing the workers of a job, and what comes after: shared by the drills and the tests."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from django.db import connection

from firm import jobs
from firm.models import Job

ROOT = Path(__file__).parents[2]
LEASE = 2
KILLS = 3
LONGEST = 120.0
_CHANCE = random.SystemRandom()


def until(is_so: Callable[[], bool], pause: float = 0.02) -> None:
    """Wait.

    Raises:
        TimeoutError: for too long.
    """
    end = time.monotonic() + LONGEST
    while not is_so():
        if time.monotonic() > end:
            raise TimeoutError(f"Nothing came of it within {LONGEST:.0f} s.")
        time.sleep(pause)


@contextmanager
def worker(job_id: int, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A worker on this database, with its files in `folder`, that has claimed the job."""
    url = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}")
    env = {**os.environ, "DATABASE_URL": url.geturl(), "FIRM_DATA": str(folder)}
    env["PYTHONPATH"] = str(ROOT)
    command = [sys.executable, "-m", "ledger.bench.worker", str(job_id), str(LEASE)]
    attempts = Job.objects.get(pk=job_id).attempts

    def is_claimed() -> bool:
        is_over = process.poll() is not None
        if Job.objects.filter(pk=job_id, attempts__gt=attempts).exists():
            return True
        if is_over:
            raise RuntimeError(f"The worker of job {job_id} ended without it.")
        return False

    with subprocess.Popen(command, env=env, cwd=ROOT) as process:
        try:
            until(is_claimed, 0.005)
            yield process
        finally:
            process.kill()


def kill_after(job_id: int, folder: Path, seconds: float) -> None:
    """Start a worker of the job, and SIGKILL it so long after it has claimed it."""
    with worker(job_id, folder) as process:
        time.sleep(seconds)
        process.kill()
        process.wait()


def finish(job_id: int) -> None:
    """What the sweep does once the lease is over."""

    def is_over() -> bool:
        for due in jobs.due():
            jobs.run(due)
        return Job.objects.get(pk=job_id).is_over

    until(is_over, 0.1)


def run_due() -> None:
    """Carry out every job that waits."""
    while due := jobs.due():
        for job_id in due:
            jobs.run(job_id)


def kill_then_finish(job_id: int, folder: Path, seen: list[str]) -> None:
    """Kill several workers at random instants of the same job, then let one end it.

    `seen` gets where each was.
    """
    for _ in range(KILLS):
        if Job.objects.get(pk=job_id).is_over:
            break
        until(lambda: is_free(job_id), 0.1)
        kill_after(job_id, folder, _CHANCE.uniform(0, 1.5))
        job = Job.objects.get(pk=job_id)
        seen.append(job.step or job.state)
    finish(job_id)


def is_free(job_id: int) -> bool:
    """Whether nobody runs the job: it has not begun, is over, or was left by a dead worker."""
    return job_id in jobs.due() or Job.objects.exclude(state="running").filter(pk=job_id).exists()
