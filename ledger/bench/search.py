"""Search in a dossier of a million lines, behind its wall: what is there, and what is nowhere."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
import tempfile
from pathlib import Path

from clients.demo import create_cast
from clients.models import Dossier
from firm import scope
from firm.models import User
from ledger import demo
from ledger.actions.search_texts import bring_in_step
from ledger.bench import Clock, Result, best_of
from ledger.bench.fec import GENERATE, SIREN
from ledger.fec.write import name_by_law
from ledger.models import Entry, EntryText, FecImport
from ledger.queries.search import ask, search, search_lines

GOAL = 0.020
RANK = 900  # a demo dossier that no demonstration makes


def run(size: int) -> list[Result]:
    """Time the preparation of the texts, then each kind of question, on books of `size` lines."""
    cast = create_cast()
    alice = cast.people["alice"]
    dossier = demo.demo_dossier(cast.firms["martin"], alice, RANK)
    if not demo.has_books(dossier, alice):
        fill(dossier, alice, size)
    only = frozenset({dossier.id})
    clock = Clock()
    with scope.open_scope(scope.Scope(user=alice.id, firm=dossier.firm_id, read=only, write=only)):
        EntryText.objects.filter(dossier=dossier).delete()
        FecImport.objects.filter(dossier=dossier).update(searchable_at=None)
        with clock.timed():
            bring_in_step(dossier.id)
    texts = Result("texts of the entries, by a job after the import", clock.seconds)
    with scope.open_scope(scope.Scope(user=alice.id, firm=dossier.firm_id, read=only)):
        return [texts, *(_timed(dossier, *question) for question in _questions().items())]


def fill(dossier: Dossier, by: User, size: int) -> None:
    """Import a generated year of `size` lines."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name_by_law(SIREN, dt.date(2025, 12, 31))
        subprocess.run([sys.executable, "-c", GENERATE, str(path), str(size)], check=True)
        demo.import_file(dossier, by, path)


def _questions() -> dict[str, str]:
    by_date = Entry.objects.order_by("date", "id")
    middle = by_date[by_date.count() // 5]
    return {
        "a word of many entries": "facture",
        "a name": middle.label.split()[-1],
        "a piece": middle.piece_ref,
        "an amount": f"{middle.debit / 100:.2f}",
        "an account": "411",
        "a word that is nowhere": "introuvablissime",
        "a piece that is nowhere": "FA99-999999",
        "an amount that is nowhere": "98765432,10",
    }


def _timed(dossier: Dossier, what: str, typed: str) -> Result:
    """The page and its lines together, the median of nine."""

    page = best_of(9, lambda: search(dossier, ask(typed)))
    lines = best_of(9, lambda: search_lines(dossier, ask(typed)))
    return Result(f"search for {what}, lines included", page + lines, goal=GOAL)
