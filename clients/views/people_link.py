"""`/invitation/<secret>/`: the page of a link, for a newcomer, for its person, for anybody else.

Looking uses nothing up: programs that read mails follow links.  Only the button accepts.
"""

from __future__ import annotations

from typing import cast

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import record_authentication
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from clients.actions import invitations, joining
from clients.forms_people import Newcomer
from clients.models import Dossier
from clients.queries.people import role_name
from firm import scope
from firm.access import public
from firm.errors import refusals_in
from firm.models import CustomRole, Firm, Invitation, User


@public
def invitation(request: HttpRequest, secret: str) -> HttpResponse:
    """Say what is offered and take the answer; a dead link says why it is dead."""
    found = joining.find_by_link(secret)
    state = found.state if found else "unknown"
    if found is None or state in joining.DEAD:
        title, remedy = joining.DEAD[state]
        return _page(request, "dead", 404, title=title, remedy=remedy)
    context = {"invitation": found, "place": invitations.place_of(found), "role": _role(found)}
    if request.user.is_authenticated:
        return _for_person(request, secret, found, context)
    person = User.objects.filter(email=found.email).first()
    if person is not None and (person.has_usable_password() or not person.is_active):
        here = reverse("people:invitation", args=[secret])
        return _page(request, "sign_in", 200, **context,
                     sign_in=f"{reverse('account_login')}?next={here}")  # fmt: skip
    return _for_newcomer(request, secret, found, context)


def _for_person(
    request: HttpRequest, secret: str, found: Invitation, context: dict[str, object]
) -> HttpResponse:
    person = cast(User, request.user)
    if person.email != found.email:
        return _page(request, "foreign", 403, **context, person=person)
    if request.method == "POST":
        accepted = joining.accept_invitation(secret, by=person)
        messages.success(request, "Invitation acceptée.")
        return redirect(_entrance(accepted))
    return _page(request, "accept", 200, **context)


def _for_newcomer(
    request: HttpRequest, secret: str, found: Invitation, context: dict[str, object]
) -> HttpResponse:
    form = Newcomer(request.POST or None, email=found.email, initial={"name": found.name})
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            person = joining.accept_as_newcomer(
                secret, name=form.cleaned_data["name"], password=form.cleaned_data["password1"]
            )
            get_adapter().login(request, person)
            record_authentication(request, person, "password", email=person.email)
            scope.extend(user=person.pk)
            messages.success(request, "Votre compte est ouvert.")
            return redirect(_entrance(found))
    status = 422 if request.method == "POST" else 200
    return _page(request, "newcomer", status, **context, form=form)


def _page(request: HttpRequest, part: str, status: int, **context: object) -> HttpResponse:
    return render(request, "people/link.html", {"part": part, **context}, status=status)


def _role(found: Invitation) -> str:
    """The offered role's French name."""
    if found.custom_role_id is None:
        return role_name(found.role)
    firm = found.firm_id
    if found.dossier_id:
        with scope.extended(read=frozenset({found.dossier_id})):
            firm = Dossier.objects.get(pk=found.dossier_id).firm_id
    with scope.extended(firm=firm):
        return CustomRole.objects.get(pk=found.custom_role_id).name


def _entrance(found: Invitation) -> str:
    """Where the new role leads first."""
    if found.firm_id:
        with scope.extended(firm=found.firm_id):
            slug = Firm.objects.get(pk=found.firm_id).slug
        return reverse("clients:cockpit", args=[slug])
    return reverse("home")
