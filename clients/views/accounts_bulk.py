"""What is done to ticked accounts: seen beforehand, confirmed, told one by one."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from clients.actions.bulk_accounts import disconnect_accounts, lock_accounts, plan_disconnection
from clients.forms_accounts import LockForm
from clients.models import Dossier
from clients.queries import accounts
from clients.rights import may_in_firm
from clients.views.accounts import require_module
from clients.views.confirmations import require_word
from firm import audit, spreadsheets
from firm.access import FirmRequest, firm_view
from firm.errors import BusinessError, NotFound

HEADER = (
    "Nom", "Adresse", "SIREN", "Créé le", "Documents protégés jusqu’au", "Portée",
    "Utilisateurs", "Propriétaire", "État", "Formule", "Formule jusqu’au",
)  # fmt: skip


class NothingTicked(BusinessError):
    """An act on many needs one at least."""

    code = "nothing_ticked"
    title = "Rien n’est coché"


def _ticked(request: FirmRequest) -> list[Dossier]:
    """The accounts ticked among those that one may see, or all that match, by name."""
    require_module(request)
    every = accounts.matching(request.firm, request.POST.get("q", "").strip())
    if request.POST.get("tout") != "1":
        ids = [int(pk) for pk in request.POST.getlist("ids") if pk.isdigit()]
        every = accounts.matching(request.firm).filter(pk__in=ids)
    found = list(every.select_related("owner", "firm").order_by("name", "id"))
    if not found:
        raise NothingTicked("Cochez au moins un compte client.")
    return found


@firm_view(needs="firm.open", may=may_in_firm, methods=("POST",))
def disconnect_many(request: FirmRequest) -> HttpResponse:
    """« Déconnecter »: first what would happen to each, then, the word typed, what happened."""
    ticked = _ticked(request)
    context: dict[str, Any] = {"title": "Déconnecter des comptes clients", "is_done": False}
    if "confirmation" in request.POST:
        require_word(request, request.firm.slug)
        context |= {"outcomes": disconnect_accounts(ticked, by=request.user), "is_done": True}
    else:
        context["outcomes"] = plan_disconnection(ticked, by=request.user)
    context["done"] = sum(row.state == "done" for row in context["outcomes"])
    return render(request, "accounts/disconnect_many.html", context)


@firm_view(needs="firm.open", may=may_in_firm, methods=("POST",))
def lock_many(request: FirmRequest) -> HttpResponse:
    """« Changer la date de restriction » of those ticked: choose, then the outcome of each."""
    ticked = _ticked(request)
    is_sent = "lock_mode" in request.POST
    form = LockForm(request.POST if is_sent else None)
    context: dict[str, Any] = {"form": form, "ticked": ticked}
    if is_sent and form.is_valid():
        outcomes = lock_accounts(ticked, by=request.user, **form.cleaned_data)
        context["outcomes"] = outcomes
        context["counts"] = {
            state: sum(row.state == state for row in outcomes)
            for state in ("done", "same", "refused")
        }
    status = 422 if is_sent and not form.is_valid() else 200
    return render(request, "accounts/lock_many.html", context, status=status)


@firm_view(needs="firm.open", may=may_in_firm, methods=("POST",))
def export(request: FirmRequest) -> HttpResponse:
    """The ticked accounts as CSV or XLSX."""
    kind = request.POST.get("format", "csv")
    if kind not in spreadsheets.TYPES:
        raise NotFound("Ce format n’existe pas.")
    rows = [_line(row) for row in accounts.described(_ticked(request))]
    audit.record("clients.accounts_exported", by=request.user, firm_id=request.firm.pk,
                 accounts=len(rows), format=kind)  # fmt: skip
    return spreadsheets.download(kind, "comptes-clients", HEADER, rows)


def _line(row: accounts.AccountRow) -> tuple[Any, ...]:
    dossier = row.dossier
    return (
        dossier.name, dossier.slug, dossier.siren,
        timezone.localtime(dossier.created_at).date(), row.protected_until,
        dossier.get_lock_mode_display(), row.users,
        dossier.owner.get_full_name() if dossier.owner else "", dossier.get_status_display(),
        row.plan.get_plan_display() if row.plan else "", row.plan.ends_on if row.plan else None,
    )  # fmt: skip
