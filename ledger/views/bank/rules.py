"""« Règles d’affectation »: their order, making and changing one, what it would have done."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from clients.access import DossierRequest, dossier_view
from firm.errors import BusinessError, refusals_in
from firm.formats import plural
from ledger.actions import bank_rules as rules
from ledger.forms_bank_rules import RuleForm
from ledger.models import BankRule, BankTransaction
from ledger.queries.bank_rules import foresee, rules_with_counts, suggestion
from ledger.views.bank.shared import bank_url, find


def _found(pk: int) -> BankRule:
    row: BankRule = find(BankRule, pk, "Cette règle", "account", "third_party", "when_third_party")
    return row


@dossier_view(needs="bank.manage")
def rule_list(request: DossierRequest) -> HttpResponse:
    """The rules in their order, with how many transactions bear the proposal of each."""
    return render(request, "ledger/bank/rules.html", {"rows": rules_with_counts()})


@dossier_view(needs="bank.manage", methods=("GET", "POST"))
def new(request: DossierRequest) -> HttpResponse:
    """« Nouvelle règle »; `operation` begins it from a transaction."""
    if request.method == "POST":
        return _form(request, None, RuleForm(request.POST))
    typed = request.GET.get("operation", "")
    values: dict[str, Any] = {}
    if typed.isdigit() and len(typed) < 19:
        related = ("bank_account", "account", "third_party")
        values = suggestion(find(BankTransaction, int(typed), "Cette opération", *related))
    return _form(request, None, RuleForm.filled(values))


@dossier_view(needs="bank.manage", methods=("GET", "POST"))
def edit(request: DossierRequest, pk: int) -> HttpResponse:
    """Change a rule."""
    row = _found(pk)
    form = RuleForm(request.POST) if request.method == "POST" else RuleForm.of(row)
    return _form(request, row, form)


def _form(request: DossierRequest, row: BankRule | None, form: RuleForm) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            rules.save_rule(request.dossier, row, by=request.user, **form.cleaned_data)
            messages.success(request, "Règle enregistrée. Appliquez-la aux opérations en attente.")
            return redirect(bank_url(request, "bank_rules"))
    status = 422 if form.is_bound and form.errors else 200
    side = "sale" if form["sense"].value() == BankRule.Sense.IN else "purchase"
    context = {"form": form, "row": row, "party_side": side}
    return render(request, "ledger/bank/rule.html", context, status=status)


@dossier_view(needs="bank.manage", methods=("POST",))
def preview(request: DossierRequest) -> HttpResponse:
    """What the rule being typed would have done in the last year, and would do now."""
    form = RuleForm(request.POST)
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        rule = form.rule(request.dossier)
        try:
            rules.check_rule(rule)
        except BusinessError as error:
            context["problem"] = error.message
        else:
            context["found"] = foresee(rule)
    return render(request, "ledger/bank/rule_preview.html", context)


@dossier_view(needs="bank.manage", methods=("POST",))
def apply(request: DossierRequest) -> HttpResponse:
    """« Appliquer aux opérations en attente »: proposals, never entries."""
    count = rules.apply_rules(request.dossier, by=request.user)
    words = plural(count, "proposition mise à jour", "propositions mises à jour")
    messages.success(request, f"{words}. Rien n’est comptabilisé sans vous.")
    return redirect(bank_url(request, "bank_rules"))


@dossier_view(needs="bank.manage", methods=("POST",))
def order(request: DossierRequest, pk: int) -> HttpResponse:
    """Move a rule up or down."""
    up = request.POST.get("vers") == "haut"
    rules.move_rule(request.dossier, _found(pk), up=up, by=request.user)
    return redirect(bank_url(request, "bank_rules"))


@dossier_view(needs="bank.manage", methods=("POST",))
def switch(request: DossierRequest, pk: int) -> HttpResponse:
    """Pause a rule, or let it propose again."""
    rules.switch_rule(request.dossier, _found(pk), by=request.user)
    return redirect(bank_url(request, "bank_rules"))


@dossier_view(needs="bank.manage", methods=("POST",))
def delete(request: DossierRequest, pk: int) -> HttpResponse:
    """Remove a rule and its proposals that wait."""
    count = rules.delete_rule(request.dossier, _found(pk), by=request.user)
    words = plural(count, "proposition retirée", "propositions retirées")
    messages.success(request, f"Règle supprimée, {words}.")
    return redirect(bank_url(request, "bank_rules"))
