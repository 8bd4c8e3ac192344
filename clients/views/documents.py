"""The content of a document, for our own viewer or as a download."""

from __future__ import annotations

from django.http import HttpResponseBase

from clients.access import DossierRequest, dossier_view
from clients.document_answers import inert
from clients.queries.documents import visible
from firm.errors import NotFound


@dossier_view(needs="documents.open")
def content(request: DossierRequest, pk: int) -> HttpResponseBase:
    """Its bytes; `?telecharger=1` offers to save them even where they could be shown."""
    found = visible(request.dossier, request.user, request.rights).filter(pk=pk).first()
    if found is None:
        raise NotFound("Ce document n’existe pas ou ne vous est pas ouvert.")
    return inert(request, found, download=bool(request.GET.get("telecharger")))
