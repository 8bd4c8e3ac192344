"""« Obligations » of a dossier, and « Échéances » of the firm."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from clients.access import DossierRequest, dossier_view
from clients.actions import obligations as acts
from clients.forms_obligations import MoveForm, OwnForm, ProfileForm
from clients.models import Obligation
from clients.queries import obligations, portfolio
from clients.queries.obligations import KINDS, SCOPES, Wanted
from clients.rights import may_in_firm
from firm import spreadsheets
from firm.access import FirmRequest, firm_view
from firm.errors import NotFound, refusals_in
from firm.formats import plural

STEP = 100
MOST = 5000
SAID = {"to_do": "remise à faire", "done": "faite", "not_applicable": "sans objet"}


@dossier_view(needs="books.read")
def calendar(request: DossierRequest) -> HttpResponse:
    """What the dossier files and pays, by day, and what that is planned from."""
    return _page(request)


def _page(
    request: DossierRequest,
    form: ProfileForm | None = None,
    own: OwnForm | None = None,
) -> HttpResponse:
    dossier = request.dossier
    wanted = Wanted.read(request.GET)
    counts = obligations.counts_of(dossier)
    context = {
        "dossier": dossier,
        "rows": obligations.of_dossier(dossier, wanted),
        "wanted": wanted,
        "tabs": [
            (scope, label[:1].upper() + label[1:], f"?etat={scope}", counts[scope])
            for scope, label in SCOPES
        ],
        "kinds": [(key, label) for key, label, _names in KINDS],
        "form": form or ProfileForm.of(obligations.profile_of(dossier)),
        "own": own or OwnForm(),
        "may_plan": request.rights.may("dossier.obligations"),
        "may_describe": request.rights.may("dossier.manage"),
    }
    refused = bool((form and form.errors) or (own and own.errors))
    return render(request, "clients/obligations.html", context, status=422 if refused else 200)


@dossier_view(needs="dossier.obligations", methods=("POST",))
def replan(request: DossierRequest) -> HttpResponse:
    """Save what the calendar depends on, and plan it."""
    form = ProfileForm(request.POST)
    if form.is_valid():
        with refusals_in(form, **ProfileForm.REFUSALS):
            done = acts.save_profile(request.dossier, by=request.user, **form.cleaned_data)
            messages.success(request, _said(done))
            return redirect("obligations:page", request.dossier.slug)
    return _page(request, form=form)


def _said(done: acts.PlanDone) -> str:
    if not done:
        return "Le calendrier est à jour."
    parts = [
        plural(count, f"obligation {one}", f"obligations {many}")
        for count, one, many in (
            (done.created, "ajoutée", "ajoutées"),
            (done.moved, "déplacée", "déplacées"),
            (done.removed, "retirée", "retirées"),
        )
        if count
    ]
    return f"Calendrier planifié\u00a0: {', '.join(parts)}."


@dossier_view(needs="dossier.obligations", methods=("POST",))
def add(request: DossierRequest) -> HttpResponse:
    """One that the rules do not know of."""
    form = OwnForm(request.POST)
    if form.is_valid():
        with refusals_in(form, obligation_invalid="label"):
            made = acts.add_obligation(request.dossier, by=request.user, **form.cleaned_data)
            undo = reverse("obligations:remove", args=[request.dossier.slug, made.pk])
            messages.success(request, "Obligation ajoutée.", extra_tags=f"undo:{undo}")
            return redirect("obligations:page", request.dossier.slug)
    return _page(request, own=form)


@dossier_view(needs="dossier.obligations", methods=("POST",))
def decide_one(request: DossierRequest, pk: int) -> HttpResponse:
    """« Fait », « Sans objet », « Remettre à faire »."""
    row = _found(request, pk)
    before = row.state
    state = request.POST.get("etat") or request.GET.get("etat", "")
    done = acts.decide(row, state=state, by=request.user)
    url = reverse("obligations:decide", args=[request.dossier.slug, pk])
    messages.success(
        request, f"{obligations.label_of(row)}\u00a0: {SAID[done.state]}.",
        extra_tags=f"undo:{url}?etat={before}",
    )  # fmt: skip
    return redirect("obligations:page", request.dossier.slug)


@dossier_view(needs="dossier.obligations", methods=("POST",))
def move(request: DossierRequest, pk: int) -> HttpResponse:
    """Another day."""
    row, form = _found(request, pk), MoveForm(request.POST)
    if form.is_valid():
        acts.move_obligation(row, due_on=form.cleaned_data["due_on"], by=request.user)
        messages.success(request, f"{obligations.label_of(row)}\u00a0: échéance au {form.said()}.")
    else:
        messages.error(request, str(form.errors["due_on"][0]))
    return redirect("obligations:page", request.dossier.slug)


@dossier_view(needs="dossier.obligations", methods=("POST",))
def remove(request: DossierRequest, pk: int) -> HttpResponse:
    """Take one that was added by hand away."""
    acts.remove_obligation(_found(request, pk), by=request.user)
    messages.success(request, "Obligation retirée.")
    return redirect("obligations:page", request.dossier.slug)


def _found(request: DossierRequest, pk: int) -> Obligation:
    row: Obligation | None = Obligation.objects.filter(dossier=request.dossier, pk=pk).first()
    if row is None:
        raise NotFound("Cette obligation n’existe pas dans ce dossier.")
    return row


@firm_view(needs="firm.open", may=may_in_firm)
def deadlines(request: FirmRequest) -> HttpResponse:
    """« Échéances »: what falls due in the dossiers that one sees."""
    seen = portfolio.reach(request.membership, request.GET.get("perimetre", ""))
    wanted = Wanted.read(request.GET)
    with seen.opened():
        try:
            rows = obligations.in_scope(wanted, request.GET.get("apres", ""))
        except ValueError:
            raise NotFound("Cette page de la liste n’existe pas.") from None
        total = obligations.in_scope(wanted).count()
        found = list(rows[: STEP + 1])
        shown = obligations.named(found[:STEP])
    query = request.GET.copy()
    if len(found) > STEP:
        last = found[STEP - 1]
        query["apres"] = f"{last.due_on.isoformat()}~{last.pk}"
    context: dict[str, Any] = {
        "rows": shown,
        "wanted": wanted,
        "total": total,
        "more": f"?{query.urlencode()}" if len(found) > STEP else "",
        "scopes": SCOPES,
        "kinds": [(key, label) for key, label, _names in KINDS],
        "tab": seen.tab,
        "perimeters": PERIMETERS if portfolio.has_every(request.membership) else [],
    }
    return render(request, "clients/deadlines.html", context)


PERIMETERS = [(portfolio.MINE, "Mes dossiers"), (portfolio.EVERY, "Tout le cabinet")]


@firm_view(needs="firm.open", may=may_in_firm)
def export(request: FirmRequest) -> HttpResponse:
    """The list as XLSX or CSV."""
    form = request.GET.get("format", "xlsx")
    if form not in spreadsheets.TYPES:
        raise NotFound("Choisissez le format XLSX ou CSV.")
    seen = portfolio.reach(request.membership, request.GET.get("perimetre", ""))
    with seen.opened():
        rows = obligations.named(list(obligations.in_scope(Wanted.read(request.GET))[:MOST]))
    return spreadsheets.download(
        form,
        f"echeances-{request.firm.slug}-{timezone.localdate():%Y-%m-%d}",
        ["Échéance", "Dossier", "Obligation", "Période", "État"],
        [
            [one.row.due_on, one.dossier, one.label, one.period, one.row.get_state_display()]
            for one in rows
        ],
        kinds=["date", "text", "text", "text", "text"],
    )
