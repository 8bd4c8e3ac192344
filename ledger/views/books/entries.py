"""Entries: the list, one entry with its provenance, a lettering."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from clients.access import DossierRequest, dossier_view
from firm.errors import NotFound
from ledger.forms import EntriesForm
from ledger.models import Entry, EntryLine, EntrySeal
from ledger.queries import entries as books
from ledger.queries.journals import journals_of
from ledger.queries.reversals import reversal_of
from ledger.queries.years import years_of
from ledger.views.books.cells import next_url, period_page
from ledger.views.books.entry_side import beside


@dossier_view(needs="books.read")
def entries(request: DossierRequest) -> HttpResponse:
    """« Écritures »: filtered by journal, month, words and amount, the latest first."""
    form = EntriesForm(request.GET, years=years_of(request.dossier))
    filters = form.filters()
    context: dict[str, Any] = {"form": form}
    if filters:
        page = books.entry_page(request.dossier, filters, form.read("apres"))
        context |= {
            "page": page,
            "totals": books.entry_totals(request.dossier, filters),
            "more": next_url(request, page.after),
            "journals": [
                (row.id, f"{row.code} · {row.label}") for row in journals_of(request.dossier)
            ],
        }
    return period_page(request, "ledger/entries.html", context, form.period)


def _found(request: DossierRequest, entry_id: int) -> Entry:
    entry = books.find_entry(request.dossier, entry_id)
    if entry is None:
        raise NotFound("Cette écriture n’existe pas ou ne vous est pas ouverte.")
    return entry


@dossier_view(needs="books.read")
def entry(request: DossierRequest, entry_id: int) -> HttpResponse:
    """One entry: its lines, where it comes from, what was made from it."""
    found = _found(request, entry_id)
    lines = books.lines_of(request.dossier, [found])[found.id]
    before, after = books.neighbours(request.dossier, found)
    context = {
        "entry": found,
        "lines": [(line, _raw_url(request, found, line.line_no)) for line in lines],
        "source_url": _raw_url(request, found, found.first_line),
        "sums": _sums(lines),
        "has_third_party": any(line.third_party_id for line in lines),
        "has_labels": any(line.label != found.label or line.foreign_amount for line in lines),
        "columns": 8,
        "may_import": request.rights.may("fec.import"),
        "invoices": books.invoices_of_entry(request.dossier, found),
        "reversal": reversal_of(found) if found.state == Entry.State.VALIDATED else None,
        "seal": EntrySeal.objects.filter(entry=found).first(),
        "may_validate": request.rights.may("books.validate"),
        "may_write": request.rights.may("books.write"),
        "before": before,
        "after": after,
        **beside(request, found),
    }
    return render(request, "ledger/entry.html", context)


@dossier_view(needs="books.read")
def entry_lines(request: DossierRequest, entry_id: int) -> HttpResponse:
    """The lines of an entry, unfolded under it in a list."""
    found = _found(request, entry_id)
    lines = books.lines_of(request.dossier, [found])[found.id]
    context = {"entry": found, "lines": lines, "columns": _columns(request)}
    return render(request, "ledger/entry_lines.html", context)


@dossier_view(needs="books.read")
def lettering(request: DossierRequest, lettering_id: int) -> HttpResponse:
    """The lines that settle each other, unfolded under one of them."""
    found = books.find_lettering(request.dossier, lettering_id)
    if found is None:
        raise NotFound("Ce lettrage n’existe pas ou ne vous est pas ouvert.")
    lines = books.lines_of_lettering(request.dossier, found)
    context = {
        "lettering": found, "lines": lines, "sums": _sums(lines), "columns": _columns(request),
    }  # fmt: skip
    return render(request, "ledger/lettering.html", context)


def _columns(request: DossierRequest) -> int:
    """How many columns the table has in which the fragment goes."""
    asked = request.GET.get("colonnes", "")
    return int(asked) if asked.isdigit() and len(asked) < 3 else 8


def _sums(lines: Sequence[EntryLine]) -> dict[str, int]:
    return {
        "debit": sum(line.debit for line in lines),
        "credit": sum(line.credit for line in lines),
    }


def _raw_url(request: DossierRequest, found: Entry, line: int | None) -> str:
    """Where the line stands in its file; empty for an entry that no file brought.

    Also for whoever may not open the imports: the place is then told without a link.
    """
    if found.fec_import_id is None or line is None or not request.rights.may("fec.import"):
        return ""
    return reverse("ledger:import_line", args=[request.dossier.slug, found.fec_import_id, line])
