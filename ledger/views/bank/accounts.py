"""Bank accounts: the list with links and alerts, making and changing one, its connection."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from clients.access import DossierRequest, dossier_view
from firm.errors import NotFound, refusals_in
from ledger.actions import bank_links
from ledger.actions.bank_accounts import free_number, save_bank_account
from ledger.forms_bank import AccountForm, ConnectionForm
from ledger.models import BankAccount, BankConnection
from ledger.queries import bank
from ledger.views.bank.shared import bank_url, find


def _found(pk: int) -> BankAccount:
    row: BankAccount = find(BankAccount, pk, "Ce compte bancaire", "account", "journal")
    return row


@dossier_view(needs="books.read")
def accounts(request: DossierRequest) -> HttpResponse:
    """Every bank account, and the latest notices about their connections."""
    context = {
        "cards": bank.account_cards(closed=True), "alerts": bank.latest_alerts(),
        "may_manage": request.rights.may("bank.manage"),
    }  # fmt: skip
    return render(request, "ledger/bank/accounts.html", context)


@dossier_view(needs="bank.manage", methods=("GET", "POST"))
def new(request: DossierRequest) -> HttpResponse:
    """« Nouveau compte bancaire »."""
    blank = AccountForm(initial={"number": free_number()}) if request.method == "GET" else None
    return _form(request, None, blank or AccountForm(request.POST))


@dossier_view(needs="bank.manage", methods=("GET", "POST"))
def edit(request: DossierRequest, pk: int) -> HttpResponse:
    """Change a bank account."""
    row = _found(pk)
    is_sent = request.method == "POST"
    return _form(request, row, AccountForm(request.POST) if is_sent else AccountForm.of(row))


def _form(request: DossierRequest, row: BankAccount | None, form: AccountForm) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            save_bank_account(request.dossier, row, by=request.user, **form.cleaned_data)
            messages.success(request, "Compte bancaire enregistré.")
            return redirect(bank_url(request, "bank_accounts"))
    status = 422 if form.is_bound and form.errors else 200
    context = {"form": form, "row": row}
    return render(request, "ledger/bank/account.html", context, status=status)


@dossier_view(needs="bank.manage", methods=("GET", "POST"))
def connection(request: DossierRequest, pk: int) -> HttpResponse:
    """Have the statements of an account fetched."""
    row = _found(pk)
    link = BankConnection.objects.filter(bank_account=row).first()
    shown = {"kind": link.kind, "url": link.url} if link else None
    form = (
        ConnectionForm(request.POST) if request.method == "POST" else ConnectionForm(initial=shown)
    )
    if request.method == "POST" and form.is_valid():
        with refusals_in(form, bank_connection_invalid="url"):
            bank_links.connect(request.dossier, row, by=request.user, **form.cleaned_data)
            messages.success(request, "Connexion enregistrée\u00a0: elle est relevée d’ici peu.")
            return redirect(bank_url(request, "bank_connection", row.pk))
    context = {
        "row": row, "link": link if link and link.is_active else None, "form": form,
        "folder": f"{bank_links.folder_name(request.dossier, row)}/",
    }  # fmt: skip
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "ledger/bank/connection.html", context, status=status)


def _link(pk: int) -> BankConnection:
    link: BankConnection | None = BankConnection.objects.filter(
        bank_account=pk, is_active=True
    ).first()
    if link is None:
        raise NotFound("Ce compte n’a pas de connexion.")
    return link


@dossier_view(needs="bank.manage", methods=("POST",))
def disconnect(request: DossierRequest, pk: int) -> HttpResponse:
    """« Arrêter »: nothing more is fetched, the token is forgotten."""
    bank_links.disconnect(_link(pk), by=request.user)
    messages.success(request, "Connexion arrêtée. Le jeton est effacé.")
    return redirect(bank_url(request, "bank_connection", pk))


@dossier_view(needs="bank.manage", methods=("POST",))
def poll(request: DossierRequest, pk: int) -> HttpResponse:
    """« Relever maintenant »."""
    link = _link(pk)
    bank_links.start_poll(
        bank_links.Due(link.dossier_id, request.dossier.firm_id, link.pk, timezone.now())
    )
    messages.success(request, "Relève demandée\u00a0: le résultat s’affiche d’ici peu.")
    return redirect(bank_url(request, "bank_connection", pk))
