"""A kind of job whose work each test chooses."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection

from clients.models import Dossier
from firm import heartbeat, job_kinds, jobs
from firm.models import AuditEvent, Job, User
from tests.conftest import open_dossier

WAIT = 15.0


class Probe:
    """A kind of job whose work the test chooses; it remembers what its object was told."""

    def __init__(self) -> None:
        self.work: Callable[[jobs.Run], None] = lambda _run: None
        self.told: list[tuple[str, str, dict[str, Any]]] = []

    def fail(self, run: jobs.Run, message: str) -> None:
        self.told.append((run.error_code, message, run.params))


@pytest.fixture
def probe(monkeypatch: pytest.MonkeyPatch) -> Iterator[Probe]:
    monkeypatch.setattr(heartbeat, "BEAT", 0.1)
    made = Probe()
    work: Callable[[jobs.Run], None] = lambda run: made.work(run)  # noqa: E731,PLW0108 (each test sets its own)
    jobs.register(jobs.Kind("tests.probe", "Essai", work, fail=made.fail, needs="fec.import"))
    yield made
    del job_kinds.KINDS["tests.probe"]


def ask(dossier: Dossier, by: User, **asked: Any) -> Job:
    with open_dossier(by, dossier):
        return jobs.start(
            "tests.probe", by=by, dossier_id=dossier.id, firm_id=dossier.firm_id,
            params={"object": 7}, **asked,
        )  # fmt: skip


def leave_a_trace(dossier: Dossier, by: User, word: str) -> None:
    AuditEvent.objects.create(dossier_id=dossier.id, user_id=by.id, action=word)


def traces(dossier: Dossier, by: User) -> list[str]:
    with open_dossier(by, dossier):
        return list(
            AuditEvent.objects.filter(action__startswith="tests.").values_list("action", flat=True)
        )


def until(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + WAIT
    while not is_so():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


def in_thread(work: Callable[[], object]) -> threading.Thread:
    def carry_out() -> None:
        try:
            work()
        finally:
            connection.close()

    thread = threading.Thread(target=carry_out)
    thread.start()
    return thread


def state_of(job: Job) -> tuple[str, str]:
    job.refresh_from_db()
    return job.state, job.error_code
