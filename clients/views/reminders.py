"""« Notifier les comptables » of a dossier."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from clients.access import DossierRequest, dossier_view
from clients.actions.reminders import notify_accountants
from clients.forms_notices import ReminderForm
from clients.queries.accountants import assigned_accountants
from firm.errors import refusals_in
from firm.formats import plural


@dossier_view(needs="dossier.notify", methods=("GET", "POST"))
def notify(request: DossierRequest) -> HttpResponse:
    """Tick tasks, add a word, send."""
    dossier = request.dossier
    form = ReminderForm(request.POST or None, initial={"key": uuid.uuid4().hex})
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            count = notify_accountants(dossier, by=request.user, **form.cleaned_data)
            messages.success(request, f"Rappel envoyé à {plural(count, 'comptable')}.")
            return redirect("notify:form", dossier.slug)
    context = {"form": form, "people": assigned_accountants(dossier)}
    status = 422 if request.method == "POST" else 200
    return render(request, "clients/notify.html", context, status=status)
