"""« Infos client »: the dossier's own data."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from clients.access import DossierRequest, dossier_view
from clients.actions.dossiers import update_dossier
from clients.forms import DossierForm
from firm.errors import refusals_in


@dossier_view(needs="dossier.manage", methods=("GET", "POST"))
def infos(request: DossierRequest) -> HttpResponse:
    """Name, numbers, legal form, regimes, year end and « date de reprise »."""
    dossier = request.dossier
    form = DossierForm.of(dossier, request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form, **DossierForm.REFUSALS):
            update_dossier(dossier, by=request.user, **form.cleaned_data)
            messages.success(request, "Modifications enregistrées.")
            return redirect("clients:infos", dossier.slug)
    status = 422 if request.method == "POST" else 200
    return render(request, "clients/infos.html", {"form": form, "dossier": dossier}, status=status)
