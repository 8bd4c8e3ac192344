"""Leases of jobs: lost, expired, taken over; and rights lost meanwhile."""

from __future__ import annotations

import pytest

from clients.models import Dossier, DossierGrant
from firm import heartbeat, jobs
from firm.models import Job, Membership, User
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
)

__all__ = ["probe"]
pytestmark = pytest.mark.django_db(transaction=True)


def test_a_runner_that_lost_its_lease_rolls_back(
    boulangerie: Dossier, alice: User, probe: Probe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(heartbeat, "BEAT", 60.0)

    def work(run: jobs.Run) -> None:
        leave_a_trace(boulangerie, alice, "tests.late")
        taken = in_thread(lambda: Job.objects.filter(pk=run.job.pk).update(runner="another"))
        taken.join(WAIT)

    probe.work = work
    job = ask(boulangerie, alice)
    jobs.run(job.id)
    assert state_of(job) == ("running", "")
    assert job.runner == "another"
    assert traces(boulangerie, alice) == []
    assert probe.told == []


def test_an_expired_lease_is_swept_and_the_job_ends_the_same(
    boulangerie: Dossier, alice: User, probe: Probe
) -> None:
    probe.work = lambda _run: leave_a_trace(boulangerie, alice, "tests.done")
    job = ask(boulangerie, alice)
    Job.objects.filter(pk=job.pk).update(
        state="running", runner="dead", attempts=1, lease_until="2026-01-01T00:00Z"
    )
    assert jobs.due() == [job.id]
    jobs.run(job.id)
    assert state_of(job) == ("done", "")
    assert job.attempts == 2
    assert traces(boulangerie, alice) == ["tests.done"]


def test_what_was_cancelled_while_its_runner_was_dead_is_not_begun_again(
    boulangerie: Dossier, alice: User, probe: Probe
) -> None:
    probe.work = lambda _run: leave_a_trace(boulangerie, alice, "tests.done")
    job = ask(boulangerie, alice)
    Job.objects.filter(pk=job.pk).update(
        state="running", runner="dead", lease_until="2026-01-01T00:00Z", cancel_requested=True
    )
    jobs.run(job.id)
    assert state_of(job) == ("cancelled", "cancelled")
    assert traces(boulangerie, alice) == []


def test_a_job_that_kills_every_runner_is_given_up(
    boulangerie: Dossier, alice: User, probe: Probe
) -> None:
    job = ask(boulangerie, alice)
    Job.objects.filter(pk=job.pk).update(
        state="running", runner="dead", lease_until="2026-01-01T00:00Z", attempts=jobs.MOST_ATTEMPTS
    )
    jobs.run(job.id)
    assert state_of(job) == ("failed", "interrupted")
    assert probe.told == [("interrupted", job.error, {"object": 7})]


@pytest.mark.parametrize("loss", ["rights", "account"])
def test_a_right_lost_between_request_and_run_stops_the_job(
    loss: str, boulangerie: Dossier, alice: User, bruno: User, probe: Probe
) -> None:
    probe.work = lambda _run: leave_a_trace(boulangerie, bruno, "tests.done")
    job = ask(boulangerie, bruno)
    if loss == "account":
        User.objects.filter(pk=bruno.pk).update(is_active=False)
    else:
        with open_dossier(alice, boulangerie):
            DossierGrant.objects.filter(user=bruno, dossier=boulangerie).delete()
            Membership.objects.filter(user=bruno).delete()
    jobs.run(job.id)
    assert state_of(job) == ("failed", "forbidden")
    assert "n’a plus" in job.error
    assert traces(boulangerie, alice) == []
    assert probe.told == [("forbidden", job.error, {"object": 7})], "its object must not hang"
