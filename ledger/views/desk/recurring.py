"""« Abonnements »: recurring entries, what is due of them, writing it and taking it back."""

from __future__ import annotations

import datetime as dt

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from clients.access import DossierRequest, dossier_view
from firm.errors import NotFound, refusals_in
from firm.formats import parse_date_fr, plural
from ledger.actions import recurring_entries as actions
from ledger.forms_templates import RecurringForm
from ledger.models import EntryTemplate, RecurringEntry
from ledger.queries.years import month_bounds
from ledger.views.desk.grid import NEEDS


def _found(pk: int) -> RecurringEntry:
    rows = RecurringEntry.objects.select_related("template", "dossier")
    row: RecurringEntry | None = rows.filter(pk=pk).first()
    if row is None:
        raise NotFound("Cet abonnement n’existe pas ou ne vous est pas ouvert.")
    return row


@dossier_view(needs="books.read")
def recurring_list(request: DossierRequest) -> HttpResponse:
    """The recurring entries, and what is due up to the end of the month, or a day asked for."""
    until = _until(request.GET.get("au", ""))
    rows = RecurringEntry.objects.select_related("template").order_by("template__name", "id")
    due = actions.prepare_due(request.dossier, until)
    context = {
        "rows": rows,
        "due": due,
        "until": until,
        "debit": sum(one.debit for one in due),
        "faulty": sum(one.entry is None for one in due),
        "may_write": request.rights.may(NEEDS),
        "has_templates": EntryTemplate.objects.exists(),
    }
    return render(request, "ledger/desk/recurring.html", context)


def _until(typed: str) -> dt.date:
    today = timezone.localdate()
    try:
        asked = parse_date_fr(typed, today)
    except ValueError:
        asked = None
    last: dt.date = asked or month_bounds(today)[1]
    return last


@dossier_view(needs=NEEDS, methods=("GET", "POST"))
def new(request: DossierRequest) -> HttpResponse:
    """« Nouvel abonnement »."""
    form = RecurringForm(request.POST) if request.method == "POST" else RecurringForm()
    return _form(request, None, form)


@dossier_view(needs=NEEDS, methods=("GET", "POST"))
def edit(request: DossierRequest, pk: int) -> HttpResponse:
    """Change what is still to be written."""
    row = _found(pk)
    form = RecurringForm(request.POST) if request.method == "POST" else RecurringForm.of(row)
    return _form(request, row, form)


def _form(request: DossierRequest, row: RecurringEntry | None, form: RecurringForm) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            actions.save_recurring(request.dossier, row, by=request.user, **form.cleaned_data)
            messages.success(request, "Abonnement enregistré.")
            return redirect("ledger:recurring_entries", request.dossier.slug)
    context = {"form": form, "row": row}
    status = 422 if form.is_bound else 200
    return render(request, "ledger/desk/recurring_form.html", context, status=status)


@dossier_view(needs=NEEDS, methods=("POST",))
def switch(request: DossierRequest, pk: int) -> HttpResponse:
    """Stop a recurring entry, or let it go on."""
    row = _found(pk)
    actions.switch_recurring(row, by=request.user)
    words = "Abonnement arrêté." if row.is_active else "Abonnement repris."
    undo = reverse("ledger:recurring_switch", args=[request.dossier.slug, pk])
    messages.success(request, words, extra_tags=f"undo:{undo}")
    return _back(request)


def _back(request: DossierRequest) -> HttpResponse:
    if request.headers.get("HX-Request"):
        answer = HttpResponse(status=204)
        answer["HX-Refresh"] = "true"
        return answer
    return redirect("ledger:recurring_entries", request.dossier.slug)


@dossier_view(needs=NEEDS, methods=("POST",))
def write(request: DossierRequest) -> HttpResponse:
    """Write all that is due as drafts."""
    ids = actions.write_due(request.dossier, _until(request.POST.get("au", "")), by=request.user)
    undo = reverse("ledger:recurring_undo", args=[request.dossier.slug, ids[0]])
    words = plural(len(ids), "brouillon écrit", "brouillons écrits")
    messages.success(request, f"{words}.", extra_tags=f"undo:{undo}")
    return _back(request)


@dossier_view(needs=NEEDS, methods=("POST",))
def undo(request: DossierRequest, batch: int) -> HttpResponse:
    """« Annuler » what was written together: it is due again."""
    count = actions.undo_written(request.dossier, batch, by=request.user)
    words = plural(count, "brouillon retiré", "brouillons retirés")
    messages.success(request, f"{words} : de nouveau à écrire.")
    return _back(request)
