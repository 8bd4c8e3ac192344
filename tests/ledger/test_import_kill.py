"""Killed or frozen at any moment, a check, an import or an undo is done once or not at all."""

from __future__ import annotations

import random
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection

from clients.models import Dossier
from firm import jobs
from firm.models import Job, User
from ledger.actions import fec_import
from ledger.bench.killing import LONGEST, finish, kill_then_finish, worker
from ledger.models import FecFinding
from ledger.queries.drift import drifts
from tests.conftest import open_dossier
from tests.ledger.test_fec_flow import DATA, REAL, fresh, row_counts

pytestmark = pytest.mark.django_db(transaction=True)


def books_of(dossier: Dossier, by: User) -> dict[str, int]:
    with open_dossier(by, dossier):
        return row_counts()


def seen_at_once(dossier: Dossier, by: User) -> tuple[int, ...]:
    """Entries, lines, invoices and bank transactions, in one statement: one snapshot."""
    tables = ("entry", "entryline", "invoice", "banktransaction")
    counts = ", ".join(f"(SELECT count(*) FROM ledger_{table})" for table in tables)
    with open_dossier(by, dossier), connection.cursor() as cursor:
        cursor.execute(f"SELECT {counts}")
        return tuple(cursor.fetchone())


@pytest.mark.row("B10")
def test_killed_anywhere_a_check_an_import_and_an_undo_end_the_same(
    boulangerie: Dossier, alice: User, tmp_path: Path
) -> None:
    seen: list[str] = []
    with open_dossier(alice, boulangerie), (DATA / REAL).open("rb") as source:
        row = fec_import.receive(boulangerie, source, name=REAL, by=alice)
    kill_then_finish(row.job_id or 0, tmp_path, seen)
    row = fresh(boulangerie, alice, row)
    assert (row.state, row.accounting) == ("to_review", "accept_with_warnings"), row.error
    with open_dossier(alice, boulangerie):
        assert FecFinding.objects.filter(fec_import=row).count() <= sum(row.finding_counts.values())
        assert set(row_counts().values()) == {0}
        job = fec_import.confirm(boulangerie, row, by=alice)

    kill_then_finish(job.id, tmp_path, seen)
    full = books_of(boulangerie, alice)
    assert fresh(boulangerie, alice, row).state == "imported", seen
    assert (full["ledger_entryline"], full["ledger_entry"]) == (5422, 2033)
    assert full["ledger_invoice"] == 779
    with open_dossier(alice, boulangerie):
        assert list(drifts(boulangerie.id)) == []
        job = fec_import.start_undo(boulangerie, row, by=alice, confirmation="boulangerie")

    kill_then_finish(job.id, tmp_path, seen)
    assert fresh(boulangerie, alice, row).state == "undone", seen
    assert set(books_of(boulangerie, alice).values()) == {0}


@pytest.mark.row("B10")
def test_at_every_instant_of_an_import_others_see_nothing_or_everything(
    boulangerie: Dossier, alice: User, tmp_path: Path
) -> None:
    with open_dossier(alice, boulangerie), (DATA / REAL).open("rb") as source:
        row = fec_import.receive(boulangerie, source, name=REAL, by=alice)
    finish(row.job_id or 0)
    with open_dossier(alice, boulangerie):
        job = fec_import.confirm(boulangerie, row, by=alice)
    lines = set()
    with worker(job.id, tmp_path) as process:
        while process.poll() is None:
            lines.add(seen_at_once(boulangerie, alice))
    assert lines <= {(0, 0, 0, 0), (2033, 5422, 779, 880)}
    assert fresh(boulangerie, alice, row).state == "imported"


@pytest.mark.row("B10")
def test_frozen_past_its_lease_a_worker_applies_nothing_twice(
    boulangerie: Dossier, alice: User, tmp_path: Path
) -> None:
    with open_dossier(alice, boulangerie), (DATA / REAL).open("rb") as source:
        row = fec_import.receive(boulangerie, source, name=REAL, by=alice)
    finish(row.job_id or 0)
    with open_dossier(alice, boulangerie):
        job = fec_import.confirm(boulangerie, row, by=alice)
    with worker(job.id, tmp_path) as sleeper:
        time.sleep(random.uniform(0, 0.4))
        sleeper.send_signal(signal.SIGSTOP)
        end = time.monotonic() + LONGEST
        while job.id not in jobs.due() and not Job.objects.get(pk=job.id).is_over:
            assert time.monotonic() < end
            time.sleep(0.1)
        with worker(job.id, tmp_path) if job.id in jobs.due() else _nobody() as second:
            time.sleep(0.5)
            sleeper.send_signal(signal.SIGCONT)
            assert sleeper.wait(LONGEST) == 0
            if second:
                assert second.wait(LONGEST) == 0
    finish(job.id)
    assert Job.objects.get(pk=job.id).state == "done"
    assert fresh(boulangerie, alice, row).state == "imported"
    counts = books_of(boulangerie, alice)
    assert (counts["ledger_entryline"], counts["ledger_entry"]) == (5422, 2033)
    with open_dossier(alice, boulangerie):
        assert list(drifts(boulangerie.id)) == []


@contextmanager
def _nobody() -> Iterator[None]:
    """The job was over before its worker froze."""
    yield None
