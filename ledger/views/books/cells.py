"""Cells of long tables, made once in Python: a template filter per cell costs more than the row."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString

from clients.access import DossierRequest
from clients.models import Dossier
from firm.templatetags.formats import amount, balance
from ledger.queries.years import Period, Year

NONE = SafeString("")


def moved(cents: int) -> SafeString:
    """An amount, or a blank: no movement is not a zero."""
    return amount(cents) if cents else NONE


def signed(cents: int) -> SafeString:
    """A balance with its sense, or a blank."""
    return balance(cents) if cents else NONE


def side(cents: int, *, is_nil: bool) -> SafeString:
    """One of the two balance columns; a nil balance shows its zero on the left one."""
    return amount(cents) if cents or is_nil else NONE


def short_day(day: dt.date) -> SafeString:
    """A day whose year gives way on a phone: the period is on top of the page."""
    return SafeString(f'{day:%d/%m}<span class="hide-m">/{day.year}</span>')


def books_url(dossier: Dossier, name: str, **query: object) -> str:
    """The address of a page of the books; empty values are left out."""
    said = {key: value for key, value in query.items() if value not in (None, "", False)}
    url = reverse(f"ledger:{name}", args=[dossier.slug])
    return f"{url}?{urlencode(said)}" if said else url


def period_query(period: Period | None) -> dict[str, str]:
    """The parameters that ask for this period."""
    if period is None:
        return {}
    if period.is_whole_year:
        return {"exercice": period.until.isoformat()}
    return {"du": f"{period.since:%d/%m/%Y}", "au": f"{period.until:%d/%m/%Y}"}


def next_url(request: DossierRequest, cursor: str) -> str:
    """This page's address with another cursor; empty when there is no next page."""
    if not cursor:
        return ""
    query = request.GET.copy()
    query["apres"] = cursor
    query.pop("avant", None)
    query.pop("fin", None)
    return f"?{query.urlencode()}"


def period_page(
    request: DossierRequest, template: str, context: dict[str, Any], period: Period | None
) -> HttpResponse:
    """A page with a period; days that gave way to the year chosen leave the address too."""
    answer = render(request, template, context)
    if request.headers.get("HX-Request") and period and period.is_whole_year:
        query = request.GET.copy()
        if query.pop("du", None) or query.pop("au", None):
            query.pop("au", None)
            query["exercice"] = period.until.isoformat()
            said = urlencode([(name, value) for name, value in query.items() if value])
            answer["HX-Replace-Url"] = f"{request.path}?{said}"
    return answer


def book_tabs(dossier: Dossier, period: Period | None) -> list[tuple[str, str, str]]:
    """The books that answer each other, as tabs over the same period."""
    query = period_query(period)
    return [
        ("balance", "Balance générale", books_url(dossier, "balance", **query)),
        ("clients", "Clients", books_url(dossier, "aux_balance", tiers="clients", **query)),
        ("fournisseurs", "Fournisseurs",
         books_url(dossier, "aux_balance", tiers="fournisseurs", **query)),
        ("agee", "Balance âgée", books_url(dossier, "aged")),
        ("grand-livre", "Grand livre", books_url(dossier, "general_ledger", **query)),
    ]  # fmt: skip


def year_query(year: Year | None) -> dict[str, str]:
    """The parameter that asks for a fiscal year."""
    return {"exercice": year.end.isoformat()} if year else {}
