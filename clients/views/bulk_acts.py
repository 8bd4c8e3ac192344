"""Acts on many dossiers: each is asked for here, previewed by a job, and confirmed on its page."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render

from clients.actions.bulk_accounts import preview_assignment, preview_disconnection, preview_lock
from clients.forms_accounts import AssignManyForm, LockForm
from clients.models import Dossier
from clients.queries import portfolio
from clients.queries.filters import Filters, is_id
from clients.rights import may_in_firm
from firm.access import FirmRequest, firm_view
from firm.errors import BusinessError, refusals_in
from firm.models import User

MOST_IDS = 20_000


class NothingTicked(BusinessError):
    """An act on many needs one at least."""

    code = "nothing_ticked"
    title = "Rien n’est coché"


def ticked_ids(request: FirmRequest) -> list[int]:
    """What was ticked one by one."""
    return [int(pk) for pk in request.POST.getlist("ids")[:MOST_IDS] if is_id(pk)]


def _of_list(request: FirmRequest) -> list[Dossier]:
    """The clients ticked in the open tab, or all that its filters keep, by name."""
    seen = portfolio.reach(
        request.membership, request.GET.get("onglet", ""), Filters.read(request.GET)
    )
    with seen.opened():
        kept = portfolio.totals(seen).ids
    if request.POST.get("tout") != "1":
        kept &= frozenset(ticked_ids(request))
    found = list(Dossier.objects.filter(pk__in=kept).order_by("name_key", "id"))
    if not found:
        raise NothingTicked("Cochez au moins un client.")
    return found


@firm_view(needs="firm.open", may=may_in_firm, methods=("POST",))
def disconnect_clients(request: FirmRequest) -> HttpResponse:
    """« Déconnecter » of the list of clients."""
    return part(request, _of_list(request))


@firm_view(needs="firm.open", may=may_in_firm, methods=("POST",))
def lock_clients(request: FirmRequest) -> HttpResponse:
    """« Date de restriction » of the list of clients."""
    return lock(request, _of_list(request))


@firm_view(needs="firm.open", may=may_in_firm, methods=("POST",))
def assign_clients(request: FirmRequest) -> HttpResponse:
    """« Affecter » of the list of clients."""
    return assign(request, _of_list(request))


def part(request: FirmRequest, dossiers: list[Dossier]) -> HttpResponse:
    """Preview the parting of these dossiers from the firm."""
    job = preview_disconnection(request.firm, dossiers, by=request.user)
    return redirect("clients:job", request.firm.slug, job.pk)


def lock(request: FirmRequest, dossiers: list[Dossier]) -> HttpResponse:
    """Choose a restriction, then preview it."""
    is_sent = "lock_mode" in request.POST
    form = LockForm(request.POST if is_sent else None)
    if is_sent and form.is_valid():
        job = preview_lock(request.firm, dossiers, by=request.user, **form.cleaned_data)
        return redirect("clients:job", request.firm.slug, job.pk)
    return _ask(request, "clients/bulk_lock.html", form, dossiers)


def assign(request: FirmRequest, dossiers: list[Dossier]) -> HttpResponse:
    """Choose a colleague, then preview his assignment."""
    is_sent = "person" in request.POST
    people = portfolio.colleagues(request.membership)
    form = AssignManyForm(request.POST if is_sent else None, people=people)
    if is_sent and form.is_valid():
        with refusals_in(form, not_of_the_firm="person"):
            person = User.objects.get(pk=form.cleaned_data["person"])
            job = preview_assignment(request.firm, dossiers, person=person, by=request.user)
            return redirect("clients:job", request.firm.slug, job.pk)
    return _ask(request, "clients/bulk_assign.html", form, dossiers)


def _ask(request: FirmRequest, template: str, form: Any, dossiers: list[Dossier]) -> HttpResponse:
    """The form; what was ticked goes along, « everything » as such."""
    context = {
        "form": form,
        "count": len(dossiers),
        "ids": [] if request.POST.get("tout") == "1" else [row.pk for row in dossiers],
        "search": request.POST.get("q", ""),
    }
    status = 422 if form.is_bound else 200
    return render(request, template, context, status=status)
