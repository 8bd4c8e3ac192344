"""« Exercices »: lock, à-nouveaux, closing."""

from __future__ import annotations

import datetime as dt

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from clients.access import DossierRequest, dossier_view
from firm.accounts import require_fresh_sign_in
from firm.errors import refusals_in
from firm.formats import amount, date_fr, plural
from ledger.actions import closing
from ledger.actions.fec_export import year_ending
from ledger.actions.openings import remove_openings, write_openings
from ledger.forms_closing import ClosingForm
from ledger.queries.closings import foresee_closing


@dossier_view(needs="books.validate", methods=("POST",))
def set_lock(request: DossierRequest, year_end: dt.date) -> HttpResponse:
    """« Verrouiller », « Déverrouiller »."""
    year = year_ending(year_end)
    asked = request.POST.get("verrou") or request.GET.get("verrou") or "1"
    locked = asked == "1"
    if closing.set_locked(request.dossier, year, locked=locked, by=request.user):
        said = "verrouillé" if locked else "déverrouillé"
        back = reverse("ledger:year_lock", args=[request.dossier.slug, year_end])
        text = f"Exercice du {date_fr(year.end)} {said}."
        messages.success(request, text, extra_tags=f"undo:{back}?verrou={int(not locked)}")
    return redirect("ledger:years", request.dossier.slug)


@dossier_view(needs="books.validate", methods=("POST",))
def openings(request: DossierRequest, year_end: dt.date) -> HttpResponse:
    """« Écrire les à-nouveaux provisoires », or take them away."""
    year = year_ending(year_end)
    if request.POST.get("retirer"):
        undone = remove_openings(request.dossier, year, by=request.user)
        said = "À-nouveaux provisoires retirés."
    else:
        written = write_openings(request.dossier, year, by=request.user)
        undone = written.letterings
        said = (
            f"À-nouveaux provisoires écrits : {plural(written.lines, 'ligne')},"
            f" résultat {amount(written.result)}."
        )
    if undone:
        said += f" {plural(len(undone), 'lettrage défait', 'lettrages défaits')}."
    messages.success(request, said)
    return redirect("ledger:years", request.dossier.slug)


@dossier_view(needs="books.validate", methods=("GET", "POST"))
def close(request: DossierRequest, year_end: dt.date) -> HttpResponse:
    """« Clôturer »: what stands in the way, what it would do; posted, it is done by a job."""
    year = year_ending(year_end)
    require_fresh_sign_in(request)
    form = ClosingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form, wrong_confirmation="confirmation", year_not_closable="motif"):
            job = closing.preview_closing(
                request.dossier, year, reason=form.cleaned_data["motif"], by=request.user
            )
            closing.confirm_closing(
                request.dossier, job, by=request.user,
                confirmation=form.cleaned_data["confirmation"],
            )  # fmt: skip
            return redirect("ledger:year_job", request.dossier.slug, job.pk)
    context = {"year": year, "form": form, "found": foresee_closing(request.dossier, year)}
    status = 422 if request.method == "POST" else 200
    return render(request, "ledger/years/closing.html", context, status=status)
