"""The heartbeat of a running job: its lease, its progress, its cancellation.

It beats on a connection of its own, so that what it writes is seen while the work's transaction is
open, and so that it can interrupt the statement that the work waits for.
"""

from __future__ import annotations

import logging
import threading
from typing import Any

import psycopg
from django.db import connection

from firm.job_kinds import Run

log = logging.getLogger(__name__)

LEASE = "20 seconds"
BEAT = 1.0
DJANGO_ONLY = ("cursor_factory", "context", "prepare_threshold", "assume_role", "isolation_level")


class Heartbeat:
    """Renews the lease, publishes progress and hears of a cancellation, on its own connection."""

    def __init__(self, attempt: Run, runner: str) -> None:
        self.attempt, self.runner = attempt, runner
        self.over = threading.Event()
        self.work_connection: Any = None
        self.thread = threading.Thread(target=self._beat, name=f"job-{attempt.job.id}", daemon=True)

    def __enter__(self) -> Heartbeat:
        connection.ensure_connection()
        self.work_connection = connection.connection
        self.thread.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self.over.set()
        self.thread.join(timeout=10)

    def _beat(self) -> None:
        """Beat until the work is over; a broken connection is opened again at the next beat."""
        own: psycopg.Connection[Any] | None = None
        while not self.over.wait(BEAT):
            try:
                own = own or psycopg.connect(**connection_parameters(), autocommit=True)
                self._once(own)
            except psycopg.Error:
                log.warning("Job %s: heartbeat failed", self.attempt.job.id, exc_info=True)
                if own:
                    own.close()
                own = None
        if own:
            own.close()

    def _once(self, own: psycopg.Connection[Any]) -> None:
        run = self.attempt
        row = own.execute(
            "UPDATE firm_job SET lease_until = now() + %s::interval, done = %s,"
            " total = greatest(%s, total), step = %s"
            " WHERE id = %s AND runner = %s AND state = 'running' RETURNING cancel_requested",
            (LEASE, run.done, run.total, run.step, run.job.id, self.runner),
        ).fetchone()
        if row is None or row[0]:
            run.interrupt(self.work_connection)


def connection_parameters() -> dict[str, Any]:
    """What psycopg needs to reach the database that Django uses, under the same role."""
    parameters = connection.get_connection_params()
    for name in DJANGO_ONLY:
        parameters.pop(name, None)
    role = connection.settings_dict["OPTIONS"].get("assume_role")
    if role:
        parameters["options"] = f"{parameters.get('options', '')} -c role={role}".strip()
    return parameters
