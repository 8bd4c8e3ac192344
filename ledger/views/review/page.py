"""« Révision »: the accounts of a year by cycle, one account, one cycle."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from clients.access import DossierRequest, dossier_view
from firm.errors import NotFound
from firm.formats import amount_plain
from ledger.forms_review import NoteForm, ReviewForm, ThresholdForm
from ledger.queries.review import STATES, Review, Sheet, review_of
from ledger.queries.years import years_of
from ledger.review.programme import cycle, cycles
from ledger.views.books.cells import books_url, next_url, period_page, period_query
from ledger.views.books.paging import cut
from ledger.views.review.shared import (
    CycleRow,
    SheetRow,
    cycle_row,
    found,
    review_url,
    sheet_of,
    sheet_row,
)

PAGE = 400


@dossier_view(needs="books.review")
def review_page(request: DossierRequest) -> HttpResponse:
    """The accounts of the year beside N-1, by cycle, with their state."""
    years = years_of(request.dossier)
    form = ReviewForm(request.GET, years=years)
    context: dict[str, Any] = {
        "form": form,
        "states": list(STATES.items()),
        "cycles": [(one.key, one.title) for one in cycles()],
    }
    if form.year:
        context |= _listed(request, form, review_of(request.dossier, years, form.year))
    return period_page(request, "ledger/review/page.html", context, form.period)


def _listed(request: DossierRequest, form: ReviewForm, review: Review) -> dict[str, Any]:
    kept = form.kept(review.sheets)
    if not form.sort:
        kept = [one for each in cycles() for one in kept if one.cycle == each.key]
    page = cut([str(one.account_id) for one in kept], form.read("apres"), PAGE)
    shown = kept[page.start : page.end]
    in_cycles = _by_cycle(request, review, shown, kept)
    rows = _flat(request, review, shown) if form.sort else in_cycles
    end = review.year.end
    own = review.thresholds
    typed = {
        "cents": "" if own.own_cents is None else amount_plain(own.own_cents),
        "percent": "" if own.own_percent is None else f"{own.own_percent:g}".replace(".", ","),
    }
    return {
        "review": review,
        "whole": review.whole,
        "rows": list(rows),
        "shown": len(shown),
        "count": len(kept),
        "more": next_url(request, page.after),
        "totals": (sum(one.now for one in kept), sum(one.before or 0 for one in kept)),
        "thresholds": review.thresholds,
        "threshold_form": ThresholdForm(initial=typed),
        "thresholds_url": review_url(request, "review_thresholds", end),
        "bulk_url": review_url(request, "review_bulk", end),
        "may_supervise": request.rights.may("books.supervise"),
    }


def _flat(
    request: DossierRequest, review: Review, shown: Sequence[Sheet]
) -> Iterator[SheetRow | CycleRow]:
    return (sheet_row(request, review, one) for one in shown)


def _by_cycle(
    request: DossierRequest, review: Review, shown: Sequence[Sheet], kept: Sequence[Sheet]
) -> Iterator[SheetRow | CycleRow]:
    """The rows of a page, each cycle's title where it begins."""
    begins: dict[str, Sheet] = {}
    for one in kept:
        begins.setdefault(one.cycle, one)
    for each in cycles():
        inside = [one for one in shown if one.cycle == each.key]
        if inside and begins[each.key] is inside[0]:
            yield cycle_row(request, review, each)
        yield from _flat(request, review, inside)


@dossier_view(needs="books.review")
def sheet(request: DossierRequest, year_end: dt.date, pk: int) -> HttpResponse:
    """One account: its figures, its signatures, its note."""
    review = found(request, year_end)
    one = sheet_of(review, pk)
    own = "" if one.own_materiality is None else amount_plain(one.own_materiality)
    form = NoteForm(initial={"note": one.note, "materiality": own})
    return render(request, "ledger/review/sheet.html", sheet_context(request, review, one, form))


def sheet_context(
    request: DossierRequest, review: Review, one: Sheet, form: NoteForm
) -> dict[str, Any]:
    """What the pane of an account shows."""
    where = (review.year.end, one.account_id)
    query = period_query(review.period)
    ledger = books_url(request.dossier, "general_ledger", compte=one.account, fin=1, **query)
    return {
        "review": review,
        "row": sheet_row(request, review, one),
        "form": form,
        "reviser": review.names.get(one.revised_by or 0, "une personne partie"),
        "supervisor": review.names.get(one.supervised_by or 0, "une personne partie"),
        "note_url": review_url(request, "review_note", *where),
        "withdraw_url": review_url(request, "review_withdraw", *where),
        "ledger_url": ledger,
        "open_url": f"{ledger}&lettrage=non",
        "is_own": one.revised_by == request.user.pk,
        "may_withdraw": one.revised_at is not None
        and (one.supervised_at is None or request.rights.may("books.supervise")),
    }


@dossier_view(needs="books.review")
def cycle_pane(request: DossierRequest, year_end: dt.date, key: str) -> HttpResponse:
    """The questions of a cycle and their answers."""
    review = found(request, year_end)
    one = cycle(key)
    if one is None:
        raise NotFound("Ce cycle n’existe pas dans le programme de révision.")
    steps = [
        (
            step, answer := review.answers.get((one.key, step.key)),
            review.names.get(answer.done_by or 0, "") if answer else "",
            review_url(request, "review_step", review.year.end, one.key, step.key),
        )
        for step in one.steps
    ]  # fmt: skip
    context = {"group": cycle_row(request, review, one), "steps": steps, "review": review}
    return render(request, "ledger/review/cycle.html", context)
