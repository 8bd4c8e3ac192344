"""« Rôles et droits »: the matrix as the permission table says it, and the firm's own roles."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from clients import powers, rights
from clients.actions import roles
from clients.forms_people import CustomRoleForm
from clients.queries.people_roles import custom_roles, matrix
from clients.rights import may_in_firm
from firm.access import FirmRequest, firm_view
from firm.errors import NotFound, refusals_in
from firm.models import CustomRole


@firm_view(needs="firm.see_people", may=may_in_firm)
def role_list(request: FirmRequest) -> HttpResponse:
    """The matrix, and the custom roles with who holds them."""
    context = {
        "matrix": matrix(),
        "custom": custom_roles(request.firm),
        "may_manage": may_in_firm(request.membership, "firm.manage_people"),
    }
    return render(request, "people/roles.html", context)


@firm_view(needs="firm.manage_people", may=may_in_firm, methods=("GET", "POST"))
def new_role(request: FirmRequest) -> HttpResponse:
    """A role of the firm's own; `?pour=dossier` makes one for clients' users."""
    kind = request.GET.get("pour", "")
    return _edit(request, None, kind if kind in CustomRole.Kind.values else CustomRole.Kind.FIRM)


@firm_view(needs="firm.manage_people", may=may_in_firm, methods=("GET", "POST"))
def role(request: FirmRequest, role_id: int) -> HttpResponse:
    """Change a role; its holders have the new rights at once."""
    found = _find(request, role_id)
    return _edit(request, found, found.kind)


def _find(request: FirmRequest, role_id: int) -> CustomRole:
    found = CustomRole.objects.filter(pk=role_id, firm=request.firm).first()
    if found is None:
        raise NotFound("Ce rôle n’existe pas.")
    return found


def _edit(request: FirmRequest, found: CustomRole | None, kind: str) -> HttpResponse:
    mine = powers.of_member(request.membership)
    may_give = mine.on_dossiers | mine.in_firm
    if kind == CustomRole.Kind.DOSSIER:
        may_give = mine.on_dossiers
        if mine.on_dossiers >= roles.CHIEF:
            may_give |= rights.of_role("client_admin")
    initial = {"name": found.name, "reach": found.reach, "named": found.rights} if found else {}
    form = CustomRoleForm(request.POST or None, initial=initial or None, kind=kind,
                          may_give=may_give)  # fmt: skip
    if request.method == "POST" and form.is_valid():
        with refusals_in(form, role_name_taken="name", role_too_high="named"):
            given = form.cleaned_data
            reach = given.get("reach") or CustomRole.Reach.ASSIGNED
            saved = roles.save_custom_role(
                request.firm, name=given["name"].strip(), kind=kind, reach=reach,
                named=given["named"], by=request.user, role=found,
            )  # fmt: skip
            messages.success(request, f"Rôle « {saved.name} » enregistré.")
            return redirect("people:roles", request.firm.slug)
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "role": found, "kind": kind}
    return render(request, "people/role.html", context, status=status)


@firm_view(needs="firm.manage_people", may=may_in_firm, methods=("POST",))
def delete_role(request: FirmRequest, role_id: int) -> HttpResponse:
    """Remove a role that nobody holds."""
    found = _find(request, role_id)
    roles.delete_custom_role(found, by=request.user)
    messages.success(request, f"Rôle « {found.name} » supprimé.")
    return redirect("people:roles", request.firm.slug)
