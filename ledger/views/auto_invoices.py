"""The rules of auto-factures of a supplier: written, seen over past transactions, activated."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from clients.access import DossierRequest, dossier_view
from firm.errors import NotFound, refusals_in
from firm.formats import plural
from ledger.actions.auto_invoices import save_rule, switch_rule
from ledger.forms_posting import RuleForm
from ledger.models import AutoInvoiceRule
from ledger.queries.auto_invoices import preview_rule
from ledger.views.third_parties import find_party

SHOWN = 50


def find_rule(pk: int) -> AutoInvoiceRule:
    """A rule of the dossier in scope.

    Raises:
        NotFound: there is none.
    """
    rows = AutoInvoiceRule.objects.select_related("third_party__dossier", "account")
    found: AutoInvoiceRule | None = rows.filter(pk=pk).first()
    if found is None:
        raise NotFound("Cette règle n’existe pas ou ne vous est pas ouverte.")
    return found


@dossier_view(needs="books.write", methods=("GET", "POST"))
def new_rule(request: DossierRequest, pk: int) -> HttpResponse:
    """Write a supplier's rule; it is paused until it has been seen."""
    supplier = find_party(pk)
    form = RuleForm(supplier, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form, **RuleForm.REFUSALS):
            made = save_rule(supplier, by=request.user, **form.cleaned_data)
            return redirect("ledger:auto_rule", request.dossier.slug, made.id)
    context = {"party": supplier, "form": form}
    status = 422 if request.method == "POST" else 200
    return render(request, "ledger/auto_rule.html", context, status=status)


@dossier_view(needs="books.write", methods=("GET", "POST"))
def rule(request: DossierRequest, pk: int) -> HttpResponse:
    """A rule and the past transactions that it matches; changed by POST."""
    held = find_rule(pk)
    form = RuleForm(held.third_party, request.POST if request.method == "POST" else None, held)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form, **RuleForm.REFUSALS):
            save_rule(held.third_party, by=request.user, rule=held, **form.cleaned_data)
            messages.success(request, "Règle enregistrée.")
            return redirect("ledger:auto_rule", request.dossier.slug, held.id)
    matches = preview_rule(request.dossier, held)
    context = {
        "party": held.third_party, "form": form, "rule": held, "matches": matches[:SHOWN],
        "matched": len(matches), "wanted": sum(not match.refusal for match in matches),
    }  # fmt: skip
    status = 422 if request.method == "POST" else 200
    return render(request, "ledger/auto_rule.html", context, status=status)


@dossier_view(needs="books.write", methods=("POST",))
def switch(request: DossierRequest, pk: int) -> HttpResponse:
    """Activate the rule, or pause it."""
    held = find_rule(pk)
    wanted = request.POST.get("active") == "1"
    made = switch_rule(held, is_active=wanted, by=request.user)
    text = "Règle suspendue."
    if wanted:
        text = f"Règle activée : {plural(made, 'auto-facture créée', 'auto-factures créées')}."
    messages.success(request, text)
    return redirect("ledger:auto_rule", request.dossier.slug, held.id)
