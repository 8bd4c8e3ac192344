"""« Dotations »: what a year still lacks, previewed; written on confirmation, and taken back."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from clients.access import DossierRequest, dossier_view
from firm.errors import BusinessError
from firm.formats import amount, plural
from ledger.actions.asset_charges import undo_charges, write_charges
from ledger.forms_assets import ChargesForm
from ledger.queries.asset_accounts import Chart
from ledger.queries.asset_charges import GROUPINGS, batches, drafted, due_standings, mark
from ledger.queries.years import years_of
from ledger.views.assets.shared import base_context, gone_to
from ledger.views.books.cells import books_url


@dossier_view(needs="books.read")
def preview(request: DossierRequest) -> HttpResponse:
    """The entries that would be written for a year, and the batches that were."""
    years = years_of(request.dossier)
    form = ChargesForm(request.GET, years=years)
    context = base_context(request, form, "dotations")
    context |= {"groupings": list(GROUPINGS.items()), "grouping": form.grouping}
    if form.span and form.year:
        due = due_standings(request.dossier, form.span, years)
        drafts = drafted(due, Chart(request.dossier), grouping=form.grouping, day=form.span.end)
        context |= {
            "drafts": drafts, "mark": mark(drafts), "assets": len(due),
            "total": sum(draft.total for draft in drafts),
            "fiches_word": "fiche" if len(due) == 1 else "fiches",
            "entries_word": "écriture" if len(drafts) == 1 else "écritures",
            "batches": batches(request.dossier, form.span), "year": form.year,
        }  # fmt: skip
    return render(request, "ledger/assets/charges.html", context)


@dossier_view(needs="assets.manage", methods=("POST",))
def write(request: DossierRequest) -> HttpResponse:
    """Write what the preview showed."""
    form = ChargesForm(request.POST, years=years_of(request.dossier))
    url = books_url(request.dossier, "asset_charges", exercice=form.chosen)
    if form.span is None:
        messages.error(request, "Ouvrez un exercice d’abord (menu «\u00a0Exercices\u00a0»).")
        return redirect(url)
    try:
        made = write_charges(
            request.dossier, form.span, by=request.user, grouping=form.grouping,
            seen=request.POST.get("vu", ""),
        )  # fmt: skip
    except BusinessError as error:
        messages.error(request, error.message)
        return redirect(url)
    undo = reverse("ledger:asset_charges_undo", args=[request.dossier.slug, made.id])
    undo += f"?ex={form.chosen}"
    said = plural(made.entries, "écriture de dotation écrite", "écritures de dotations écrites")
    messages.success(request, f"{said}, {amount(made.total)}.", extra_tags=f"undo:{undo}")
    return redirect(url)


@dossier_view(needs="assets.manage", methods=("POST",))
def undo(request: DossierRequest, batch: uuid.UUID) -> HttpResponse:
    """Take a batch back."""
    count = undo_charges(request.dossier, batch, by=request.user)
    said = plural(count, "écriture retirée", "écritures retirées")
    messages.success(request, f"Dotations annulées\u00a0: {said}.")
    url = books_url(request.dossier, "asset_charges", exercice=request.GET.get("ex"))
    return gone_to(request, url)
