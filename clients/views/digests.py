"""One's own digests by e-mail: of one dossier, and the list of them all."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from clients.access import DossierRequest, dossier_view
from clients.actions.digests import choose_digest
from clients.forms_notices import DigestForm
from clients.queries.digests import digest_of, digests_of
from firm.formats import date_long
from firm.models import User
from firm.views.own import own_page


@dossier_view(needs="books.read", methods=("GET", "POST"))
def choice(request: DossierRequest) -> HttpResponse:
    """« E-mail » beside « Notifications », and how often."""
    dossier = request.dossier
    current = digest_of(request.user, dossier)
    initial = {"email": bool(current), "frequency": current.frequency if current else "weekly"}
    form = DigestForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        chosen = choose_digest(dossier, frequency=form.wanted(), by=request.user)
        said = (
            f"Prochain point le {date_long(chosen.next_at.date())} à 10 h 00."
            if chosen
            else "Vous ne recevrez plus de point sur ce dossier."
        )
        messages.success(request, said)
        return redirect("digests:choice", dossier.slug)
    status = 422 if request.method == "POST" else 200
    return render(request, "clients/digest.html", {"form": form, "current": current}, status=status)


@own_page()
def mine(request: HttpRequest) -> HttpResponse:
    """Every dossier of which one gets a digest, and when the next leaves."""
    person = cast(User, request.user)
    return render(request, "clients/my_digests.html", {"rows": digests_of(person)})
