"""What the entry grid waits for: its page, the chart that it completes from, a proposal, a save.

A keystroke itself asks nobody once the chart is in the page; tests/e2e/test_entry_grid.py times it.
"""

from __future__ import annotations

import json

from django.test import Client
from django.urls import reverse

from clients.demo import create_cast
from clients.models import Dossier
from firm import scope
from firm.models import User
from ledger import demo
from ledger.bench import Clock, Result
from ledger.bench.pages import least_page
from ledger.models import Account, Journal
from ledger.queries.entry_desk import open_months

RUNS, WARM_UP = 60, 3
KEYSTROKE, SAVE, PAGE = 0.050, 0.150, 0.300
RANK = 902  # a demo dossier that no demonstration makes


def run(size: int) -> list[Result]:
    """Times on a dossier of `size` lines a year, the 95th percentile of each."""
    cast = create_cast()
    alice = cast.people["alice"]
    dossier = demo.demo_dossier(cast.firms["martin"], alice, RANK)
    if not demo.has_books(dossier, alice):
        demo.fill(dossier, alice, lines=size, seed=RANK, sector="negoce")
    client = Client(SERVER_NAME="localhost")
    client.force_login(alice)
    return _results(client, dossier, alice)


def _results(client: Client, dossier: Dossier, by: User) -> list[Result]:
    only = frozenset({dossier.id})
    with scope.open_scope(scope.Scope(user=by.id, firm=dossier.firm_id, read=only, write=only)):
        journal: Journal = Journal.objects.filter(nature=Journal.Nature.PURCHASES)[:1].get()
        month = open_months(dossier)[0]
        numbers = [
            Account.objects.filter(number__startswith=root).order_by("number")[:1].get().number
            for root in ("60", "401")
        ]
    place = {"journal": journal.code, "mois": f"{month:%Y-%m}"}
    asked = {
        "page": ("desk", place, PAGE),
        "chart for completion": ("desk_choices", {}, PAGE),
        "completion by the server, « 60 »": ("complete_accounts", {"q": "60"}, KEYSTROKE),
        "completion by the server, « dupont »": (
            "complete_accounts", {"q": "dupont", "tiers": "1"}, KEYSTROKE,
        ),
        "counterpart": (
            "desk_proposal", {**place, "compte": numbers[0], "debit": "100"}, KEYSTROKE,
        ),
        "list": ("desk_list", place, SAVE),
    }  # fmt: skip
    found = [
        Result(f"entry grid: {name}, p95", _p95(client, _url(dossier, *call[:2])), goal=call[2])
        for name, call in asked.items()
    ]
    saved = _saves(client, dossier, place, numbers, f"{month:%d/%m/%Y}")
    least = Result("entry grid: hello-world page, p95", least_page(client))
    return [least, *found, Result("entry grid: an entry saved, p95", saved, goal=SAVE)]


def _url(dossier: Dossier, name: str, query: dict[str, str]) -> str:
    return reverse(f"ledger:{name}", args=[dossier.slug], query=query)


def _p95(client: Client, address: str) -> float:
    """Seconds.

    Raises:
        RuntimeError: the answer is not one; its time would mean nothing.
    """
    taken = []
    for _again in range(WARM_UP + RUNS):
        clock = Clock()
        with clock.timed():
            answer = client.get(address)
        if answer.status_code != 200:
            raise RuntimeError(f"{address} answers {answer.status_code}")
        taken.append(clock.seconds)
    return sorted(taken[WARM_UP:])[RUNS * 95 // 100]


def _saves(
    client: Client, dossier: Dossier, place: dict[str, str], numbers: list[str], day: str
) -> float:
    """Save entries of three lines, each taken out again after it is timed."""
    lines = [
        {"account": numbers[0], "label": "Mesure", "debit": "50"},
        {"account": numbers[0], "label": "Mesure", "debit": "50"},
        {"account": numbers[1], "label": "Mesure", "credit": "100"},
    ]
    body = json.dumps({
        "journal": place["journal"], "month": place["mois"], "date": day, "lines": lines,
    })  # fmt: skip
    taken = []
    for _again in range(WARM_UP + RUNS):
        clock = Clock()
        with clock.timed():
            answer = client.post(
                _url(dossier, "desk_create", {}), body, content_type="application/json"
            )
        if answer.status_code != 201:
            raise RuntimeError(f"an entry is refused: {answer.content.decode()[:200]}")
        taken.append(clock.seconds)
        client.post(answer.json()["toast"]["undo_url"])
    return sorted(taken[WARM_UP:])[RUNS * 95 // 100]
