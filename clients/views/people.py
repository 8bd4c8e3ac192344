"""« Utilisateurs » of the firm: the list, its export, and invitations."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from clients.access import open_dossier
from clients.actions import invitations
from clients.forms_people import Invite, InviteClient, dossier_roles, firm_roles
from clients.models import Dossier
from clients.queries import people
from clients.rights import may_in_firm
from clients.views.people_scope import open_clients
from firm import scope
from firm.access import FirmRequest, firm_view
from firm.errors import NotFound, refusals_in
from firm.models import Invitation
from firm.spreadsheets import download

PAGE = 50
TITLES = {
    "": "Tous", "cabinet": "Collaborateurs", "entreprise": "Utilisateurs entreprise",
    "invitations": "Invitations", "bloques": "Bloqués",
}  # fmt: skip
HIDDEN_WHEN_EMPTY = {"invitations", "bloques", "demandes"}
ROLES = (
    ("owner", "Propriétaire"), ("admin", "Administrateur"), ("staff_all", "Tous dossiers"),
    ("staff", "Collaborateur"), ("custom", "Rôle personnalisé"), ("client", "Entreprise seule"),
)  # fmt: skip
STATES = (
    ("active", "Actif"), ("sent", "Invitation envoyée"), ("expired", "Invitation expirée"),
    ("not_sent", "Non envoyée"), ("blocked", "Bloqué"),
)  # fmt: skip
COLUMNS = ("Nom", "Adresse e-mail", "Rôles", "Dossiers", "Vu", "Second facteur", "État")


def filters_of(request: HttpRequest) -> people.Filters:
    """What the address asks for; an unknown value asks for nothing."""
    asked = {name: request.GET.get(name, "").strip() for name in ("q", "vue", "role", "etat")}
    return people.Filters(
        q=asked["q"][:100],
        view=asked["vue"] if asked["vue"] in people.VIEWS else "",
        role=asked["role"] if asked["role"] in dict(ROLES) else "",
        state=asked["etat"] if asked["etat"] in people.PILLS else "",
        mfa=request.GET.get("mfa", "") if request.GET.get("mfa") in {"oui", "non"} else "",
        sort=request.GET.get("tri", "nom"),
    )


@firm_view(needs="firm.see_people", may=may_in_firm)
def person_list(request: FirmRequest) -> HttpResponse:
    """Everybody who works here or is a client's user, and who is invited."""
    open_clients(request)
    filters = filters_of(request)
    typed = request.GET.get("apres", "")
    offset = int(typed) if typed.isdecimal() and len(typed) < 7 else 0
    rows, total = people.people(request.firm, filters, limit=PAGE, offset=offset)
    may_manage = may_in_firm(request.membership, "firm.manage_people")
    asked = people.open_requests(request.firm) if may_manage else []
    query = request.GET.copy()
    query["apres"] = str(offset + PAGE)
    context = {
        "rows": rows,
        "total": total,
        "shown": offset + len(rows),
        "more": f"?{query.urlencode()}" if offset + len(rows) < total else "",
        "filters": filters,
        "tabs": _tabs(request, len(asked)),
        "view": "demandes" if request.GET.get("vue") == "demandes" else filters.view,
        "requests": asked,
        "may_manage": may_manage,
        "may_audit": may_in_firm(request.membership, "firm.audit"),
        "roles": ROLES,
        "states": STATES,
        "mfa": (("oui", "Activé"), ("non", "Absent")),
    }
    return render(request, "people/list.html", context)


def _tabs(request: FirmRequest, asked: int) -> list[tuple[str, str, str, int]]:
    """The views of the list; those that matter only when there is something go when empty."""
    numbers = people.counts(request.firm)
    here = reverse("people:list", args=[request.firm.slug])
    every = [(view, title, numbers[view]) for view, title in TITLES.items()]
    every.append(("demandes", "Demandes d’accès", asked))
    return [
        (view, title, f"{here}?vue={view}" if view else here, number)
        for view, title, number in every
        if number or view not in HIDDEN_WHEN_EMPTY
    ]


@firm_view(needs="firm.manage_people", may=may_in_firm)
def export(request: FirmRequest) -> HttpResponse:
    """The list as filtered, as CSV or XLSX."""
    open_clients(request)
    rows, _total = people.people(request.firm, filters_of(request), limit=100_000)
    table = (
        (row.label, row.email, " ; ".join(f"{role} ({where})" for role, where in row.hats),
         row.dossiers, row.seen, row.mfa, row.pill[0])
        for row in rows
    )  # fmt: skip
    return download(request.GET.get("format", ""), "utilisateurs", COLUMNS, table)


@firm_view(needs="firm.manage_people", may=may_in_firm, methods=("GET", "POST"))
def invite(request: FirmRequest) -> HttpResponse:
    """« Nouveau »: a collaborator of the firm, or a user of a client’s company."""
    if request.GET.get("type") == "entreprise":
        return _invite_client(request)
    form = Invite(request.POST or None, roles=firm_roles(request.membership))
    if request.method == "POST" and form.is_valid():
        with refusals_in(form, already_inside="email", person_blocked="email",
                         role_too_high="role"):  # fmt: skip
            made = invitations.invite_to_firm(request.firm, **_invited(form), by=request.user)
            return _invited_answer(request, made)
    return _form_answer(request, form, "collaborateur")


def _invited(form: Invite) -> dict[str, Any]:
    given = form.cleaned_data
    return {"email": given["email"], "name": " ".join(given["name"].split()),
            "send": given["send"], **form.role_given()}  # fmt: skip


def _invite_client(request: FirmRequest) -> HttpResponse:
    open_clients(request)
    initial = {"dossier": request.GET.get("dossier", "")}
    form = InviteClient(request.POST or None, initial=initial, roles=dossier_roles(request.firm))
    if request.method == "POST" and form.is_valid():
        with refusals_in(form, already_inside="email", person_blocked="email",
                         role_too_high="role", which_dossier="dossier", forbidden="dossier",
                         not_found="dossier"):  # fmt: skip
            found = _named_dossier(request, form.cleaned_data["dossier"])
            dossier, _held = open_dossier(
                request.user, found.slug, needs="dossier.people", write=True
            )
            made = invitations.invite_to_dossier(dossier, **_invited(form), by=request.user)
            return _invited_answer(request, made)
    return _form_answer(request, form, "entreprise")


class WhichDossier(NotFound):
    """No dossier, or several, have what was typed in their name."""

    code = "which_dossier"


def _named_dossier(request: FirmRequest, typed: str) -> Dossier:
    """The dossier of that short name, SIREN or name; a part of the name is enough when unique."""
    mine = Dossier.objects.filter(firm=request.firm)
    digits = "".join(typed.split())
    exact = mine.filter(Q(slug=typed) | Q(name__iexact=typed) | Q(siren=digits, siren__gt=""))
    found = list(exact[:2]) or list(mine.filter(name__icontains=typed).order_by("name")[:3])
    if len(found) == 1:
        return found[0]
    if not found:
        raise WhichDossier("Aucun dossier ne correspond. Saisissez son nom, son nom court ou "
                           "son SIREN.")  # fmt: skip
    names = ", ".join(f"{row.name} ({row.slug})" for row in found)
    raise WhichDossier(f"Plusieurs dossiers correspondent\u00a0: {names}… Saisissez le nom court.")


def _invited_answer(request: FirmRequest, made: Invitation) -> HttpResponse:
    sent = f"Invitation envoyée à {made.email}."
    prepared = f"Invitation de {made.email} préparée\u00a0: envoyez-la quand vous voudrez."
    messages.success(request, sent if made.sent_at else prepared)
    return redirect("people:list", request.firm.slug)


def _form_answer(request: FirmRequest, form: Invite, kind: str) -> HttpResponse:
    names = Dossier.objects.filter(firm=request.firm).order_by("name")[:200]
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "kind": kind, "dossiers": names if kind == "entreprise" else []}
    return render(request, "people/invite.html", context, status=status)


def open_invitation(request: FirmRequest, invitation_id: uuid.UUID) -> Invitation:
    """An open invitation of the firm, or to a dossier whose people one manages; then writable.

    Raises:
        NotFound: none such, or it is over.
    """
    open_clients(request)
    found = Invitation.objects.filter(pk=invitation_id, accepted_at=None, revoked_at=None).first()
    if found is None:
        raise NotFound("Cette invitation n’existe plus\u00a0: elle a été acceptée ou révoquée.")
    if found.dossier_id:
        slug = Dossier.objects.get(pk=found.dossier_id).slug
        open_dossier(request.user, slug, needs="dossier.people", write=True)
        scope.extend(firm=request.firm.pk)
    return found


@firm_view(needs="firm.manage_people", may=may_in_firm, methods=("POST",))
def send_invitation(request: FirmRequest, invitation_id: uuid.UUID) -> HttpResponse:
    """« Envoyer », « Renvoyer »: a fresh link; the former one stops working."""
    found = open_invitation(request, invitation_id)
    invitations.send_invitation(found, by=request.user)
    messages.success(request, f"Invitation envoyée à {found.email}.")
    return redirect("people:list", request.firm.slug)


@firm_view(needs="firm.manage_people", may=may_in_firm, methods=("POST",))
def revoke_invitation(request: FirmRequest, invitation_id: uuid.UUID) -> HttpResponse:
    """« Révoquer »: the link stops working."""
    found = open_invitation(request, invitation_id)
    invitations.revoke_invitation(found, by=request.user)
    messages.success(request, f"Invitation de {found.email} révoquée.")
    return redirect("people:list", request.firm.slug)
