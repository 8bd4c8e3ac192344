"""One asset: its plan year by year; making, changing, splitting, its exit and its return."""

from __future__ import annotations

from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from clients.access import DossierRequest, dossier_view
from firm.errors import BusinessError, NotFound
from firm.formats import amount
from ledger.actions.asset_exits import dispose_asset, net_value, undo_exit
from ledger.actions.assets import proposed, remove_assets, save_asset, share_openings, split_asset
from ledger.forms_assets import AssetForm, ExitForm, months_text, parts_of, said_in
from ledger.models import Entry, FixedAsset
from ledger.queries.asset_accounts import Chart
from ledger.queries.asset_detail import detail_of
from ledger.queries.asset_lines import Pending, pending_lines
from ledger.queries.asset_plans import Held, spans_of, standing, written
from ledger.queries.asset_takeover import starts_of_register
from ledger.queries.years import year_at, years_of
from ledger.views.assets.shared import find_asset, gone_to

EMPTY_PARTS = 4


@dossier_view(needs="books.read")
def detail(request: DossierRequest, pk: int) -> HttpResponse:
    """What it is, and its plan beside what is written."""
    asset = find_asset(pk)
    years = years_of(request.dossier)
    found = detail_of(request.dossier, asset, years)
    context = {
        "asset": asset, "detail": found, "may_manage": request.rights.may("assets.manage"),
        "source": Entry.objects.filter(pk=asset.source_entry_id).first(),
        "exit_entry": Entry.objects.filter(pk=asset.exit_entry_id).first(),
        "by_month": request.GET.get("detail") == "mois", "months": months_text(asset.months),
        "accounts": ", ".join(filter(None, (asset.depreciation_account, asset.charge_account))),
    }  # fmt: skip
    return render(request, "ledger/assets/asset.html", context)


@dossier_view(needs="assets.manage", methods=("GET", "POST"))
def new(request: DossierRequest) -> HttpResponse:
    """A new line: by hand, or from a line of the books (`ligne`)."""
    line = _line(request)
    if request.method == "POST":
        source = {"source_entry_id": line.entry_id, "source_line_no": line.line_no} if line else {}
        return _form(request, None, AssetForm(request.POST), source)
    if line:
        years = years_of(request.dossier)
        starts = starts_of_register(request.dossier, years)
        asset = proposed(request.dossier, line, Chart(request.dossier), starts, spans_of(years))
        share_openings([(line, asset)], starts)
        return _form(request, None, AssetForm.of(asset), {})
    return _form(request, None, AssetForm(), {})


def _line(request: DossierRequest) -> Pending | None:
    wanted = request.GET.get("ligne", "")
    if not wanted:
        return None
    rows = pending_lines(request.dossier, years_of(request.dossier))
    found = next((row for row in rows if row.key == wanted), None)
    if found is None:
        raise NotFound("Cette ligne est déjà dans le registre, ou n’est plus dans les livres.")
    return found


@dossier_view(needs="assets.manage", methods=("GET", "POST"))
def edit(request: DossierRequest, pk: int) -> HttpResponse:
    """Change a line."""
    asset = find_asset(pk)
    form = AssetForm(request.POST) if request.method == "POST" else AssetForm.of(asset)
    return _form(request, asset, form, {})


def _form(
    request: DossierRequest, asset: FixedAsset | None, form: AssetForm, more: dict[str, Any]
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        with said_in(form):
            made = save_asset(request.dossier, asset, by=request.user, **form.cleaned_data, **more)
            messages.success(request, "Immobilisation enregistrée.")
            return redirect("ledger:asset", request.dossier.slug, made.id)
    status = 422 if form.is_bound and form.errors else 200
    context = {"form": form, "asset": asset}
    return render(request, "ledger/assets/form.html", context, status=status)


@dossier_view(needs="assets.manage", methods=("POST",))
def remove(request: DossierRequest, pk: int) -> HttpResponse:
    """Take the line out of the register."""
    asset = find_asset(pk)
    remove_assets(request.dossier, [asset.id], by=request.user)
    messages.success(request, f"«\u00a0{asset.label}\u00a0» n’est plus dans le registre.")
    return redirect("ledger:assets", request.dossier.slug)


@dossier_view(needs="assets.manage", methods=("GET", "POST"))
def split(request: DossierRequest, pk: int) -> HttpResponse:
    """Make several lines of one."""
    asset = find_asset(pk)
    problem = ""
    labels = request.POST.getlist("part_label") or [asset.label]
    costs = request.POST.getlist("part_cost")
    if request.method == "POST":
        try:
            made = split_asset(asset, parts_of(request.POST), by=request.user)
        except BusinessError as error:
            problem = error.message
        except django_forms.ValidationError as error:
            problem = " ".join(error.messages)
        else:
            messages.success(request, f"Fiche partagée en {len(made)}.")
            return redirect("ledger:assets", request.dossier.slug)
    size = max(len(labels), len(costs), EMPTY_PARTS)
    rows = [
        (labels[at] if at < len(labels) else "", costs[at] if at < len(costs) else "")
        for at in range(size)
    ]
    context = {"asset": asset, "rows": rows, "problem": problem}
    return render(request, "ledger/assets/split.html", context, status=422 if problem else 200)


@dossier_view(needs="assets.manage", methods=("GET", "POST"))
def leave(request: DossierRequest, pk: int) -> HttpResponse:
    """Sell it or throw it away."""
    asset = find_asset(pk)
    form = ExitForm(request.POST) if request.method == "POST" else ExitForm()
    if request.method == "POST" and form.is_valid():
        with said_in(form):
            gone = dispose_asset(asset, by=request.user, **form.cleaned_data)
            messages.success(
                request, _said(request, gone),
                extra_tags="undo:"
                + reverse("ledger:asset_back", args=[request.dossier.slug, asset.id]),
            )  # fmt: skip
            return redirect("ledger:asset", request.dossier.slug, asset.id)
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "ledger/assets/exit.html", {"asset": asset, "form": form}, status=status)


def _said(request: DossierRequest, asset: FixedAsset) -> str:
    """« Sortie écrite : valeur nette …, résultat … »."""
    years = years_of(request.dossier)
    assert asset.disposed_on is not None
    year = year_at(years, asset.disposed_on)
    known = spans_of(years)
    span = next(one for one in known if year and one.start == year.start)
    held = written(request.dossier, asset.id).get(asset.id) or Held()
    net = net_value(standing(asset, span, known, held))
    result = (asset.disposal_price or 0) - net
    word = "plus-value" if result >= 0 else "moins-value"
    return f"Sortie écrite\u00a0: valeur nette {amount(net)}, {word} de {amount(abs(result))}."


@dossier_view(needs="assets.manage", methods=("POST",))
def back(request: DossierRequest, pk: int) -> HttpResponse:
    """Bring it back: the entries of its exit go."""
    asset = undo_exit(find_asset(pk), by=request.user)
    messages.success(request, f"La sortie de «\u00a0{asset.label}\u00a0» est annulée.")
    return gone_to(request, reverse("ledger:asset", args=[request.dossier.slug, asset.id]))
