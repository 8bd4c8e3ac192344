"""Bulk work on invoices with their entries, beside the bare UPDATE and DELETE of the same rows.

The bare statements run in the product's own tables, under its guards and row-level security, as the
runtime role: what a job costs beyond them is what it keeps (bins, letterings, sums, archive).  A
neighbour's row is written and read meanwhile, and its longest wait told.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import psycopg
from django.db import connection, transaction

from clients.demo import create_cast
from clients.models import Dossier
from firm import jobs
from firm.heartbeat import connection_parameters
from firm.models import Job, User
from ledger.actions import bulk
from ledger.actions.bulk_pick import Selection
from ledger.bench import Clock, Result
from ledger.bench.fec import (
    GENERATE,
    SIREN,
    YEAR_END,
    _confirm,
    _dossier,
    _open,
    _receive_and_check,
)
from ledger.fec.write import name_by_law
from ledger.models import Invoice

GOAL, SEALED_GOAL, PREVIEW_GOAL, WAIT_GOAL = 1.5, 3.0, 1.0, 0.1
LINES_PER_INVOICE = 8  # of a generated file: some 12 000 invoices in 100 000 lines
BARE = (
    "UPDATE ledger_invoice SET booking = 'archived', entry_id = NULL, archived_at = now()"
    " WHERE dossier_id = %(d)s AND id IN (SELECT id FROM bench_invoices)",
    "UPDATE ledger_entryline SET lettering_id = NULL, lettering_code = NULL, lettered_on = NULL"
    " WHERE dossier_id = %(d)s AND lettering_id IN (SELECT id FROM bench_letterings)"
    " AND entry_id NOT IN (SELECT id FROM bench_entries)",
    "DELETE FROM ledger_entryline WHERE dossier_id = %(d)s"
    " AND entry_id IN (SELECT id FROM bench_entries)",
    "DELETE FROM ledger_lettering WHERE dossier_id = %(d)s"
    " AND id IN (SELECT id FROM bench_letterings)",
    "DELETE FROM ledger_entry WHERE dossier_id = %(d)s AND id IN (SELECT id FROM bench_entries)",
)
# All that a reset takes away, sums and chart apart.
BARE_RESET = tuple(
    f"DELETE FROM ledger_{table} WHERE dossier_id = %(d)s"  # noqa: S608 (of constants)
    for table in ("invoiceline", "invoice", "banktransaction", "entryline", "lettering", "entry")
)
ROWS = (
    "CREATE TEMP TABLE bench_invoices ON COMMIT DROP AS SELECT id, entry_id FROM ledger_invoice"
    " WHERE dossier_id = %(d)s AND entry_id IS NOT NULL",
    "CREATE TEMP TABLE bench_entries ON COMMIT DROP AS SELECT DISTINCT entry_id AS id"
    " FROM bench_invoices",
    "CREATE TEMP TABLE bench_letterings ON COMMIT DROP AS SELECT DISTINCT l.lettering_id AS id"
    " FROM ledger_entryline l JOIN bench_entries e ON l.dossier_id = %(d)s AND l.entry_id = e.id"
    " WHERE l.lettering_id IS NOT NULL",
    "ANALYZE bench_invoices, bench_entries, bench_letterings",
)


class Neighbour(threading.Thread):
    """Another dossier's reader and writer, on a connection of its own; it tells how it waits."""

    def __init__(self, dossier: Dossier, by: User) -> None:
        super().__init__(daemon=True)
        self.dossier, self.by, self.over = dossier, by, threading.Event()
        self.reads: list[float] = []
        self.writes: list[float] = []

    def run(self) -> None:
        """Read the sums and write on the counters' row, again and again."""
        with psycopg.connect(**connection_parameters()) as own:
            while not self.over.wait(0.02):
                self._once(own)

    def _once(self, own: psycopg.Connection[Any]) -> None:
        with own.transaction():
            for name in ("dossiers", "writable"):
                own.execute(
                    "SELECT set_config(%s, %s, true)", (f"app.{name}", f"{{{self.dossier.pk}}}")
                )
            own.execute("SELECT set_config('app.user', %s, true)", (str(self.by.pk),))
            start = time.perf_counter()
            own.execute("SELECT count(*), sum(debit) FROM ledger_accountmonth")
            middle = time.perf_counter()
            own.execute("UPDATE clients_dossierstats SET updated_at = now()")
            self.reads.append(middle - start)
            self.writes.append(time.perf_counter() - middle)

    def stop(self) -> tuple[float, float]:
        """The median read and the longest write, in seconds."""
        self.over.set()
        self.join(timeout=10)
        ordered = sorted(self.reads) or [0.0]
        return ordered[len(ordered) // 2], max(self.writes, default=0.0)


def run(size: int) -> list[Result]:
    """Archive, restore, delete and reset some `size` invoices with their entries, and undo each."""
    alice = create_cast().people["alice"]
    dossier = _filled(alice, size)
    neighbour_of = _dossier(alice, 1)
    with _open(dossier, alice):
        count = Invoice.objects.exclude(entry=None).count()
    name = f"{count:,} invoices".replace(",", " ")
    quiet = Neighbour(neighbour_of, alice)
    quiet.start()
    time.sleep(2)
    alone, _longest = quiet.stop()
    beside = Neighbour(neighbour_of, alice)
    beside.start()
    results = list(_operations(dossier, alice, name))
    busy, longest = beside.stop()
    return [
        *results,
        Result("a reader of another dossier, meanwhile", busy, "alone", alone, 1.2),
        Result("longest wait for a row of another dossier", longest, goal=WAIT_GOAL),
    ]


def _operations(dossier: Dossier, by: User, name: str) -> list[Result]:
    only: dict[str, Any] = {"kinds": ("purchases", "sales"), "include_fec": True}
    bare, bare_reset = _bare(dossier, by, BARE), _bare(dossier, by, BARE_RESET)
    against = "bare UPDATE and DELETE"
    out = [
        Result(f"{name}: {against}", bare),
        Result(f"{name}, and all other entries: bare DELETE", bare_reset),
    ]
    plan: tuple[tuple[str, float, dict[str, Any]], ...] = (
        ("archive", GOAL, only),
        ("delete", SEALED_GOAL, only),
        ("reset", SEALED_GOAL, {}),
    )
    for operation, goal, more in plan:
        preview, done, job = _done(dossier, by, operation, more)
        limit = bare_reset if operation == "reset" else bare
        out.append(Result(f"{name}: preview, {operation}", preview, goal=PREVIEW_GOAL))
        out.append(Result(f"{name}: {operation}", done, against, limit, goal))
        if operation == "archive":
            _look, restored, back = _done(dossier, by, "restore", only)
            out.append(Result(f"{name}: restore", restored, against, bare, GOAL))
            out.append(Result(f"{name}: undo, restore", _undone(dossier, by, back), against, bare))
        out.append(Result(f"{name}: undo, {operation}", _undone(dossier, by, job), against, limit))
    return out


def _done(
    dossier: Dossier, by: User, operation: str, more: dict[str, Any]
) -> tuple[float, float, Job]:
    look, work = Clock(), Clock()
    with _open(dossier, by):
        with look.timed():
            job = bulk.preview_bulk(dossier, Selection(operation, **more), by=by)
        bulk.confirm_bulk(dossier, job, by=by, confirmation=dossier.slug)
    with work.timed():
        jobs.run(job.pk)
    return look.seconds, work.seconds, _settled(job, "done")


def _undone(dossier: Dossier, by: User, job: Job) -> float:
    clock = Clock()
    with _open(dossier, by):
        undo = bulk.undo_bulk(dossier, job, by=by)
    with clock.timed():
        jobs.run(undo.pk)
    _settled(undo, "done")
    _search_texts()
    return clock.seconds


def _search_texts() -> None:
    """What waits after an undo, so that it does not run beside the next measure."""
    for waiting in jobs.due():
        jobs.run(waiting)


def _settled(job: Job, state: str) -> Job:
    """The job, which must have come to this state.

    Raises:
        RuntimeError: it has not; the figures would mean nothing.
    """
    job.refresh_from_db()
    if job.state != state:
        raise RuntimeError(f"the job is {job.state}, not {state}: {job.error}")
    return job


def _bare(dossier: Dossier, by: User, statements: tuple[str, ...]) -> float:
    """Seconds of bare statements, rolled back."""
    clock = Clock()

    def measure() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('work_mem', '128MB', true)")
            for statement in ROWS:
                cursor.execute(statement, {"d": dossier.pk})
            with clock.timed():
                for statement in statements:
                    cursor.execute(statement, {"d": dossier.pk})
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            transaction.set_rollback(True)

    with _open(dossier, by):
        measure()
    return clock.seconds


def _filled(by: User, size: int) -> Dossier:
    lines = size * LINES_PER_INVOICE
    dossier = _dossier(by, lines)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name_by_law(SIREN, YEAR_END)
        subprocess.run([sys.executable, "-c", GENERATE, str(path), str(lines)], check=True)
        _confirm(dossier, by, _receive_and_check(dossier, by, path))
    _search_texts()
    return dossier
