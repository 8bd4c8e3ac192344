"""Search in a dossier: the page, its lines apart, and what the palette shows."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from clients.access import DossierRequest, dossier_view, open_dossier
from clients.models import Dossier
from firm import scope
from firm.errors import Forbidden, NotFound
from firm.formats import amount, date_fr
from firm.models import User
from firm.navigation import Found
from ledger.models import Account, Entry, ThirdParty
from ledger.queries.search import Asked, ask, search, search_lines
from ledger.views.books.cells import books_url

IN_PALETTE = 5
PALETTE_DEADLINE = 400


@dossier_view(needs="books.read")
def search_page(request: DossierRequest) -> HttpResponse:
    """« Recherche »: accounts, third parties and entries at once, the lines when they are found."""
    asked = ask(request.GET.get("q", "")[:100])
    context = {"asked": asked, "found": search(request.dossier, asked)}
    return render(request, "ledger/search.html", context)


@dossier_view(needs="books.read")
def search_lines_part(request: DossierRequest) -> HttpResponse:
    """The lines that match, for the page above."""
    asked = ask(request.GET.get("q", "")[:100])
    lines = search_lines(request.dossier, asked)
    return render(request, "ledger/search_lines.html", {"asked": asked, "lines": lines})


def find_in_books(request: HttpRequest, typed: str) -> Iterable[Found]:
    """What the palette shows of the dossier whose page it was opened on, if its books may be read.

    The palette's own address names no dossier: htmx says which page asks.
    """
    asked, slug = ask(typed[:100]), _slug_of_page(request)
    if not slug or asked.is_too_short or not isinstance(request.user, User):
        return []
    with suppress(NotFound, Forbidden), scope.extended():
        dossier, _rights = open_dossier(request.user, slug, needs="books.read", write=False)
        return list(_found(dossier, asked))
    return []


def _slug_of_page(request: HttpRequest) -> str:
    page = urlsplit(request.headers.get("HX-Current-URL", "")).path
    found = re.match(r"/dossier/([-\w]+)/", page)
    return found.group(1) if found else ""


def _found(dossier: Dossier, asked: Asked) -> Iterable[Found]:
    found = search(dossier, asked, limit=IN_PALETTE, deadline=PALETTE_DEADLINE)
    yield "Comptes", [_account(dossier, row) for row in found.accounts]
    yield "Tiers", [_third_party(dossier, row) for row in found.third_parties]
    yield "Écritures", [_entry(dossier, row) for row in found.entries]
    yield "Recherche", [_everything(dossier, asked)]


Result = tuple[str, str, str, str]


def _account(dossier: Dossier, row: Account) -> Result:
    url = books_url(dossier, "general_ledger", compte=row.number)
    return "scale", f"{row.number} · {row.label}", "Grand livre", url


def _third_party(dossier: Dossier, row: ThirdParty) -> Result:
    number = row.account.number if row.account else ""
    url = books_url(dossier, "general_ledger", compte=number, tiers=row.id)
    return "user", row.label or row.code, f"{row.get_role_display()} · {row.code}", url


def _entry(dossier: Dossier, row: Entry) -> Result:
    said = f"{row.journal.code} {row.number} · {row.label or row.piece_ref}"
    hint = f"{date_fr(row.date)} · {amount(row.debit)}"
    return "notebook", said, hint, reverse("ledger:entry", args=[dossier.slug, row.id])


def _everything(dossier: Dossier, asked: Asked) -> Result:
    url = books_url(dossier, "search", q=asked.text)
    return "search", f"Chercher « {asked.text} » dans tout le dossier", "Lignes comprises", url
