"""The rules over a year of a million lines, behind its wall: all of them, then a few alone."""

from __future__ import annotations

from clients.demo import create_cast
from clients.models import Dossier
from firm import scope
from ledger import demo
from ledger.anomalies.catalogue import rules
from ledger.bench import Clock, Result, best_of
from ledger.bench.search import fill
from ledger.queries.anomalies import Wanted, counts, hit_page
from ledger.queries.anomaly_sql import Scene
from ledger.queries.years import latest_with_lines, years_of

GOAL, ONE_GOAL = 10.0, 3.0
RANK = 900  # the dossier of the search
# One rule of each kind: entries, lines, VAT, balances with their lines, the whole year.
PAGES = ("unbalanced_entry", "entry_twice", "vat_off_rate", "old_open_item", "benford")


def run(size: int) -> list[Result]:
    """Time the page of all rules, and the pages of some of them, on `size` lines."""
    cast = create_cast()
    alice = cast.people["alice"]
    dossier = demo.demo_dossier(cast.firms["martin"], alice, RANK)
    if not demo.has_books(dossier, alice):
        fill(dossier, alice, size)
    only = frozenset({dossier.id})
    with scope.open_scope(scope.Scope(user=alice.id, firm=dossier.firm_id, read=only)):
        scene = _scene(dossier)
        every = best_of(3, lambda: counts(scene))
        taken = {code: _one(scene, code) for code in PAGES}
    return [
        Result(f"all {len(rules())} rules, {scene.year.lines:,} lines", every, goal=GOAL),
        *(Result(f"hits of « {code} »", seconds, goal=ONE_GOAL) for code, seconds in taken.items()),
    ]


def _one(scene: Scene, code: str) -> float:
    clock = Clock()
    with clock.timed():
        hit_page(scene, rules()[code], Wanted())
    return clock.seconds


def _scene(dossier: Dossier) -> Scene:
    years = years_of(dossier)
    year = latest_with_lines(years)
    assert year is not None
    return Scene.of(dossier, year, years)
