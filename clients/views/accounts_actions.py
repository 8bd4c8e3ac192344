"""« Actions » of a dossier: owner, firm, plan; each act on its own page, the short name typed."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from clients.access import DossierRequest, dossier_view
from clients.actions.connection import disconnect, refusal_to_disconnect
from clients.actions.firm_invitations import decline_client, invite_firm
from clients.actions.ownership import accept_ownership, end_transfer, offer_ownership
from clients.actions.plans import renew_plan
from clients.forms_accounts import FirmInvitationForm, OfferForm, RenewalForm
from clients.models import Dossier, FirmInvitation, OwnershipTransfer, PlanSubscription
from clients.plans import last_day, next_start
from clients.queries.accounts import plans_of
from clients.queries.bulk_jobs import acts_on
from clients.queries.dossier_people import administrators_of
from clients.queries.prices import prices_on, prices_to_come
from clients.views.bulk_jobs import WORDS
from clients.views.confirmations import require_word
from firm.access import SAFE
from firm.accounts import require_fresh_sign_in
from firm.errors import NotFound, refusals_in
from firm.models import JobItem, User

BOTH = ("GET", "POST")


@dossier_view(needs="dossier.manage")
def actions(request: DossierRequest) -> HttpResponse:
    """Who owns the dossier, which firm follows it, its plan, and what may be done about them."""
    dossier = request.dossier
    offer = _open_offer(dossier)
    context = {
        "dossier": dossier,
        "offer": offer,
        "is_for_me": bool(offer and offer.to_user_id == request.user.pk),
        "invitation": _open_invitation(dossier),
        "plans": plans_of(dossier),
        "acts": [(act, *WORDS[JobItem.State(act["state"])]) for act in acts_on(dossier)],
        "may": {right: request.rights.may(f"dossier.{right}") for right in
                ("disconnect", "transfer", "plan", "invite_firm", "export", "delete")},
    }  # fmt: skip
    return render(request, "accounts/actions.html", context)


@dossier_view(needs="dossier.disconnect", methods=BOTH)
def disconnect_one(request: DossierRequest) -> HttpResponse:
    """« Déconnecter »: what ends, what stays, then the short name."""
    dossier, firm = request.dossier, request.dossier.firm
    if request.method in SAFE:
        context = {"dossier": dossier, "refusal": refusal_to_disconnect(dossier)}
        return render(request, "accounts/disconnect.html", context)
    require_word(request, dossier.slug)
    parted = disconnect(dossier, by=request.user)
    undo_url = reverse("accounts:undo_disconnection", args=[parted.pk])
    messages.success(request, f"{dossier.name} est déconnecté.", extra_tags=f"see:{undo_url}")
    stays = dossier.owner_id == request.user.pk or "owner" not in request.rights.roles
    if stays and request.rights.roles & {"dossier_owner", "client_admin"}:
        return redirect("accounts:actions", dossier.slug)
    return redirect("clients:list", firm.slug) if firm else redirect("home")


@dossier_view(needs="dossier.transfer", methods=BOTH)
def offer(request: DossierRequest) -> HttpResponse:
    """« Désigner comme propriétaire du compte »: offer the dossier to one of its administrators."""
    require_fresh_sign_in(request)
    choices = administrators_of(request.dossier)
    form = OfferForm(
        request.POST or None, administrators=choices, initial={"to": request.GET.get("a", "")}
    )
    if request.method == "POST" and form.is_valid():
        with refusals_in(form, not_an_administrator="to"):
            require_word(request, request.dossier.slug)
            to = User.objects.get(pk=form.cleaned_data["to"])
            offer_ownership(request.dossier, to=to, by=request.user)
            messages.success(
                request, f"Cession proposée à {to}. Vous restez propriétaire jusque-là."
            )
            return redirect("accounts:actions", request.dossier.slug)
    context = {"dossier": request.dossier, "form": form, "administrators": choices}
    status = 422 if request.method == "POST" else 200
    return render(request, "accounts/offer.html", context, status=status)


@dossier_view(needs="dossier.manage", methods=BOTH)
def accept_offer(request: DossierRequest) -> HttpResponse:
    """Become the owner, after a fresh sign-in and the short name."""
    require_fresh_sign_in(request)
    held = _offer_or_404(request)
    if request.method == "POST":
        require_word(request, request.dossier.slug)
        accept_ownership(held, by=request.user)
        messages.success(request, f"Vous êtes propriétaire de {request.dossier.name}.")
        return redirect("accounts:actions", request.dossier.slug)
    return render(request, "accounts/accept.html", {"dossier": request.dossier, "offer": held})


@dossier_view(needs="dossier.manage", methods=("POST",))
def end_offer(request: DossierRequest) -> HttpResponse:
    """Decline the offer, or take it back."""
    end_transfer(_offer_or_404(request), by=request.user)
    messages.success(request, "La cession est close ; le propriétaire ne change pas.")
    return redirect("accounts:actions", request.dossier.slug)


@dossier_view(needs="dossier.invite_firm", methods=BOTH)
def invite(request: DossierRequest) -> HttpResponse:
    """A client without a firm invites one."""
    form = FirmInvitationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form, firm_unknown="wanted"):
            invite_firm(request.dossier, by=request.user, **form.cleaned_data)
            messages.success(request, "Invitation envoyée au cabinet.")
            return redirect("accounts:actions", request.dossier.slug)
    status = 422 if request.method == "POST" else 200
    context = {"dossier": request.dossier, "form": form}
    return render(request, "accounts/invite_firm.html", context, status=status)


@dossier_view(needs="dossier.invite_firm", methods=("POST",))
def withdraw(request: DossierRequest) -> HttpResponse:
    """Take one's invitation to a firm back."""
    waiting = _open_invitation(request.dossier)
    if waiting is None:
        raise NotFound("Aucune invitation n’attend de réponse.")
    decline_client(waiting, by=request.user)
    messages.success(request, "Invitation retirée.")
    return redirect("accounts:actions", request.dossier.slug)


@dossier_view(needs="dossier.plan", methods=BOTH)
def renew(request: DossierRequest) -> HttpResponse:
    """Renew the plan for a year at the price shown; the means of payment is typed in."""
    today = timezone.localdate()
    prices = prices_on(today)
    periods = plans_of(request.dossier)
    form = RenewalForm(request.POST or None, prices=prices)
    if request.method == "POST" and form.is_valid():
        is_client = bool(request.rights.roles & {"dossier_owner", "client_admin"})
        inside = bool(request.rights.roles & {"owner", "admin"})
        payer = PlanSubscription.Payer.CLIENT if is_client and not inside else (
            PlanSubscription.Payer.FIRM
        )  # fmt: skip
        with refusals_in(
            form, plan_unknown="plan", plan_price_changed="plan",
            payment_means_missing="payment_means",
        ):  # fmt: skip
            renew_plan(request.dossier, payer=payer, by=request.user, **form.wanted())
            messages.success(request, "Formule renouvelée pour un an.")
            return redirect("accounts:actions", request.dossier.slug)
    starts_on = next_start(periods[0].ends_on if periods else None, today)
    context = {
        "dossier": request.dossier, "form": form, "plans": periods, "prices": prices,
        "starts_on": starts_on, "ends_on": last_day(starts_on), "to_come": prices_to_come(today),
    }  # fmt: skip
    status = 422 if request.method == "POST" else 200
    return render(request, "accounts/renew.html", context, status=status)


def _open_offer(dossier: Dossier) -> OwnershipTransfer | None:
    rows = OwnershipTransfer.objects.filter(dossier=dossier, accepted_at=None, ended_at=None)
    return rows.select_related("from_user", "to_user", "dossier").first()


def _offer_or_404(request: DossierRequest) -> OwnershipTransfer:
    """The open offer, for its two sides only."""
    held = _open_offer(request.dossier)
    if held is None or request.user.pk not in {held.from_user_id, held.to_user_id}:
        raise NotFound("Aucune cession ne vous concerne ici.")
    return held


def _open_invitation(dossier: Dossier) -> FirmInvitation | None:
    rows = FirmInvitation.objects.filter(dossier=dossier, accepted_at=None, declined_at=None)
    return rows.first()
