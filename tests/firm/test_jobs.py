"""The job engine: one runner at a time, all or nothing, and an end that somebody is told."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest
from django.db import connection

from clients.models import Dossier
from firm import job_kinds, jobs
from firm.errors import BusinessError
from firm.models import Job, JobItem, User
from tests.conftest import open_dossier
from tests.firm.job_probe import (
    WAIT,
    Probe,
    ask,
    in_thread,
    leave_a_trace,
    probe,
    state_of,
    traces,
    until,
)

__all__ = ["probe"]
pytestmark = pytest.mark.django_db(transaction=True)


def test_a_job_runs_once_keeps_its_result_and_its_total(
    boulangerie: Dossier, alice: User, probe: Probe
) -> None:
    def work(run: jobs.Run) -> None:
        assert run.params == {"object": 7}
        leave_a_trace(boulangerie, alice, "tests.done")
        run.progress(5, 5, "Essai")
        run.result = {"rows": 5}

    probe.work = work
    job = ask(boulangerie, alice)
    assert jobs.due() == [job.id]

    assert jobs.run(job.id) is True
    assert jobs.run(job.id) is False

    assert state_of(job) == ("done", "")
    assert (job.done, job.total, job.attempts, jobs.due()) == (5, 5, 1, [])
    with open_dossier(alice, boulangerie):
        item = JobItem.objects.get(job_id=job.id)
        assert (item.state, item.result) == ("done", {"rows": 5})
    assert traces(boulangerie, alice) == ["tests.done"]
    assert probe.told == []


def test_the_heartbeat_renews_the_lease_and_shows_progress_while_the_work_is_open(
    boulangerie: Dossier, alice: User, probe: Probe
) -> None:
    go_on = threading.Event()

    def work(run: jobs.Run) -> None:
        run.progress(3, 9, "Au milieu")
        assert go_on.wait(WAIT)

    probe.work = work
    job = ask(boulangerie, alice)
    thread = in_thread(lambda: jobs.run(job.id))
    until(lambda: Job.objects.filter(pk=job.pk, done=3, total=9, step="Au milieu").exists())
    first = Job.objects.get(pk=job.pk).lease_until
    until(lambda: Job.objects.filter(pk=job.pk, lease_until__gt=first).exists())
    assert jobs.run(job.id) is False, "another runner finds it taken"
    assert jobs.due() == []
    go_on.set()
    thread.join(WAIT)
    assert state_of(job) == ("done", "")


@pytest.mark.parametrize("stuck_in", ["the database", "Python"])
def test_cancelling_midway_leaves_nothing_and_the_object_is_told(
    stuck_in: str, boulangerie: Dossier, alice: User, probe: Probe
) -> None:
    def work(run: jobs.Run) -> None:
        leave_a_trace(boulangerie, alice, "tests.half")
        run.progress(1, 2, "À mi-chemin")
        if stuck_in == "the database":
            connection.cursor().execute("SELECT pg_sleep(60)")
        while True:
            run.check()
            time.sleep(0.02)

    probe.work = work
    job = ask(boulangerie, alice)
    thread = in_thread(lambda: jobs.run(job.id))
    until(lambda: Job.objects.filter(pk=job.pk, done=1).exists())

    jobs.cancel(job, by=alice)
    thread.join(WAIT)

    assert not thread.is_alive()
    assert state_of(job) == ("cancelled", "cancelled")
    assert traces(boulangerie, alice) == []
    assert probe.told == [("cancelled", "Annulé à votre demande.", {"object": 7})]


def test_cancelling_before_it_begins_ends_it_and_the_object_is_told(
    boulangerie: Dossier, alice: User, probe: Probe
) -> None:
    job = ask(boulangerie, alice)
    jobs.cancel(job, by=alice)
    assert state_of(job) == ("cancelled", "cancelled")
    assert probe.told == [("cancelled", "Annulé à votre demande.", {"object": 7})]
    assert jobs.run(job.id) is False


def test_an_error_of_ours_is_tried_again_with_pauses_then_told_in_french(
    boulangerie: Dossier, alice: User, probe: Probe
) -> None:
    def work(_run: jobs.Run) -> None:
        leave_a_trace(boulangerie, alice, "tests.half")
        raise ZeroDivisionError("a secret detail")

    probe.work = work
    job = ask(boulangerie, alice)
    for pause in job_kinds.PAUSES:
        assert jobs.run(job.id) is True
        assert state_of(job) == ("confirmed", "")
        before = Job.objects.get(pk=job.pk)
        assert 0 < (before.next_try_at - _now()).total_seconds() <= pause
        assert jobs.due() == [], "the pause is not over"
        assert jobs.run(job.id) is False, "nor by a wake-up that came twice"
        Job.objects.filter(pk=job.pk).update(next_try_at="2026-01-01T00:00Z")
        assert jobs.due() == [job.id]
    jobs.run(job.id)

    assert state_of(job) == ("failed", "internal_error")
    assert "rien n’a été modifié" in job.error
    assert f"travail n°\u00a0{job.id}" in job.error
    assert "secret" not in job.error
    assert probe.told == [("internal_error", job.error, {"object": 7})]
    assert traces(boulangerie, alice) == []


def _now() -> Any:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]


def test_a_refusal_is_final_at_once(boulangerie: Dossier, alice: User, probe: Probe) -> None:
    class Refusal(BusinessError):
        code = "tests_refusal"

    def work(_run: jobs.Run) -> None:
        raise Refusal("Choisissez un autre fichier.")

    probe.work = work
    job = ask(boulangerie, alice)
    jobs.run(job.id)
    assert state_of(job) == ("failed", "tests_refusal")
    assert job.error == "Choisissez un autre fichier."
    assert job.attempts == 1


def test_the_same_key_is_the_same_job_even_asked_twice_at_once(
    boulangerie: Dossier, alice: User, probe: Probe
) -> None:
    first = ask(boulangerie, alice, key="once")
    assert ask(boulangerie, alice, key="once").id == first.id
    found: list[int] = []
    both = threading.Barrier(4)

    def again() -> None:
        both.wait(WAIT)
        found.append(ask(boulangerie, alice, key="race").id)

    for thread in [in_thread(again) for _ in range(4)]:
        thread.join(WAIT)
    assert len(found) == 4
    assert len(set(found)) == 1


def test_a_second_destructive_job_of_the_dossier_is_refused_until_the_first_is_over(
    boulangerie: Dossier, alice: User, probe: Probe
) -> None:
    first = ask(boulangerie, alice, is_destructive=True)
    with pytest.raises(jobs.Busy) as refused:
        ask(boulangerie, alice, is_destructive=True)
    assert refused.value.status == 409
    assert "Attendez" in refused.value.message
    ask(boulangerie, alice)
    jobs.run(first.id)
    assert ask(boulangerie, alice, is_destructive=True).id != first.id
