"""What the pages of Banque share: what is found, addresses, the filters kept."""

from __future__ import annotations

from typing import Any

from django.db.models import Model
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from clients.access import DossierRequest
from firm.errors import NotFound


def find(model: type[Model], pk: int, said: str, *related: str) -> Any:
    """A row of the dossier in scope.

    Raises:
        NotFound: there is none with this number; `said` names it in French.
    """
    rows = model._default_manager.all()
    row = (rows.select_related(*related) if related else rows).filter(pk=pk).first()
    if row is None:
        raise NotFound(f"{said} n’existe pas dans ce dossier.")
    return row


def bank_url(request: DossierRequest, name: str = "bank", *arguments: object) -> str:
    """The address of a page of Banque."""
    return reverse(f"ledger:{name}", args=[request.dossier.slug, *arguments])


def kept_query(request: DossierRequest, **changes: str) -> str:
    """The filters of the list, carried from page to page; empty or « ?… »."""
    query = request.GET.copy()
    query.pop("apres", None)
    for name, value in changes.items():
        query[name] = value
    return f"?{query.urlencode()}" if query else ""


def back(request: DossierRequest, otherwise: str) -> HttpResponse:
    """To the page of ours that `next` names, else to another."""
    wanted = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return redirect(wanted if is_ours and wanted.startswith("/") else otherwise)


def gone_to(request: DossierRequest, url: str) -> HttpResponse:
    """A page to follow: as JSON for a drop zone, as a redirect for a form."""
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"url": url})
    return redirect(url)
