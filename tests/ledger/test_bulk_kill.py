"""Killed at any moment, a bulk job is done once or not at all; others see nothing or everything."""

from __future__ import annotations

import datetime as dt
import random
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from clients.models import Dossier
from firm import job_previews
from firm.models import Job, User
from ledger.actions import bulk
from ledger.actions.bulk_pick import Selection
from ledger.bench.killing import kill_then_finish, worker
from ledger.models import Entry, Invoice
from tests.conftest import open_dossier
from tests.ledger.bulk_books import Maker, check, refresh, run, snapshot
from tests.ledger.import_programs import run_all
from tests.ledger.test_fec_flow import DATA, REAL, confirm, send

pytestmark = pytest.mark.django_db(transaction=True)


def imported(dossier: Dossier, by: User) -> None:
    confirm(dossier, by, send(dossier, by, (DATA / REAL).read_bytes(), REAL))
    run_all()
    with open_dossier(by, dossier):
        Maker(dossier).purchase()


def started(dossier: Dossier, by: User, operation: str, **more: Any) -> Job:
    with open_dossier(by, dossier):
        job = bulk.preview_bulk(dossier, Selection(operation, **more), by=by)
        bulk.confirm_bulk(dossier, job, by=by, confirmation=dossier.slug)
    return job


def books(dossier: Dossier, by: User) -> dict[str, list[str]]:
    with open_dossier(by, dossier):
        check(dossier)
        return snapshot(dossier)


@pytest.mark.row("B21")
@pytest.mark.parametrize("operation", ["archive", "delete", "reset"])
def test_killed_anywhere_it_and_its_undoing_end_as_if_undisturbed(
    operation: str, boulangerie: Dossier, alice: User, tmp_path: Path
) -> None:
    imported(boulangerie, alice)
    then = books(boulangerie, alice)
    more = {} if operation == "reset" else {"include_fec": True}
    job, seen = started(boulangerie, alice, operation, **more), list[str]()
    kill_then_finish(job.id, tmp_path, seen)
    job.refresh_from_db()
    assert (job.state, job.done) == ("done", job.total), (job.error, seen)
    now = books(boulangerie, alice)
    assert now != then
    with open_dossier(alice, boulangerie):
        undo = bulk.undo_bulk(boulangerie, job, by=alice)
    kill_then_finish(undo.id, tmp_path, seen)
    run_all()
    job.refresh_from_db()
    assert job.state == "undone", seen
    assert books(boulangerie, alice) == then


@pytest.mark.row("B21")
def test_at_every_instant_others_see_nothing_or_everything(
    boulangerie: Dossier, alice: User, tmp_path: Path
) -> None:
    imported(boulangerie, alice)
    job, seen = started(boulangerie, alice, "archive", include_fec=True), set()
    asked = (
        "SELECT (SELECT count(*) FROM ledger_entry), (SELECT count(*) FROM ledger_entryline),"
        " (SELECT count(*) FROM ledger_invoice WHERE booking = 'archived'),"
        " (SELECT sum(line_count) FROM ledger_accountmonth)"
    )
    with worker(job.id, tmp_path) as process:
        while process.poll() is None:
            with open_dossier(alice, boulangerie), connection.cursor() as cursor:
                cursor.execute(asked)
                seen.add(tuple(map(int, cursor.fetchone())))
    assert Job.objects.get(pk=job.id).state == "done"
    assert len(seen) <= 2, seen


def beside(act: Callable[[], object]) -> tuple[threading.Thread, list[object]]:
    """Another person's act, on a connection of its own."""
    came: list[object] = []

    def go() -> None:
        try:
            came.append(act())
        except Exception as error:
            came.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=go)
    thread.start()
    return thread, came


@pytest.mark.row("B21")
def test_of_two_confirmations_at_once_one_wins_and_the_other_is_told_which(
    boulangerie: Dossier, alice: User, bruno: User
) -> None:
    with open_dossier(alice, boulangerie):
        Maker(boulangerie).purchase()
        first = bulk.preview_bulk(boulangerie, Selection("archive"), by=alice)
        second = bulk.preview_bulk(boulangerie, Selection("archive"), by=bruno)

    def confirming(job: Job, by: User) -> Callable[[], object]:
        def act() -> object:
            with open_dossier(by, boulangerie):
                return bulk.confirm_bulk(boulangerie, job, by=by)

        return act

    threads = [beside(confirming(first, alice)), beside(confirming(second, bruno))]
    for thread, _came in threads:
        thread.join(30)
    came = [came[0] for _thread, came in threads]
    assert sum(one is None for one in came) == 1
    (refused,) = [one for one in came if one is not None]
    assert isinstance(refused, job_previews.Busy)


def test_what_a_person_writes_during_the_job_is_never_lost(
    boulangerie: Dossier, alice: User
) -> None:
    """A writer holds an invoice that the job is about: the job waits, then refuses whole."""
    with open_dossier(alice, boulangerie):
        invoice = Maker(boulangerie).purchase(booked=False)
        job = bulk.preview_bulk(boulangerie, Selection("archive"), by=alice)
        bulk.confirm_bulk(boulangerie, job, by=alice)
    with open_dossier(alice, boulangerie):
        held = Invoice.objects.select_for_update().get(pk=invoice.pk)
        thread, _came = beside(lambda: run(Job.objects.get(pk=job.pk)))
        time.sleep(1 + random.random())
        entry = Maker(boulangerie).entry(
            Maker(boulangerie).journal("ACH", "purchases"), dt.date(2025, 3, 10),
            [("607000", 10_000), ("401000", -10_000)],
        )  # fmt: skip
        held.entry, held.booking = entry, "booked"
        held.save(update_fields=["entry", "booking"])
        refresh(boulangerie)
    thread.join(60)
    job.refresh_from_db()
    assert (job.state, job.error_code) == ("failed", "preview_stale")
    with open_dossier(alice, boulangerie):
        invoice.refresh_from_db()
        assert (invoice.booking, Entry.objects.count()) == ("booked", 1)
        check(boulangerie)
