"""« Ouvrir un exercice »."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from clients.access import DossierRequest, dossier_view
from firm.errors import refusals_in
from firm.formats import period_fr
from ledger.actions.years import open_year
from ledger.forms_years import YearForm
from ledger.models import FiscalYear


@dossier_view(needs="books.write", methods=("GET", "POST"))
def new_year(request: DossierRequest) -> HttpResponse:
    """Open the year that follows the latest one, or other dates."""
    latest = FiscalYear.objects.order_by("-end").first()
    form = YearForm(request.POST or None, latest=latest)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form, year_invalid="end", year_exists="start"):
            made = open_year(request.dossier, by=request.user, **form.cleaned_data)
            messages.success(request, f"Exercice {period_fr(made.start, made.end)} ouvert.")
            return redirect("ledger:years", request.dossier.slug)
    status = 422 if request.method == "POST" else 200
    return render(request, "ledger/year_new.html", {"form": form}, status=status)
