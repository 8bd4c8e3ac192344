"""« Rapprochement »: the books beside the statement of a bank account, and pointing."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from clients.access import DossierRequest, dossier_view
from firm.formats import amount_plain, date_fr, plural
from ledger.actions import bank_pointing as actions
from ledger.forms_lettering import place_of
from ledger.forms_reconciliation import ReconciliationForm, UntilForm
from ledger.models import BankAccount, BankPointing, BankTransaction
from ledger.queries import reconciliation as queries
from ledger.views.bank.shared import back, bank_url, find


@dossier_view(needs="books.read")
def first(request: DossierRequest) -> HttpResponse:
    """The first bank account, or what to do without any."""
    account = BankAccount.objects.order_by("is_closed", "account__number").first()
    if account is None:
        return render(request, "ledger/bank/reconciliation_none.html")
    return redirect("ledger:reconciliation", request.dossier.slug, account.id)


@dossier_view(needs="books.read")
def page(request: DossierRequest, pk: int) -> HttpResponse:
    """The reconciliation of a bank account on a day."""
    account = _account(pk)
    form = ReconciliationForm(request.GET)
    form.is_valid()
    day, declared, statement = asked(account, form)
    view = form.cleaned_data.get("vue") or "ouvertes"
    query = f"?au={date_fr(day)}" + (f"&solde={amount_plain(declared)}" if declared is not None
                                     and statement is None else "")  # fmt: skip
    context: dict[str, Any] = {
        "account": account,
        "form": form,
        "day": day,
        "declared": declared,
        "view": view,
        "statement": statement,
        "query": query,
        "found": queries.reconciliation(request.dossier, account, day, declared),
        "lines": queries.book_lines(request.dossier, account, day, view=view),
        "moves": queries.moves(request.dossier, account, day),
        "accounts": BankAccount.objects.select_related("account").order_by("account__number"),
        "may_letter": request.rights.may("books.letter"),
        "may_book": request.rights.may("books.write"),
    }
    return render(request, "ledger/bank/reconciliation.html", context)


def asked(account: BankAccount, form: ReconciliationForm) -> tuple[dt.date, int | None, Any]:
    """The day, the statement's balance and the statement that it comes from, if one does."""
    day = form.cleaned_data.get("au")
    declared = form.cleaned_data.get("solde")
    statement = queries.statement_at(account, day)
    if day is None:
        day = statement.until if statement and statement.until else timezone.localdate()
    if declared is not None:
        return day, declared, None
    if statement is None or statement.until != day:
        return day, None, None
    return day, statement.closing, statement


def _account(pk: int) -> BankAccount:
    found: BankAccount = find(BankAccount, pk, "Ce compte bancaire", "account")
    return found


@dossier_view(needs="books.letter", methods=("POST",))
def point(request: DossierRequest, pk: int) -> HttpResponse:
    """Point the lines ticked, with the operation chosen if there is one."""
    account = _account(pk)
    places = [place for text in request.POST.getlist("ids") if (place := place_of(text))]
    chosen = request.POST.get("op", "")
    move = find(BankTransaction, int(chosen), "Cette opération") if _is_id(chosen) else None
    count = actions.point(
        request.dossier, account, places, by=request.user, cleared_on=_day(request), move=move
    )
    messages.success(request, f"{plural(count, 'ligne pointée', 'lignes pointées')}.")
    return _back(request, pk)


@dossier_view(needs="books.letter", methods=("POST",))
def unpoint(request: DossierRequest, pk: int) -> HttpResponse:
    """Take the pointings ticked back."""
    account = _account(pk)
    places = {place for text in request.POST.getlist("ids") if (place := place_of(text))}
    rows = BankPointing.objects.filter(entry__in={entry for entry, _line in places})
    ids = [row.pk for row in rows if (row.entry_id, row.line_no) in places]
    count = actions.unpoint(request.dossier, account, ids, by=request.user)
    messages.success(request, f"{plural(count, 'ligne dépointée', 'lignes dépointées')}.")
    return _back(request, pk)


@dossier_view(needs="books.letter", methods=("POST",))
def match(request: DossierRequest, pk: int) -> HttpResponse:
    """« Pointer automatiquement »: same amount, a few days apart, no doubt."""
    count = actions.match_by_amount(
        request.dossier, _account(pk), by=request.user, until=_day(request)
    )
    words = f"{plural(count, 'opération rapprochée', 'opérations rapprochées')}."
    messages.success(request, words if count else "Aucune opération à rapprocher sans ambiguïté.")
    return _back(request, pk)


@dossier_view(needs="books.letter", methods=("POST",))
def point_until(request: DossierRequest, pk: int) -> HttpResponse:
    """« Tout pointer »: every line up to the day."""
    count = actions.point_until(request.dossier, _account(pk), by=request.user, until=_day(request))
    messages.success(request, f"{plural(count, 'ligne pointée', 'lignes pointées')}.")
    return _back(request, pk)


def _day(request: DossierRequest) -> dt.date:
    form = UntilForm(request.POST)
    form.is_valid()
    return form.cleaned_data.get("au") or timezone.localdate()


def _is_id(text: str) -> bool:
    return text.isdecimal() and len(text) < 19


def _back(request: DossierRequest, pk: int) -> HttpResponse:
    return back(request, bank_url(request, "reconciliation", pk))
