"""« Comptes clients »: the list, a new account, and clients who invite the firm."""

from __future__ import annotations

from contextlib import suppress
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse

from clients import company_numbers
from clients.access import rights_on
from clients.actions.accounts import open_client_account
from clients.actions.firm_invitations import accept_client, decline_client
from clients.forms_accounts import AccountForm
from clients.models import Dossier, FirmInvitation
from clients.queries import accounts
from clients.rights import may_in_firm
from firm.access import FirmRequest, firm_view
from firm.errors import BusinessError, NotFound, refusals_in

PAGE = 100


def require_module(request: FirmRequest) -> None:
    """The module's pages exist once the firm has switched it on.

    Raises:
        NotFound: it has not.
    """
    if not request.firm.opens_client_accounts:
        raise NotFound(
            "Le module « Comptes clients » n’est pas activé. Un administrateur l’active dans "
            "Paramètres > Informations générales."
        )


@firm_view(needs="firm.open", may=may_in_firm)
def account_list(request: FirmRequest) -> HttpResponse:
    """The client accounts that one may see, with what may be done to those ticked."""
    require_module(request)
    search = request.GET.get("q", "").strip()
    order = request.GET.get("tri", "nom")
    if order not in accounts.ORDERS:
        raise NotFound("Cet ordre n’existe pas.")
    typed = request.GET.get("apres", "")
    start = int(typed) if typed.isdigit() else 0
    rows = accounts.account_rows(
        request.firm, search=search, order=order, start=start, limit=PAGE + 1
    )
    more = {"q": search, "tri": order, "apres": start + PAGE} if len(rows) > PAGE else {}
    for row in rows[:PAGE]:
        row.people_url = _people_url(row.dossier.slug)
    context = {
        "rows": rows[:PAGE],
        "shown": start + len(rows[:PAGE]),
        "total": accounts.matching(request.firm, search).count(),
        "more": f"?{urlencode(more)}" if more else "",
        "search": search,
        "may_create": may_in_firm(request.membership, "firm.create_dossier"),
    }
    return render(request, "accounts/list.html", context)


def _people_url(slug: str) -> str:
    """The page that adds a user to an account."""
    with suppress(NoReverseMatch):
        return reverse("people:dossier_invite", args=[slug])
    return ""


@firm_view(needs="firm.create_dossier", may=may_in_firm, methods=("GET", "POST"))
def new_account(request: FirmRequest) -> HttpResponse:
    """« Ajouter une nouvelle compagnie »: an address is proposed, the person types a better one."""
    require_module(request)
    is_asked = request.method == "POST"
    form = AccountForm(
        request.POST if is_asked else None,
        initial={} if is_asked else {"slug": accounts.proposed_slug(request.firm)},
    )
    if is_asked and form.is_valid():
        with refusals_in(
            form, slug_invalid="slug", slug_taken="slug", name_missing="name",
            siren_invalid="siren", siret_invalid="siren", siren_taken="siren",
        ):  # fmt: skip
            made = open_client_account(request.firm, by=request.user, **form.cleaned_data)
            messages.success(request, f"Compte client {made.name} créé sur la formule PRO.")
            return redirect("accounts:list", request.firm.slug)
    return render(request, "accounts/new.html", {"form": form}, status=422 if is_asked else 200)


@firm_view(needs="firm.open", may=may_in_firm)
def company_number(request: FirmRequest) -> HttpResponse:
    """What the assistant says of a typed SIREN or SIRET, beside the field."""
    typed = request.GET.get("siren", "")
    here = request.GET.get("dossier", "")
    context: dict[str, Any] = {"typed": typed, "here": here, "firm": request.firm}
    try:
        number = company_numbers.read(typed)
    except BusinessError as error:
        return render(request, "accounts/number.html", {**context, "error": error})
    same = Dossier.objects.filter(firm=request.firm, siren=number.siren).exclude(slug=here)
    other = same.first() if number.siren else None
    context |= {"number": number, "other": other}
    context["may_merge"] = bool(other and rights_on(request.user, other.pk).may("dossier.merge"))
    return render(request, "accounts/number.html", context)


@firm_view(needs="firm.all_clients", may=may_in_firm, methods=("POST",))
def accept(request: FirmRequest, pk: int) -> HttpResponse:
    """Follow the client who invited the firm."""
    followed = accept_client(_invitation(request, pk), by=request.user)
    messages.success(request, f"Votre cabinet suit désormais {followed.name}.")
    return redirect("clients:list", request.firm.slug)


@firm_view(needs="firm.all_clients", may=may_in_firm, methods=("POST",))
def decline(request: FirmRequest, pk: int) -> HttpResponse:
    """Decline the client's invitation."""
    decline_client(_invitation(request, pk), by=request.user)
    messages.success(request, "Invitation refusée.")
    return redirect("clients:list", request.firm.slug)


def _invitation(request: FirmRequest, pk: int) -> FirmInvitation:
    found = FirmInvitation.objects.filter(pk=pk, firm=request.firm).first()
    if found is None:
        raise NotFound("Cette invitation n’existe pas.")
    return found
