"""The register in a year, lines of the books that it lacks, and its tie with the ledger."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from clients.access import DossierRequest, dossier_view
from firm.errors import BusinessError
from firm.formats import plural
from ledger.actions.assets import register_lines, remove_assets
from ledger.forms_assets import STATE_LABELS, AssetListForm, YearChoiceForm
from ledger.queries.asset_lines import pending_lines
from ledger.queries.asset_plans import Standing
from ledger.queries.assets import Totals, after, every_standing, ties, wanted
from ledger.queries.years import years_of
from ledger.views.assets.shared import base_context, gone_to, pick
from ledger.views.books.cells import books_url, next_url

PAGE = 100
MOST_UNDONE_BY_TOAST = 100


@dossier_view(needs="books.read")
def register(request: DossierRequest) -> HttpResponse:
    """The register at the end of a year, with its totals."""
    years = years_of(request.dossier)
    form = AssetListForm(request.GET, years=years)
    context = base_context(request, form, "registre") | {"table": "immobilisations"}
    if form.span:
        rows = every_standing(request.dossier, form.span, years)
        kept = wanted(rows, form.filters())
        shown, more = after(kept, form.read("apres"), PAGE)
        context |= {
            "rows": shown, "totals": Totals.of(kept), "more": next_url(request, more),
            "is_empty": not rows, "states": list(STATE_LABELS.items()),
            "roots": _roots(rows), "groups": _groups(kept),
        }  # fmt: skip
    return render(request, "ledger/assets/register.html", context)


def _roots(rows: list[Standing]) -> list[tuple[str, str]]:
    """Accounts to filter by."""
    return [(number, number) for number in sorted({row.asset.account for row in rows})]


def _groups(rows: list[Standing]) -> list[tuple[str, Totals]]:
    """The totals of each account."""
    numbers = sorted({row.asset.account for row in rows})
    return [
        (number, Totals.of([row for row in rows if row.asset.account == number]))
        for number in numbers
    ]


@dossier_view(needs="assets.manage", methods=("POST",))
def remove(request: DossierRequest) -> HttpResponse:
    """Take what is ticked out of the register, or what `ids` of the address names (an undo)."""
    typed = [*pick(request), *request.GET.getlist("ids")]
    ids = [int(one) for one in typed if one.isdigit() and len(one) < 19]
    url = books_url(request.dossier, "assets")
    try:
        count = remove_assets(request.dossier, ids, by=request.user)
    except BusinessError as error:
        messages.error(request, error.message)
        return gone_to(request, url)
    said = plural(count, "fiche retirée du registre", "fiches retirées du registre")
    messages.success(request, f"{said}.")
    return gone_to(request, url)


@dossier_view(needs="books.read")
def lines(request: DossierRequest) -> HttpResponse:
    """« À immobiliser »: debits of class 2 that no line of the register names."""
    years = years_of(request.dossier)
    form = YearChoiceForm(request.GET, years=years)
    rows = pending_lines(request.dossier, years)
    total = sum(row.cents for row in rows)
    context = base_context(request, form, "lignes") | {"rows": rows, "total": total}
    return render(request, "ledger/assets/lines.html", context)


@dossier_view(needs="assets.manage", methods=("POST",))
def take_lines(request: DossierRequest) -> HttpResponse:
    """Register the lines ticked, with the plan usual for their accounts."""
    keys = pick(request)
    if request.POST.get("tout") == "1":
        keys = [line.key for line in pending_lines(request.dossier, years_of(request.dossier))]
    try:
        made = register_lines(request.dossier, keys, by=request.user)
    except BusinessError as error:
        messages.error(request, error.message)
        return redirect("ledger:asset_lines", request.dossier.slug)
    said = plural(len(made), "ligne immobilisée", "lignes immobilisées")
    undo = ""
    if len(made) <= MOST_UNDONE_BY_TOAST:
        ids = "&".join(f"ids={one.id}" for one in made)
        undo = f"undo:{reverse('ledger:assets_remove', args=[request.dossier.slug])}?{ids}"
    messages.success(request, f"{said}\u00a0: vérifiez durées et dates.", extra_tags=undo)
    return redirect(books_url(request.dossier, "assets"))


@dossier_view(needs="books.read")
def tie(request: DossierRequest) -> HttpResponse:
    """The register beside the accounts 2 and 28 of the ledger."""
    years = years_of(request.dossier)
    form = YearChoiceForm(request.GET, years=years)
    context = base_context(request, form, "rapprochement")
    if form.span and form.year and form.year.lines:
        rows = every_standing(request.dossier, form.span, years)
        pending = pending_lines(request.dossier, years)
        found = ties(request.dossier, form.span, years, rows, pending)
        context |= {
            "ties": found, "gaps": sum(1 for one in found if one.gap),
            "unexplained": sum(1 for one in found if one.unexplained),
        }  # fmt: skip
    return render(request, "ledger/assets/ties.html", context)
