"""« Liste des fournisseurs » and of customers, and the drawer of one: its defaults, its rules."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from clients.access import DossierRequest, dossier_view
from firm.access import SAFE
from firm.errors import Forbidden, NotFound, refusals_in
from ledger.actions.third_parties import change_defaults
from ledger.forms_posting import DefaultsForm
from ledger.models import AutoInvoiceRule, ThirdParty
from ledger.queries.posting_history import usual_accounts
from ledger.queries.third_parties import party_page

WORDS = {
    "supplier": ("Liste des fournisseurs", "fournisseur", "suppliers"),
    "customer": ("Liste des clients", "client", "customers"),
}


def find_party(pk: int) -> ThirdParty:
    """A third party of the dossier in scope.

    Raises:
        NotFound: there is none.
    """
    rows = ThirdParty.objects.select_related("dossier", "account", "default_account")
    found: ThirdParty | None = rows.filter(pk=pk).first()
    if found is None:
        raise NotFound("Ce tiers n’existe pas ou ne vous est pas ouvert.")
    return found


@dossier_view(needs="books.read")
def suppliers(request: DossierRequest) -> HttpResponse:
    """« Liste des fournisseurs », with its column « Règles activées »."""
    return _list(request, ThirdParty.Role.SUPPLIER)


@dossier_view(needs="books.read")
def customers(request: DossierRequest) -> HttpResponse:
    """« Liste des clients »."""
    return _list(request, ThirdParty.Role.CUSTOMER)


def _list(request: DossierRequest, role: str) -> HttpResponse:
    asked = request.GET
    page = party_page(
        request.dossier, role, search=asked.get("q", "").strip()[:100],
        with_rules=asked.get("regles") == "1", cursor=asked.get("apres", ""),
    )  # fmt: skip
    title, word, _name = WORDS[role]
    more = "?" + urlencode({**asked.dict(), "apres": page.next}) if page.next else ""
    context = {
        "page": page, "title": title, "word": word, "more": more,
        "is_suppliers": role == ThirdParty.Role.SUPPLIER,
        "rules": [("1", "Règles activées")],
    }  # fmt: skip
    return render(request, "ledger/third_parties.html", context)


@dossier_view(needs="books.read", methods=("GET", "POST"))
def third_party(request: DossierRequest, pk: int) -> HttpResponse:
    """One third party: what its invoices are proposed with, its numbers, its rules."""
    party = find_party(pk)
    may_manage = request.rights.may("third_parties.manage")
    form = DefaultsForm(party, request.POST if request.method == "POST" else None)
    if request.method not in SAFE:
        if not may_manage:
            raise Forbidden("Votre rôle ne permet pas de modifier les tiers.")
        if form.is_valid():
            with refusals_in(form, **DefaultsForm.REFUSALS), transaction.atomic():
                change_defaults(party, by=request.user, **form.cleaned_data)
            if not form.errors:
                return _saved(request, party)
    usual = usual_accounts(request.dossier, [party.id]).get(party.id)
    context = {
        "party": party, "form": form, "may_manage": may_manage,
        "may_rule": request.rights.may("books.write"),
        "why": usual.why(party.role) + f" : {usual.account.number}" if usual else "",
        "rules": AutoInvoiceRule.objects.filter(third_party=party)
        .select_related("account").order_by("id"),
    }  # fmt: skip
    part = request.headers.get("HX-Request") == "true"
    template = "ledger/third_party_drawer.html" if part else "ledger/third_party.html"
    return render(request, template, context, status=422 if form.errors else 200)


def _saved(request: DossierRequest, party: ThirdParty) -> HttpResponse:
    messages.success(request, f"Valeurs par défaut de {party.label} enregistrées.")
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(headers={"HX-Refresh": "true"})
    return redirect(list_of(request, party))


def list_of(request: DossierRequest, party: ThirdParty) -> str:
    """The address of the list in which a third party stands."""
    return reverse(f"ledger:{WORDS[party.role][2]}", args=[request.dossier.slug])
