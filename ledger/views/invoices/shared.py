"""What the pages of purchases and sales share: their words, their addresses, the filters kept."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from clients.access import DossierRequest
from firm.errors import NotFound
from ledger.models import Invoice
from ledger.queries.invoices import find_invoice


@dataclass(frozen=True, slots=True)
class Side:
    """How one side of the books is called."""

    direction: str
    title: str
    party: str
    list_name: str


SIDES = {
    "purchase": Side("purchase", "Achats", "fournisseur", "purchases"),
    "sale": Side("sale", "Ventes", "client", "sales"),
}


def list_url(request: DossierRequest, direction: str) -> str:
    """The list that the page was opened from, with its filters."""
    url = reverse(f"ledger:{SIDES[direction].list_name}", args=[request.dossier.slug])
    return f"{url}{kept_query(request)}"


def kept_query(request: DossierRequest, **more: str) -> str:
    """The filters of the list, carried from page to page; empty or « ?… »."""
    query = request.GET.copy()
    for name in ("apres", "tri"):
        query.pop(name, None)
    for name, value in more.items():
        query[name] = value
    return f"?{query.urlencode()}" if query else ""


def next_or(request: DossierRequest, url: str) -> str:
    """The page of ours that the form names, else `url`: never another site."""
    wanted = request.POST.get("next", "")
    host = {request.get_host()}
    is_ours = url_has_allowed_host_and_scheme(wanted, host, require_https=request.is_secure())
    return wanted if is_ours else url


def invoice_url(request: DossierRequest, direction: str, pk: int | None) -> str:
    """The page of an invoice within the same filters; empty for none."""
    if pk is None:
        return ""
    url = reverse("ledger:invoice", args=[request.dossier.slug, direction, pk])
    return f"{url}{kept_query(request)}"


def found(request: DossierRequest, direction: str, pk: int) -> Invoice:
    """An invoice of the dossier.

    Raises:
        NotFound: there is none with this number on this side.
    """
    row = find_invoice(request.dossier, direction, pk)
    if row is None:
        raise NotFound("Cette facture n’existe pas ou ne vous est pas ouverte.")
    return row
