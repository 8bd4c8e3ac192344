"""Accounts found while they are typed, and made when they are missing."""

from __future__ import annotations

from django.http import HttpResponse, JsonResponse

from clients.access import DossierRequest, dossier_view
from ledger.actions.accounts import create_account
from ledger.queries.completion import complete_accounts, complete_third_parties


@dossier_view(needs="books.read")
def complete(request: DossierRequest) -> HttpResponse:
    """Accounts for what is typed (`q`), third parties too with `tiers=1`, as JSON."""
    typed = request.GET.get("q", "")[:100]
    found = complete_accounts(request.dossier, typed)
    if request.GET.get("tiers") == "1":
        found = complete_third_parties(request.dossier, typed) + found
    return JsonResponse({"results": found})


@dossier_view(needs="books.write", methods=("POST",))
def create(request: DossierRequest) -> HttpResponse:
    """« Créer le compte »."""
    made = create_account(
        request.dossier, number=request.POST.get("number", ""), by=request.user,
        label=request.POST.get("label", ""),
    )  # fmt: skip
    return JsonResponse({"number": made.number, "label": made.label}, status=201)
