"""Statements, review and balance âgée of one large year: the query alone, and the whole page."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from django.test import Client
from django.urls import reverse

from clients.demo import create_cast
from clients.models import Dossier
from firm.models import User
from ledger.bench import Result, best_of
from ledger.bench import fec as books
from ledger.bench.pages import GOAL as PAGE_GOAL
from ledger.bench.pages import _p95 as p95
from ledger.fec.write import name_by_law
from ledger.models import ThirdParty
from ledger.queries import aged, financials, review, years

# From the sums, whatever the number of lines.
GOAL = 0.050
STATEMENTS = {"bilan": "2050", "résultat": "2052", "SIG": "SIG", "flux": "FLUX"}


def run(size: int) -> list[Result]:
    """Import a year of `size` lines, then read it as the screens do."""
    alice = create_cast().people["alice"]
    name = f"{size:,} lines".replace(",", " ")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name_by_law(books.SIREN, books.YEAR_END)
        subprocess.run([sys.executable, "-c", books.GENERATE, str(path), str(size)], check=True)
        dossier = books._dossier(alice, size)
        row = books._receive_and_check(dossier, alice, path)
        books._confirm(dossier, alice, row)
    results = [*_queries(dossier, alice, name), *_pages(dossier, alice, name)]
    books._undo(dossier, alice, row)
    return results


def _queries(dossier: Dossier, by: User, name: str) -> list[Result]:
    with books._open(dossier, by):
        held = years.years_of(dossier)
        period = years.period_of_year(held, held[0])
        found = [
            Result(
                f"{name}: {label}, queries and boxes",
                best_of(9, lambda code=code: financials.statement(dossier, code, period, None)),  # type: ignore[misc]
                goal=GOAL,
            )
            for label, code in STATEMENTS.items()
        ]
        whole = best_of(5, lambda: review.review_of(dossier, held, held[0]))
        open_now = aged.aged_period(dossier, held, held[0].end)
        assert open_now is not None
        customers = ThirdParty.Role.CUSTOMER
        taken = best_of(3, lambda: aged.aged_balance(dossier, open_now, role=customers))
    return [
        *found,
        Result(f"{name}: review of the year", whole, goal=GOAL),
        Result(f"{name}: balance âgée of the customers", taken),
    ]


def _pages(dossier: Dossier, by: User, name: str) -> list[Result]:
    client = Client(SERVER_NAME="localhost")
    client.force_login(by)
    pages = {
        "bilan": reverse("ledger:financials", args=[dossier.slug]),
        "flux": reverse("ledger:financials", args=[dossier.slug], query={"etat": "flux"}),
        "révision": reverse("ledger:review", args=[dossier.slug]),
    }
    return [
        Result(f"{name}: page « {page} », p95", p95(client, address), goal=PAGE_GOAL)
        for page, address in pages.items()
    ]
