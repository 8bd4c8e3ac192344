"""« Gérez le dossier client »: data, people, notifications and history, and the owner's way in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render

from clients.access import Rights, open_dossier
from clients.actions.confidentiality import assign_accountants, break_glass
from clients.actions.contacts import replace_contacts
from clients.actions.digests import choose_digest
from clients.actions.dossiers import update_dossier
from clients.forms import DossierForm
from clients.forms_accounts import AccessForm, BreakGlassForm, contacts_form
from clients.forms_notices import DigestForm
from clients.models import Contact, Dossier
from clients.queries.digests import digest_of
from clients.queries.dossier_people import listed_for_good, members_of, people_of
from clients.queries.history import history
from clients.rights import may_in_firm
from firm.access import FirmRequest, firm_view
from firm.errors import Forbidden, NotFound, refusals_in


@dataclass
class Sheets:
    """The forms of the drawer; each is there if the person may change what it holds."""

    data: DossierForm | None
    contacts: Any
    access: AccessForm | None
    digest: DigestForm | None

    def are_valid(self) -> bool:
        """All of them, so that every error is shown at once."""
        sheets = (self.data, self.contacts, self.access, self.digest)
        checked = [form.is_valid() for form in sheets if form]
        return all(checked)


@firm_view(needs="firm.open", may=may_in_firm, methods=("GET", "POST"))
def manage(request: FirmRequest, dossier: str) -> HttpResponse:
    """The drawer, or the same as a page; nothing changes before « Appliquer les changements »."""
    writes = request.method == "POST"
    found, rights = open_dossier(request.user, dossier, needs="dossier.open", write=writes)
    if found.firm_id != request.firm.pk:
        raise NotFound("Ce dossier n’est pas suivi par ce cabinet.")
    sheets = _sheets(request, found, rights)
    if writes:
        if not (sheets.data or sheets.access or sheets.digest):
            raise Forbidden("Votre rôle ne permet pas de modifier ce dossier.")
        if sheets.are_valid() and _apply(request, found, rights, sheets):
            return _applied(request, found)
    name = "accounts/drawer.html" if request.headers.get("HX-Request") else "accounts/manage.html"
    context = {
        "dossier": found,
        "sheets": sheets,
        "people": people_of(found),
        "rights": rights,
        "may_list": rights.may("dossier.confidential"),
        "history": history(found) if rights.may("dossier.history") else None,
        "current": digest_of(request.user, found),
    }
    return render(request, name, context, status=422 if writes else 200)


def _sheets(request: FirmRequest, dossier: Dossier, rights: Rights) -> Sheets:
    data = request.POST if request.method == "POST" else None
    manages = rights.may("dossier.manage")
    access = None
    if rights.may("dossier.assign"):
        listed = [str(person) for person in listed_for_good(dossier)]
        initial = {"confidential": dossier.is_confidential, "listed": listed}
        access = AccessForm(data, initial=initial, members=members_of(dossier))
        access.fields["confidential"].disabled = not rights.may("dossier.confidential")
    digest = None
    if rights.may("books.read"):
        now = digest_of(request.user, dossier)
        chosen = {"email": bool(now), "frequency": now.frequency if now else "weekly"}
        digest = DigestForm(data, initial=chosen)
    return Sheets(
        DossierForm.of(dossier, data) if manages else None,
        contacts_form(list(Contact.objects.order_by("name", "id")), data) if manages else None,
        access,
        digest,
    )


def _apply(request: FirmRequest, dossier: Dossier, rights: Rights, sheets: Sheets) -> bool:
    """Write all of it, or nothing and say why beside the field that it concerns."""
    form = sheets.data or sheets.access or sheets.digest
    assert form is not None
    with refusals_in(form, **DossierForm.REFUSALS if sheets.data else {}), transaction.atomic():
        if sheets.data:
            update_dossier(dossier, by=request.user, **sheets.data.cleaned_data)
            lines = [line for line in sheets.contacts.cleaned_data if line]
            replace_contacts(dossier, contacts=lines, by=request.user)
        if sheets.access:
            chosen = sheets.access.cleaned_data
            assign_accountants(
                dossier,
                people=[int(person) for person in chosen["listed"]],
                confidential=chosen["confidential"] if rights.may("dossier.confidential") else None,
                by=request.user,
            )
        if sheets.digest and sheets.digest.has_changed():
            choose_digest(dossier, frequency=sheets.digest.wanted(), by=request.user)
    return not form.errors


def _applied(request: FirmRequest, dossier: Dossier) -> HttpResponse:
    messages.success(request, f"Changements appliqués à {dossier.name}.")
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Refresh": "true"})
    return redirect("clients:list", request.firm.slug)


@firm_view(needs="firm.break_glass", may=may_in_firm, methods=("GET", "POST"))
def break_in(request: FirmRequest) -> HttpResponse:
    """The owner's way into a confidential dossier whose short name he knows: reason, one hour."""
    form = BreakGlassForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form, break_glass_reason_missing="reason", nothing_behind_glass="slug"):
            opened = break_glass(request.firm, by=request.user, **form.cleaned_data)
            messages.success(
                request, "Accès ouvert pour une heure ; les personnes listées le savent."
            )
            return redirect("ledger:home", opened.slug)
    status = 422 if request.method == "POST" else 200
    return render(request, "accounts/break_glass.html", {"form": form}, status=status)
