"""Journals by month, the journal centralisateur, and one journal with its lines."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString

from clients.access import DossierRequest, dossier_view
from firm.errors import NotFound
from firm.formats import SHORT_MONTHS, plural
from firm.templatetags.formats import amount
from ledger.forms import JournalForm
from ledger.models import Journal
from ledger.queries.accounts import find_journal
from ledger.queries.entries import EntryFilters, entry_page, entry_totals, lines_of
from ledger.queries.journals import JournalSums, by_journal, by_month, journal_months
from ledger.queries.years import Year, month_label, period_of_year, years_of
from ledger.views.books.cells import books_url, next_url, year_query


class MonthCell(NamedTuple):
    """A journal in a month: what it holds and where its entries are."""

    amount: SafeString
    url: str
    title: str


class CentraliserRow(NamedTuple):
    """One `<tr>` of the journal centralisateur."""

    kind: str
    code: str
    label: str
    url: str
    entries: int
    debit: SafeString
    credit: SafeString


TABS = (("journaux", "Par mois", "journals"), ("centralisateur", "Centralisateur", "centraliser"))


def _context(request: DossierRequest) -> tuple[JournalForm, dict[str, Any]]:
    """The fiscal year asked for, and what both pages of journals share."""
    form = JournalForm(request.GET, years=years_of(request.dossier))
    query = year_query(form.year)
    tabs = [(key, label, books_url(request.dossier, name, **query)) for key, label, name in TABS]
    return form, {"form": form, "tabs": tabs, "year": form.year}


@dossier_view(needs="books.read")
def journals(request: DossierRequest) -> HttpResponse:
    """« Journaux »: a row a journal, a column a month of the fiscal year."""
    form, context = _context(request)
    if form.year:
        context |= _matrix(request, form.year, journal_months(request.dossier, form.year))
    return render(request, "ledger/journals.html", context)


def _matrix(request: DossierRequest, year: Year, sums: Sequence[JournalSums]) -> dict[str, Any]:
    """Months with entries outside the year keep a column: nothing counted is hidden."""
    months = sorted({cell.month for cell in sums} | set(period_of_year([year], year).months()))
    rows = by_journal(sums)
    return {
        "months": [(SHORT_MONTHS[day.month - 1], f"{day:%y}", month_label(day)) for day in months],
        "rows": [
            {
                "row": row,
                "url": _journal_url(request, row.journal_id, year),
                "cells": [_cell(request, year, row.cells.get(day)) for day in months],
            }
            for row in rows
        ],
        "totals": [
            amount(sum(row.cells[day].debit for row in rows if day in row.cells)) for day in months
        ],
        "total": sum(row.debit for row in rows),
        "entries": sum(row.entries for row in rows),
    }


def _journal_url(
    request: DossierRequest, journal_id: int, year: Year, month: dt.date | None = None
) -> str:
    query = {**year_query(year), "journal": journal_id, "mois": f"{month:%Y-%m}" if month else ""}
    return books_url(request.dossier, "journal", **query)


def _cell(request: DossierRequest, year: Year, sums: JournalSums | None) -> MonthCell | None:
    if sums is None:
        return None
    title = f"{sums.code}, {month_label(sums.month)} : {plural(sums.entries, 'écriture')}"
    url = _journal_url(request, sums.journal_id, year, sums.month)
    return MonthCell(amount(sums.debit), url, title)


@dossier_view(needs="books.read")
def centraliser(request: DossierRequest) -> HttpResponse:
    """« Journal centralisateur »: a month's total of each journal, then the month's."""
    form, context = _context(request)
    if form.year:
        sums = journal_months(request.dossier, form.year)
        context |= {
            "rows": list(_centralised(request, form.year, sums)),
            "entries": sum(cell.entries for cell in sums),
            "debit": sum(cell.debit for cell in sums),
            "credit": sum(cell.credit for cell in sums),
        }
    return render(request, "ledger/centraliser.html", context)


def _centralised(
    request: DossierRequest, year: Year, sums: Sequence[JournalSums]
) -> Iterator[CentraliserRow]:
    for month, cells in by_month(sums).items():
        name = month_label(month)
        yield CentraliserRow("group", "", name.capitalize(), "", 0, amount(None), amount(None))
        for cell in cells:
            url = _journal_url(request, cell.journal_id, year, month)
            yield CentraliserRow(
                "",
                cell.code,
                cell.label,
                url,
                cell.entries,
                amount(cell.debit),
                amount(cell.credit),
            )
        debit = amount(sum(cell.debit for cell in cells))
        credit = amount(sum(cell.credit for cell in cells))
        entries = sum(cell.entries for cell in cells)
        yield CentraliserRow("subtotal", "", f"Total {name}", "", entries, debit, credit)


@dossier_view(needs="books.read")
def journal(request: DossierRequest) -> HttpResponse:
    """One journal over a fiscal year or a month: its entries in order, with their lines."""
    form, context = _context(request)
    found = find_journal(request.dossier, form.cleaned_data.get("journal") or 0)
    if found is None or form.year is None:
        raise NotFound("Ce journal n’existe pas dans ce dossier. Choisissez-le dans la liste.")
    context |= {"journal": found, **_entries(request, form, form.year, found)}
    return render(request, "ledger/journal.html", context)


def _entries(
    request: DossierRequest, form: JournalForm, year: Year, found: Journal
) -> dict[str, Any]:
    month = form.cleaned_data.get("mois")
    filters = EntryFilters(
        period_of_year(form.years, year), journal_id=found.id, month=month, newest_first=False
    )
    page = entry_page(request.dossier, filters, form.read("apres"))
    lines = lines_of(request.dossier, page.entries)
    return {
        "month": month_label(month) if month else "",
        "entries": [(entry, lines[entry.id]) for entry in page.entries],
        "totals": entry_totals(request.dossier, filters),
        "more": next_url(request, page.after),
    }
