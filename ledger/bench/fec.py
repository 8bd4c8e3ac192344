"""The main job against its limit: reading, judging and writing a FEC, beside a raw COPY of it."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db.models import Sum

from clients.actions.dossiers import create_dossier
from clients.demo import create_cast
from clients.models import Dossier
from firm import jobs, scope
from firm.models import User
from ledger.actions import fec_import
from ledger.bench import Clock, Result, best_of, memory, reset_peak
from ledger.bench.limits import bare_insert, raw_copy
from ledger.bench.pages import page_results
from ledger.fec.write import name_by_law
from ledger.models import Account, AccountMonth, FecImport
from ledger.queries import balances, general_ledger, years

SIREN = "999000017"
YEAR_END = dt.date(2025, 12, 31)
GOAL, GROWTH_GOAL, QUERY_GOAL = 10.0, 11.0, 0.005
GENERATE = (
    "import sys, datetime as dt; from pathlib import Path;"
    " from ledger.fec.generate import generate;"
    " generate(Path(sys.argv[1]), lines=int(sys.argv[2]), year_end=dt.date(2025, 12, 31),"
    f" siren='{SIREN}')"
)


def run(size: int) -> list[Result]:
    """Time the whole import at a tenth of `size` lines and at `size`."""
    alice = create_cast().people["alice"]
    small, small_total = _one(alice, max(size // 10, 1000))
    large, large_total = _one(alice, size)
    growth = Result(
        f"growth, ×{size // max(size // 10, 1000)} lines", large_total, "a tenth of the lines",
        small_total, GROWTH_GOAL,
    )  # fmt: skip
    return [*small, *large, growth]


def _one(by: User, lines: int) -> tuple[list[Result], float]:
    name = _spaced(f"{lines:,} lines")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name_by_law(SIREN, YEAR_END)
        # Made by another process: the generator's memory is none of the importer's.
        subprocess.run([sys.executable, "-c", GENERATE, str(path), str(lines)], check=True)
        limit = raw_copy(path)
        dossier = _dossier(by, lines)
        idle = memory("VmRSS")
        reset_peak()
        read, row = _timed(lambda: _receive_and_check(dossier, by, path))
        write, _done = _timed(lambda: _confirm(dossier, by, row))
        peak = memory("VmHWM") - idle
        floor = bare_insert(dossier)
        reading = _queries(dossier, by, lines)
        pages = page_results(dossier, by, _number_of_busiest(dossier, by), name)
        undo, _undone = _timed(lambda: _undo(dossier, by, row))
    against = "raw COPY"
    return [
        Result(f"{name}: raw COPY into one unlogged text column", limit),
        Result(f"{name}: read, judge, prepare", read, against, limit),
        Result(f"{name}: write the books", write, against, limit),
        Result(f"{name}: their bare INSERT … SELECT, no trigger nor RLS", floor, against, limit),
        Result(f"{name}: write the books, beside that", write, "bare INSERT … SELECT", floor),
        Result(f"{name}: whole import", read + write, against, limit, GOAL, peak),
        Result(f"{name}: undo", undo, against, limit),
        *reading,
        *pages,
    ], read + write


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    clock = Clock()
    with clock.timed():
        answer = work()
    return clock.seconds, answer


def _dossier(by: User, lines: int) -> Dossier:
    with scope.open_scope(scope.Scope(user=by.id)):
        firm = by.memberships.select_related("firm").get().firm
    with scope.open_scope(scope.Scope(user=by.id, firm=firm.id, firm_write=True)):
        return create_dossier(firm, name=f"Banc d’essai {lines}", by=by)


def _open(dossier: Dossier, by: User) -> Any:
    only = frozenset({dossier.id})
    return scope.open_scope(scope.Scope(user=by.id, firm=dossier.firm_id, read=only, write=only))


def _receive_and_check(dossier: Dossier, by: User, path: Path) -> FecImport:
    with _open(dossier, by), path.open("rb") as source:
        row = fec_import.receive(dossier, source, name=path.name, by=by)
    jobs.run(row.job_id or 0)
    return _settled(dossier, by, row, "to_review")


def _confirm(dossier: Dossier, by: User, row: FecImport) -> FecImport:
    with _open(dossier, by):
        job = fec_import.confirm(dossier, row, by=by)
    jobs.run(job.id)
    return _settled(dossier, by, row, "imported")


def _undo(dossier: Dossier, by: User, row: FecImport) -> FecImport:
    with _open(dossier, by):
        job = fec_import.start_undo(dossier, row, by=by, confirmation=dossier.slug)
    jobs.run(job.id)
    return _settled(dossier, by, row, "undone")


def _settled(dossier: Dossier, by: User, row: FecImport, state: str) -> FecImport:
    """The import, which must have come to this state.

    Raises:
        RuntimeError: it has not; the figures would mean nothing.
    """
    with _open(dossier, by):
        fresh: FecImport = FecImport.objects.get(pk=row.pk)
    if fresh.state != state:
        raise RuntimeError(f"the import is {fresh.state}, not {state}: {fresh.error}")
    return fresh


def _queries(dossier: Dossier, by: User, lines: int) -> list[Result]:
    """The year's balance and a middle page of the account with the most lines."""
    with _open(dossier, by):
        every = years.years_of(dossier)
        period = years.period_of_year(every, every[0])
        balance = best_of(9, lambda: balances.trial_balance(dossier, period))
        account, count = _busiest()
        filters = general_ledger.LedgerFilters(period)
        totals = general_ledger.ledger_totals(dossier, account, filters)
        half = general_ledger.first_page(dossier, account, filters, totals, limit=count // 2)
        page = best_of(9, lambda: general_ledger.page_at(dossier, account, filters, half.after))
    return [
        Result(_spaced(f"balance of a year of {lines:,} lines"), balance, goal=QUERY_GOAL),
        Result(_spaced(f"middle page of an account of {count:,} lines"), page, goal=QUERY_GOAL),
    ]


def _busiest() -> tuple[int, int]:
    """The account with the most lines, and how many."""
    row = (
        AccountMonth.objects.values("account").annotate(n=Sum("line_count")).order_by("-n").first()
    )
    assert row is not None
    return row["account"], int(row["n"])


def _number_of_busiest(dossier: Dossier, by: User) -> str:
    with _open(dossier, by):
        number: str = Account.objects.get(pk=_busiest()[0]).number
    return number


def _spaced(text: str) -> str:
    return text.replace(",", " ")
