"""Documents beside the grid and beside an entry: chosen, dropped, taken away."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from clients.access import DossierRequest, dossier_view
from clients.actions.documents import DocumentEmpty, keep_document
from clients.document_kinds import preview_of
from clients.models import Document
from clients.queries.documents import DocumentFilters, document_page, visible
from firm.errors import NotFound
from ledger.actions.entry_documents import attach_to_entry, detach_from_entry
from ledger.views.desk.grid import NEEDS, find

OFFERED = 30


@dossier_view(needs=NEEDS, methods=("GET", "POST"))
def pane(request: DossierRequest) -> HttpResponse:
    """The pane before a document is chosen: those to be filed; posting drops another one."""
    if request.method == "POST":
        made = _kept(request)
        url = reverse("ledger:desk_document", args=[request.dossier.slug, made.pk])
        return JsonResponse({"url": "", "pane_url": url})
    waiting = DocumentFilters(state=Document.State.TO_FILE)
    found = visible(request.dossier, request.user, request.rights)
    rows, more = document_page(found, waiting, limit=OFFERED)
    context = {"rows": rows, "more": more, "max_bytes": settings.DOCUMENT_MAX_BYTES,
               "may_add": request.rights.may("documents.add")}  # fmt: skip
    return render(request, "ledger/desk/document_choose.html", context)


@dossier_view(needs=NEEDS)
def shown(request: DossierRequest, pk: int) -> HttpResponse:
    """One document in the pane."""
    row = _visible(request, pk)
    context: dict[str, Any] = {
        "document": row,
        "preview": preview_of(row.content_type),
        "document_url": reverse("clients:document", args=[request.dossier.slug, row.pk]),
    }
    return render(request, "ledger/desk/document_shown.html", context)


def _visible(request: DossierRequest, pk: int) -> Document:
    row = visible(request.dossier, request.user, request.rights).filter(pk=pk).first()
    if row is None:
        raise NotFound("Ce document n’existe pas ou ne vous est pas ouvert.")
    return row


def _kept(request: DossierRequest) -> Document:
    request.rights.require("documents.add")
    sent = request.FILES.get("file")
    if sent is None:
        raise DocumentEmpty("Aucun fichier n’est arrivé. Déposez-le de nouveau.")
    return keep_document(request.dossier, sent, name=sent.name or "", by=request.user)


@dossier_view(needs=NEEDS, methods=("POST",))
def attach(request: DossierRequest, entry_id: int) -> HttpResponse:
    """Put a document beside an entry, whatever its state."""
    row = find(request, entry_id)
    with transaction.atomic():
        attach_to_entry(row, _kept(request), by=request.user)
    url = reverse("ledger:entry", args=[request.dossier.slug, entry_id])
    if request.headers.get("Accept", "").startswith("application/json"):
        return JsonResponse({"url": url})
    return redirect(url)


@dossier_view(needs=NEEDS, methods=("POST",))
def detach(request: DossierRequest, entry_id: int, pk: int) -> HttpResponse:
    """Part an entry from a document."""
    row = find(request, entry_id)
    detach_from_entry(row, _visible(request, pk).pk, by=request.user)
    messages.success(request, "Document retiré de l’écriture : il reste à classer.")
    return redirect("ledger:entry", request.dossier.slug, entry_id)
