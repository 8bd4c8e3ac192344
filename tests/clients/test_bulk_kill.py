"""Killed at any moment, a job over many dossiers does each of them once."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from clients.actions.bulk_accounts import confirm_bulk, preview_lock
from clients.demo_portfolio import fill_portfolio, portfolio_firm
from clients.models import Dossier
from firm import jobs, scope
from firm.models import AuditEvent, Firm, Job, JobItem, User
from ledger.bench.killing import finish, until, worker
from tests.clients.account_acts import at_firm

pytestmark = pytest.mark.django_db(transaction=True)
DOSSIERS, KILLS, JUNE = 150, 3, dt.date(2026, 6, 30)


def started(firm: Firm, ids: list[int], by: User) -> Job:
    with at_firm(by, firm):
        found = list(Dossier.objects.filter(pk__in=ids))
        job = preview_lock(firm, found, lock_date=JUNE, lock_mode="users", reason="", by=by)
        confirm_bulk(job, by=by)
    return job


def killed_midway(job: Job, folder: Path) -> int:
    """How far a worker had come that was killed after five dossiers or more of its own."""
    before = Job.objects.get(pk=job.pk).cursor
    with worker(job.pk, folder) as process:
        until(lambda: Job.objects.get(pk=job.pk).cursor >= before + 5, 0.005)
        process.kill()
        process.wait()
    until(lambda: job.pk in jobs.due(), 0.1)
    return Job.objects.get(pk=job.pk).cursor


@pytest.mark.row("S2.20")
def test_killed_three_times_it_goes_on_at_the_next_dossier(alice: User, tmp_path: Path) -> None:
    firm = portfolio_firm("Grand cabinet", "grand", owner=alice)
    ids = fill_portfolio(firm, dossiers=DOSSIERS, people=7, by=alice)
    job = started(firm, ids, alice)
    cursors = [killed_midway(job, tmp_path) for _kill in range(KILLS)]
    assert cursors == sorted(set(cursors)), "each begins where the one before has ended"
    assert cursors[-1] < DOSSIERS
    finish(job.pk)

    with scope.open_scope(scope.Scope(user=alice.id, firm=firm.id, read=frozenset(ids))):
        items = JobItem.objects.filter(job_id=job.pk, state="done")
        done = set(items.values_list("dossier_id", flat=True))
        moves = AuditEvent.objects.filter(action="clients.lock_moved")
        moved = list(moves.values_list("dossier_id", flat=True))
        locked = Dossier.objects.filter(pk__in=ids, lock_date=JUNE)
        assert len(moved) == len(set(moved)) == len(done) > 100, "none twice"
        assert set(locked.values_list("pk", flat=True)) == done == set(moved)
