"""One person of the firm's page: what opens to him and why, and what may be done about it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from clients import powers
from clients.access import open_dossier
from clients.actions import assignments, blocks, members
from clients.actions.invitations import RoleTooHigh
from clients.forms_people import Address, Role, assignable, firm_roles
from clients.models import Dossier, DossierGrant
from clients.queries.people_access import Reason, reasons
from clients.queries.people_leaving import departure
from clients.rights import may_in_firm
from clients.views.people_scope import find_person, is_fragment, open_clients, open_for
from firm.access import FirmRequest, firm_view
from firm.errors import BusinessError
from firm.models import Block, Membership, User
from firm.spreadsheets import download

SHOWN = 50
DEPARTURE = ("Dossier", "Nom court", "Rôle", "Pourquoi", "À remettre", "Jusqu’au")


@firm_view(needs="firm.see_people", may=may_in_firm)
def person(request: FirmRequest, user_id: int) -> HttpResponse:
    """The drawer of one person; opened by its address, a page."""
    return _show(request, user_id)


def _show(request: FirmRequest, user_id: int, refusal: str = "") -> HttpResponse:
    ids = open_clients(request)
    one = find_person(request, user_id)
    held = reasons(request.firm.pk, ids, person=one.pk)
    rows = _rows(held)
    theirs = Membership.objects.select_related("custom_role").filter(
        firm=request.firm, user=one).first()  # fmt: skip
    may_manage = may_in_firm(request.membership, "firm.manage_people") and (
        theirs is None or powers.of_member(request.membership).covers(powers.of_member(theirs))
    )
    key = f"c{theirs.custom_role_id}" if theirs and theirs.custom_role_id else ""
    context = {
        "one": one,
        "membership": theirs,
        "rows": rows[:SHOWN],
        "total": len(rows),
        "shut_out": Block.objects.select_related("created_by").filter(
            firm=request.firm, user=one).first(),
        "may_manage": may_manage,
        "is_self": one.pk == request.user.pk,
        "role": Role(roles=firm_roles(request.membership),
                     initial={"role": key or (theirs.role if theirs else "")}),
        "address": Address(),
        "refusal": refusal,
    }  # fmt: skip
    template = "people/person.html" if is_fragment(request) else "people/person_page.html"
    return render(request, template, context, status=422 if refusal else 200)


def _rows(held: dict[tuple[int, int], list[Reason]]) -> list[tuple[Dossier, list[Reason]]]:
    dossiers = Dossier.objects.in_bulk([dossier for _person, dossier in held])
    rows = [(dossiers[dossier], why) for (_person, dossier), why in held.items()]
    return sorted(rows, key=lambda row: (row[0].name.lower(), row[0].pk))


def _answer(request: FirmRequest, user_id: int, said: str) -> HttpResponse:
    messages.success(request, said)
    return redirect("people:person", request.firm.slug, user_id)


@firm_view(needs="firm.manage_people", may=may_in_firm, methods=("POST",))
def change_role(request: FirmRequest, user_id: int) -> HttpResponse:
    """Another role in the firm."""
    open_clients(request)
    one = find_person(request, user_id)
    form = Role(request.POST, roles=firm_roles(request.membership))
    if not form.is_valid():
        raise RoleTooHigh("Ce rôle n’est pas de ceux que vous pouvez donner.")
    members.change_firm_role(request.firm, one, **form.role_given(), by=request.user)
    return _answer(request, one.pk, f"Rôle de {one} changé.")


@firm_view(needs="firm.manage_people", may=may_in_firm, methods=("POST",))
def block(request: FirmRequest, user_id: int) -> HttpResponse:
    """« Bloquer »: nothing of the firm opens to him from the next page on."""
    open_clients(request)
    one = find_person(request, user_id)
    blocks.block(request.firm, one, reason=request.POST.get("reason", "").strip(), by=request.user)
    return _answer(request, one.pk, f"{one} est bloqué.")


@firm_view(needs="firm.manage_people", may=may_in_firm, methods=("POST",))
def unblock(request: FirmRequest, user_id: int) -> HttpResponse:
    """« Débloquer »: the roles that he had come back."""
    open_clients(request)
    one = find_person(request, user_id)
    blocks.unblock(request.firm, one, by=request.user)
    return _answer(request, one.pk, f"{one} est débloqué.")


@firm_view(needs="firm.manage_people", may=may_in_firm, methods=("POST",))
def detach(request: FirmRequest, user_id: int) -> HttpResponse:
    """« Détacher du cabinet »: his role and his assignments end."""
    open_clients(request)
    one = find_person(request, user_id)
    members.detach_from_firm(request.firm, one, by=request.user)
    messages.success(request, f"{one} ne travaille plus dans le cabinet.")
    return redirect("people:list" if one.pk != request.user.pk else "home",
                    *([request.firm.slug] if one.pk != request.user.pk else []))  # fmt: skip


@firm_view(needs="firm.manage_people", may=may_in_firm, methods=("POST",))
def detach_from_dossier(request: FirmRequest, user_id: int) -> HttpResponse:
    """« Détacher du dossier »: from that one alone."""
    open_clients(request)
    one = find_person(request, user_id)
    slug = request.POST.get("dossier", "")
    dossier, held = open_dossier(request.user, slug, needs="dossier.open", write=True)
    grant = DossierGrant.objects.filter(dossier=dossier, user=one).first()
    if grant is not None and grant.role == DossierGrant.Role.ASSIGNED:
        held.require("dossier.assign")
        assignments.unassign(dossier, one, by=request.user)
    else:
        held.require("dossier.people")
        members.detach_from_dossier(dossier, one, by=request.user)
    return _answer(request, one.pk, f"{one} est détaché de {dossier}.")


@firm_view(needs="firm.manage_people", may=may_in_firm, methods=("POST",))
def change_address(request: FirmRequest, user_id: int) -> HttpResponse:
    """A client's address, by an administrator of his firm."""
    open_clients(request)
    one = find_person(request, user_id)
    members.change_address(request.firm, one, email=request.POST.get("email", ""), by=request.user)
    return _answer(request, one.pk, "Adresse changée.")


@firm_view(needs="firm.audit", may=may_in_firm)
def leaving(request: FirmRequest, user_id: int) -> HttpResponse:
    """« Rapport de départ »: all that is open to him, and what somebody must take over."""
    ids = open_clients(request)
    one = find_person(request, user_id)
    report = departure(request.firm, one, ids)
    if form := request.GET.get("format"):
        table = (
            (row.dossier.name, row.dossier.slug, row.roles, row.why, row.to_hand_over, row.until)
            for row in report.rows
        )
        return download(form, f"depart-{one.pk}", DEPARTURE, table)
    context: dict[str, Any] = {
        "one": one,
        "report": report,
        "rows": report.rows[:200],
        "membership": Membership.objects.filter(firm=request.firm, user=one).first(),
        "heirs": [pair for pair in assignable(request.firm) if pair[0] != str(one.pk)],
        "may_manage": may_in_firm(request.membership, "firm.manage_people"),
    }
    return render(request, "people/leaving.html", context)


@firm_view(needs="firm.manage_people", may=may_in_firm, methods=("POST",))
def hand_over(request: FirmRequest, user_id: int) -> HttpResponse:
    """« Remettre ses dossiers » to a colleague."""
    ids = open_clients(request)
    one = find_person(request, user_id)
    typed = request.POST.get("heir", "")
    heir = User.objects.filter(pk=int(typed)).first() if typed.isdecimal() else None
    if heir is None:
        raise NoHeir("Choisissez à qui remettre les dossiers.")
    open_for(request, ids, "dossier.assign")
    assigned, owned = members.hand_over(request.firm, of=one, to=heir, by=request.user)
    messages.success(
        request, f"{heir} reprend {assigned} affectation(s) et {owned} propriété(s) de dossier."
    )
    return redirect("people:leaving", request.firm.slug, one.pk)


class NoHeir(BusinessError):
    """Nobody was chosen to take over."""

    code = "no_heir"
    title = "Reprise sans destinataire"
