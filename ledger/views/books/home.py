"""The dossier's home: what the books say at a glance."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from clients.access import DossierRequest, dossier_view
from ledger.charts import column_chart
from ledger.queries import home as figures
from ledger.queries.balances import trial_balance
from ledger.queries.entry_desk import recurring_due
from ledger.queries.years import (
    Period,
    default_period,
    same_period_before,
    years_of,
)
from ledger.views.books.cells import books_url, period_query


@dossier_view(needs="dossier.open")
def home(request: DossierRequest) -> HttpResponse:
    """Key figures of the latest year, revenue by month, the last import; or how to begin.

    Whoever may not read the books arrives here too, and is told who can open more to him.
    """
    if not request.rights.may("books.read"):
        return render(request, "ledger/home_closed.html", {"dossier": request.dossier})
    years = years_of(request.dossier)
    period = default_period(years)
    context: dict[str, Any] = {
        "years": years,
        "period": period,
        "last_import": figures.last_import(request.dossier),
        "may_import": request.rights.may("fec.import"),
        "recurring_due": recurring_due(request.dossier, timezone.localdate()),
    }
    if period:
        context |= _figures(request, period, same_period_before(years, period))
    return render(request, "ledger/home.html", context)


def _figures(request: DossierRequest, period: Period, before: Period | None) -> dict[str, Any]:
    rows = trial_balance(request.dossier, period)
    now = figures.figures(rows)
    past = figures.figures(trial_balance(request.dossier, before)) if before else None
    spent = figures.expenses(rows)
    most = max((cents for _root, _name, cents in spent), default=1)
    months = figures.revenue_by_month(request.dossier, period, before)
    query = period_query(period)

    def balance_of(prefix: str) -> str:
        return books_url(request.dossier, "balance", **query, q=prefix)

    return {
        "year": period.years[-1],
        "now": now,
        "past": past,
        "owed": -now.suppliers,
        "expenses": [
            (
                name,
                cents,
                cents * 1000 // most,
                books_url(request.dossier, "balance", **query, q=root),
            )
            for root, name, cents in spent
        ],
        "latest": figures.latest_entries(request.dossier),
        "last_entry_on": figures.last_entry_on(request.dossier),
        "growth": _growth(now.revenue, past.revenue) if past else None,
        "chart": column_chart(
            [(month.month, month.now, month.before) for month in months], has_second=bool(past)
        ),
        "urls": {
            "result": books_url(request.dossier, "balance", **query),
            "revenue": balance_of(figures.REVENUE),
            "cash": balance_of("5"),
            "customers": books_url(request.dossier, "aux_balance", **query, tiers="clients"),
            "suppliers": books_url(request.dossier, "aux_balance", **query, tiers="fournisseurs"),
            "entries": books_url(request.dossier, "entries", **query),
        },
    }


def _growth(now: int, past: int) -> float | None:
    return (now - past) / abs(past) if past else None
