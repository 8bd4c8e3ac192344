"""« Cessions »: the hand-overs and the disconnections that one made, and taking one's own back."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from clients.actions import reconnection
from clients.actions.ownership_undo import undo_transfer, undoable_until
from clients.models import Disconnection, OwnershipTransfer
from clients.views.confirmations import require_word
from firm.accounts import require_fresh_sign_in
from firm.errors import NotFound
from firm.models import User
from firm.views.own import own_page

WORD = "annuler"


@own_page()
def transfers(request: HttpRequest) -> HttpResponse:
    """Every transfer that one is a side of, the latest first."""
    person = cast(User, request.user)
    mine = OwnershipTransfer.objects.filter(Q(from_user=person) | Q(to_user=person))
    rows = mine.select_related("from_user", "to_user").order_by("-created_at")[:100]
    partings = Disconnection.objects.filter(by=person).order_by("-created_at")[:100]
    context = {
        "rows": [(row, _until(row, person), _state(row)) for row in rows],
        "partings": [(row, reconnection.undoable_until(row)) for row in partings],
    }
    return render(request, "accounts/transfers.html", context)


def _until(transfer: OwnershipTransfer, person: User) -> object:
    return undoable_until(transfer) if transfer.from_user_id == person.pk else None


def _state(transfer: OwnershipTransfer) -> tuple[str, str]:
    if transfer.undone_at:
        return "Annulée après coup", "wait"
    if transfer.accepted_at:
        return "Acceptée", "ok"
    return ("Close", "wait") if transfer.ended_at else ("Proposée", "run")


@own_page("GET", "POST")
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a hand-over back, after a fresh sign-in and a word."""
    require_fresh_sign_in(request)
    person = cast(User, request.user)
    mine = OwnershipTransfer.objects.filter(pk=pk, from_user=person)
    transfer = mine.select_related("to_user").first()
    if transfer is None:
        raise NotFound("Cette cession n’existe pas ou n’est pas la vôtre.")
    if request.method == "POST":
        require_word(request, WORD)
        undo_transfer(transfer, by=person)
        messages.success(request, f"Vous êtes de nouveau propriétaire de {transfer.dossier_name}.")
        return redirect("accounts:transfers")
    context = {"transfer": transfer, "until": undoable_until(transfer), "word": WORD}
    return render(request, "accounts/transfer_undo.html", context)


@own_page("GET", "POST")
def undo_parting(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a disconnection back: what comes back with it, then a fresh sign-in and a word."""
    require_fresh_sign_in(request)
    person = cast(User, request.user)
    parting = Disconnection.objects.filter(pk=pk, by=person).first()
    if parting is None:
        raise NotFound("Cette déconnexion n’existe pas ou n’est pas la vôtre.")
    if request.method == "POST":
        require_word(request, WORD)
        dossier = reconnection.undo_disconnection(parting, by=person)
        messages.success(request, f"{parting.firm_name} suit de nouveau {dossier.name}.")
        return redirect("accounts:transfers")
    context = {
        "parting": parting, "until": reconnection.undoable_until(parting), "word": WORD,
        "refusal": reconnection.refusal_to_undo(parting, by=person),
        "restored": reconnection.restored(parting),
    }  # fmt: skip
    return render(request, "accounts/parting_undo.html", context)
