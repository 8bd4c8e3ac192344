"""Validating a year and verifying its chain, beside the bare UPDATE of the entries."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from django.db import connection, transaction

from clients.demo import create_cast
from clients.models import Dossier
from firm.formats import integer
from firm.models import User
from ledger.actions.validation import Choice, validate
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
from ledger.models import Entry, FiscalYear
from ledger.queries.chain import verify_year

VALIDATED, VERIFIED = 50_000, 200_000  # entries a second, at least
_BARE = "UPDATE ledger_entry SET state = 'validated' WHERE dossier_id = %s AND fiscal_year_id = %s"


def run(size: int) -> list[Result]:
    """Import `size` lines, validate their entries, verify the chain."""
    alice = create_cast().people["alice"]
    dossier = _filled(alice, size)
    with _open(dossier, alice):
        year = FiscalYear.objects.get(end=YEAR_END)
        count = Entry.objects.filter(fiscal_year=year).count()
    bare, done, seen = _bare(dossier, year, alice), Clock(), Clock()
    with _open(dossier, alice), done.timed():
        validate(dossier, Choice(year.id), by=alice)
    with _open(dossier, alice), seen.timed():
        checked, broken = verify_year(year)
    if (checked, broken) != (count, None):
        raise RuntimeError(f"{checked} links of {count} are whole: {broken}")
    name = f"{integer(count)} entries"
    return [
        Result(f"{name}: bare UPDATE of their state", bare),
        Result(
            f"{name}: validated, {integer(round(count / done.seconds))} a second",
            done.seconds, f"{VALIDATED} a second", count / VALIDATED, 1.0,
        ),
        Result(
            f"{name}: verified, {integer(round(count / seen.seconds))} a second",
            seen.seconds, f"{VERIFIED} a second", count / VERIFIED, 1.0,
        ),
    ]  # fmt: skip


def _bare(dossier: Dossier, year: FiscalYear, by: User) -> float:
    """Seconds of the bare statement, rolled back."""
    clock = Clock()
    with _open(dossier, by), connection.cursor() as cursor, clock.timed():
        cursor.execute(_BARE, (dossier.pk, year.pk))
        transaction.set_rollback(True)
    return clock.seconds


def _filled(by: User, lines: int) -> Dossier:
    dossier = _dossier(by, lines)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name_by_law(SIREN, YEAR_END)
        subprocess.run([sys.executable, "-c", GENERATE, str(path), str(lines)], check=True)
        _confirm(dossier, by, _receive_and_check(dossier, by, path))
    return dossier
