"""« Date de restriction » of a dossier, and who may pass it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from clients.access import DossierRequest, dossier_view
from clients.actions import locks
from clients.forms_notices import LockExceptionForm, LockForm
from clients.models import LockException
from clients.queries.dossier_people import people_of
from firm.errors import NotFound, refusals_in
from firm.models import User


def _people(request: DossierRequest) -> list[User]:
    """Whom an exception may be for: everybody who opens the dossier."""
    return [person.user for person in people_of(request.dossier) if person.user.is_active]


def _page(
    request: DossierRequest,
    form: LockForm | None = None,
    exception: LockExceptionForm | None = None,
    status: int = 200,
) -> HttpResponse:
    dossier = request.dossier
    people = _people(request)
    names = {one.pk: one.get_full_name() for one in people}
    exceptions = LockException.objects.filter(dossier=dossier).select_related("user")
    context = {
        "form": form
        or LockForm(initial={"lock_mode": dossier.lock_mode, "lock_date": dossier.lock_date}),
        "exception": exception or LockExceptionForm(people=people),
        "exceptions": [
            (one, names.get(one.created_by or 0, "")) for one in exceptions.order_by("-until")
        ],
        "dossier": dossier,
    }
    return render(request, "clients/restriction.html", context, status=status)


@dossier_view(needs="dossier.lock", methods=("GET", "POST"))
def restriction(request: DossierRequest) -> HttpResponse:
    """The date, its mode, and the exceptions."""
    if request.method != "POST":
        return _page(request)
    form = LockForm(request.POST)
    if form.is_valid():
        with refusals_in(form, lock_incomplete="lock_date", lock_reason_missing="reason"):
            has_moved = locks.set_lock(request.dossier, by=request.user, **form.cleaned_data)
            messages.success(
                request, "Restriction enregistrée." if has_moved else "Rien n’a changé."
            )
            return redirect("locks:page", request.dossier.slug)
    return _page(request, form=form, status=422)


@dossier_view(needs="dossier.lock", methods=("POST",))
def allow(request: DossierRequest) -> HttpResponse:
    """Let one person pass."""
    form = LockExceptionForm(request.POST, people=_people(request))
    if form.is_valid():
        with refusals_in(form):
            locks.allow_exception(request.dossier, by=request.user, **form.wanted())
            messages.success(request, "Exception accordée.")
            return redirect("locks:page", request.dossier.slug)
    return _page(request, exception=form, status=422)


@dossier_view(needs="dossier.lock", methods=("POST",))
def end(request: DossierRequest, pk: int) -> HttpResponse:
    """End an exception now."""
    found = LockException.objects.filter(dossier=request.dossier, pk=pk).first()
    if found is None:
        raise NotFound("Cette exception n’existe pas.")
    locks.end_exception(request.dossier, found, by=request.user)
    messages.success(request, "L’exception est terminée.")
    return redirect("locks:page", request.dossier.slug)
