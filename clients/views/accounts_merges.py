"""Merging an empty duplicate, and taking it back."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from clients.access import DossierRequest, dossier_view, open_dossier
from clients.actions.merges import merge_dossiers, undo_merge
from clients.models import Dossier, DossierMerge
from clients.rights import may_in_firm
from clients.views.confirmations import require_word
from firm import scope
from firm.access import FirmRequest, firm_view
from firm.errors import NotFound

UNDO = "undo:"


@firm_view(needs="firm.open", may=may_in_firm, methods=("GET", "POST"))
def merge(request: FirmRequest) -> HttpResponse:
    """« Fusionner »: what goes where, then the duplicate's short name."""
    asked = request.POST if request.method == "POST" else request.GET
    source = _mergeable(request, asked.get("doublon", ""))
    into = _mergeable(request, asked.get("dans", ""))
    if request.method == "POST":
        require_word(request, source.slug)
        both = frozenset({source.pk, into.pk})
        with scope.extended(read=both, write=both):
            made = merge_dossiers(source, into=into, by=request.user)
        url = reverse("accounts:undo_merge", args=[into.slug, made.pk])
        messages.success(request, f"{source.name} est fusionné.", extra_tags=f"{UNDO}{url}")
        return redirect("clients:list", request.firm.slug)
    return render(request, "accounts/merge.html", {"source": source, "into": into})


def _mergeable(request: FirmRequest, slug: str) -> Dossier:
    """A dossier of this firm that one may merge."""
    found, _rights = open_dossier(request.user, slug, needs="dossier.merge", write=False)
    if found.firm_id != request.firm.pk:
        raise NotFound("Ce dossier n’est pas suivi par ce cabinet.")
    return found


@dossier_view(needs="dossier.merge", methods=("POST",))
def undo(request: DossierRequest, pk: int) -> HttpResponse:
    """« Annuler » of a merge: the duplicate is shown again."""
    found = DossierMerge.objects.filter(pk=pk).first()
    if found is None:
        raise NotFound("Cette fusion n’existe pas.")
    shown = undo_merge(found, by=request.user)
    messages.success(request, f"Fusion annulée : {shown.name} est de retour.")
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Refresh": "true"})
    return redirect("clients:list", request.dossier.firm.slug if request.dossier.firm else "")
