"""« Valider »: the drafts of a year, one entry, and « Contre-passer »."""

from __future__ import annotations

import datetime as dt

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from clients.access import DossierRequest, dossier_view
from firm import job_previews
from firm.errors import NotFound
from firm.formats import date_fr
from ledger.actions import validation
from ledger.actions.fec_export import year_ending
from ledger.actions.reversals import reverse_entry
from ledger.forms_closing import ReversalForm, ValidationForm
from ledger.models import Entry, FiscalYear, Journal
from ledger.queries.entries import find_entry
from ledger.queries.year_jobs import year_job


@dossier_view(needs="books.validate", methods=("GET", "POST"))
def validate_year(request: DossierRequest, year_end: dt.date) -> HttpResponse:
    """What a validation would do, shown while it is chosen; posted, it is done by a job."""
    year = year_ending(year_end)
    today = timezone.localdate()
    form = ValidationForm(request.POST or request.GET, year=year, today=today)
    choice = form.choice()
    if request.method == "POST" and form.is_valid():
        job = validation.preview_validation(request.dossier, choice, today=today, by=request.user)
        job_previews.refuse_stale(request.POST.get("mark", ""), _mark_of(request, job.pk))
        validation.confirm_validation(request.dossier, job, by=request.user)
        return redirect("ledger:year_job", request.dossier.slug, job.pk)
    context = {
        "year": year, "form": form, "choice": choice,
        "found": validation.foresee(request.dossier, choice, today=today),
        "journals": Journal.objects.order_by("code"),
        "is_open": year.state == FiscalYear.State.OPEN,
    }  # fmt: skip
    status = 422 if form.errors else 200
    return render(request, "ledger/years/validation.html", context, status=status)


def _mark_of(request: DossierRequest, job_id: int) -> str:
    return str(year_job(request.dossier, job_id).preview["mark"])


@dossier_view(needs="books.read")
def job_page(request: DossierRequest, job_id: int) -> HttpResponse:
    """A validation or a closing: its progress, then what it did; its part alone for htmx."""
    done = year_job(request.dossier, job_id)
    if request.headers.get("HX-Target") == "year-progress":
        if done.is_moving:
            return render(request, "ledger/years/progress.html", {"done": done})
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "ledger/years/job.html", {"done": done})


@dossier_view(needs="books.validate", methods=("POST",))
def validate_entry(request: DossierRequest, entry_id: int) -> HttpResponse:
    """« Valider »: one draft, now."""
    entry = _found(request, entry_id)
    choice = validation.Choice(entry.fiscal_year_id, ids=(entry.id,))
    validation.validate_now(request.dossier, choice, by=request.user)
    entry.refresh_from_db()
    messages.success(request, f"Écriture validée sous le numéro {entry.number}.")
    return redirect("ledger:entry", request.dossier.slug, entry.id)


@dossier_view(needs="books.write", methods=("POST",))
def reverse(request: DossierRequest, entry_id: int) -> HttpResponse:
    """« Contre-passer »: the draft that takes an entry back."""
    entry = _found(request, entry_id)
    form = ReversalForm(request.POST)
    day = form.cleaned_data["date"] if form.is_valid() else None
    made = reverse_entry(
        request.dossier, entry, date=day or timezone.localdate(), by=request.user,
        again=bool(request.POST.get("encore")),
    )  # fmt: skip
    messages.success(request, f"Contre-passation écrite au {date_fr(made.date)}, en brouillon.")
    return redirect("ledger:entry", request.dossier.slug, made.id)


def _found(request: DossierRequest, entry_id: int) -> Entry:
    entry = find_entry(request.dossier, entry_id)
    if entry is None:
        raise NotFound("Cette écriture n’existe pas ou ne vous est pas ouverte.")
    return entry
