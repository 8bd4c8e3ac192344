"""« Utilisateurs » of a dossier: who has access and by which hat; the client manages his own."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from clients.access import DossierRequest, dossier_view
from clients.actions import assignments, invitations, members
from clients.forms_people import Assign, Invite, Role, Term, assignable, dossier_roles
from clients.models import AccessRequest, DossierGrant
from clients.queries import people_dossier
from clients.queries.people_access import why
from clients.rights import table
from clients.views.people_scope import is_fragment
from firm import scope
from firm.errors import NotFound, refusals_in
from firm.models import Invitation, User


@dossier_view(needs="dossier.people")
def users(request: DossierRequest) -> HttpResponse:
    """The owner, the company's users, open invitations, the firm's accountants."""
    return _show(request)


def _show(request: DossierRequest, assign: Assign | None = None) -> HttpResponse:
    may_assign = request.rights.may("dossier.assign")
    context = {
        "dossier": request.dossier,
        "page": people_dossier.users_of(request.dossier, by=request.user),
        "may_assign": may_assign,
        "role_names": table()["roles"],
        "roles": dossier_roles(request.dossier.firm, request.rights),
        "assign": assign
        or (Assign(people=assignable(request.dossier.firm))
            if may_assign and request.dossier.firm else None),
        "term": Term(),
        "requests": people_dossier.open_requests(request.dossier) if may_assign else [],
    }  # fmt: skip
    status = 422 if assign is not None else 200
    return render(request, "people/dossier.html", context, status=status)


def _back(request: DossierRequest, said: str) -> HttpResponse:
    messages.success(request, said)
    return redirect("people:dossier", request.dossier.slug)


@dossier_view(needs="dossier.people", methods=("GET", "POST"))
def invite(request: DossierRequest) -> HttpResponse:
    """Invite somebody of the company; a client's administrator, up to four."""
    form = Invite(request.POST or None,
                  roles=dossier_roles(request.dossier.firm, request.rights))  # fmt: skip
    if request.method == "POST" and form.is_valid():
        with refusals_in(form, already_inside="email", person_blocked="email",
                         role_too_high="role"):  # fmt: skip
            given = form.cleaned_data
            made = invitations.invite_to_dossier(
                request.dossier, email=given["email"], name=" ".join(given["name"].split()),
                send=given["send"], by=request.user, **form.role_given(),
            )  # fmt: skip
            sent = "envoyée" if made.sent_at else "préparée"
            return _back(request, f"Invitation de {made.email} {sent}.")
    context = {
        "form": form,
        "dossier": request.dossier,
        "seats": people_dossier.seats(request.dossier, by=request.user),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "people/dossier_invite.html", context, status=status)


@dossier_view(needs="dossier.people")
def reason(request: DossierRequest, user_id: int) -> HttpResponse:
    """« Pourquoi X voit-il ce dossier ? » in the drawer."""
    one = _user(request, user_id)
    with scope.extended(firm=request.dossier.firm_id):
        answer = why(one, request.dossier)
    template = "people/why.html" if is_fragment(request) else "people/why_page.html"
    return render(request, template, {"answer": answer, "dossier": request.dossier})


def _user(request: DossierRequest, user_id: int) -> User:
    """A person whom this page shows, or whom the firm's people may choose.

    Raises:
        NotFound: he has nothing to do with the dossier.
    """
    is_here = (
        request.dossier.owner_id == user_id
        or DossierGrant.objects.filter(dossier=request.dossier, user_id=user_id).exists()
        or people_dossier.is_colleague(request.dossier, user_id)
    )
    found = User.objects.filter(pk=user_id).first() if is_here else None
    if found is None:
        raise NotFound("Cette personne n’a pas de rôle dans ce dossier.")
    return found


@dossier_view(needs="dossier.people", methods=("POST",))
def change_role(request: DossierRequest, user_id: int) -> HttpResponse:
    """Another hat for one of the company's users."""
    one = _user(request, user_id)
    form = Role(request.POST, roles=dossier_roles(request.dossier.firm, request.rights))
    if not form.is_valid():
        raise invitations.RoleTooHigh("Ce rôle n’est pas de ceux que vous pouvez donner.")
    members.change_dossier_role(request.dossier, one, **form.role_given(), by=request.user)
    return _back(request, f"Rôle de {one} changé.")


@dossier_view(needs="dossier.people", methods=("POST",))
def detach(request: DossierRequest, user_id: int) -> HttpResponse:
    """« Détacher »: out of this dossier alone."""
    one = _user(request, user_id)
    members.detach_from_dossier(request.dossier, one, by=request.user)
    return _back(request, f"{one} n’a plus accès à ce dossier.")


@dossier_view(needs="dossier.assign", methods=("POST",))
def assign(request: DossierRequest) -> HttpResponse:
    """One of the firm's people onto the dossier, for good or until a day."""
    firm = request.dossier.firm
    form = Assign(request.POST, people=assignable(firm) if firm else [])
    if form.is_valid():
        one = User.objects.get(pk=int(form.cleaned_data["person"]))
        with refusals_in(form, access_reason_missing="reason", past_expiry="until",
                         not_of_the_firm="person", has_client_role="person"):  # fmt: skip
            assignments.assign(
                request.dossier, one, by=request.user, expires_at=form.expires_at(),
                reason=form.cleaned_data["reason"],
            )  # fmt: skip
            return _back(request, f"{one} est affecté au dossier.")
    return _show(request, form)


@dossier_view(needs="dossier.assign", methods=("POST",))
def unassign(request: DossierRequest, user_id: int) -> HttpResponse:
    """An accountant off this dossier alone."""
    one = _user(request, user_id)
    assignments.unassign(request.dossier, one, by=request.user)
    return _back(request, f"{one} n’est plus affecté au dossier.")


@dossier_view(needs="dossier.assign", methods=("POST",))
def answer(request: DossierRequest, request_id: int) -> HttpResponse:
    """Grant or refuse what a colleague asked for."""
    asked = AccessRequest.objects.filter(pk=request_id, dossier=request.dossier).first()
    form = Term(request.POST)
    if asked is None or not form.is_valid():
        raise NotFound("Cette demande n’existe pas.")
    is_granted = request.POST.get("reponse") == "accorder"
    assignments.answer_request(
        asked, by=request.user, is_granted=is_granted, expires_at=form.expires_at()
    )
    return _back(request, "Accès ouvert." if is_granted else "Demande refusée.")


def _invitation(request: DossierRequest, invitation_id: uuid.UUID) -> Invitation:
    found = Invitation.objects.filter(
        pk=invitation_id, dossier_id=request.dossier.pk, accepted_at=None, revoked_at=None
    ).first()
    if found is None:
        raise NotFound("Cette invitation n’existe plus\u00a0: elle a été acceptée ou révoquée.")
    return found


@dossier_view(needs="dossier.people", methods=("POST",))
def send_invitation(request: DossierRequest, invitation_id: uuid.UUID) -> HttpResponse:
    """A fresh link for an open invitation."""
    found = _invitation(request, invitation_id)
    invitations.send_invitation(found, by=request.user)
    return _back(request, f"Invitation envoyée à {found.email}.")


@dossier_view(needs="dossier.people", methods=("POST",))
def revoke_invitation(request: DossierRequest, invitation_id: uuid.UUID) -> HttpResponse:
    """Make an open invitation useless."""
    found = _invitation(request, invitation_id)
    invitations.revoke_invitation(found, by=request.user)
    return _back(request, f"Invitation de {found.email} révoquée.")
