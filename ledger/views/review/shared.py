"""What the pages of the review share: the review of a year, its rows, what an act answers."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any, NamedTuple

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString

from clients.access import DossierRequest
from firm.errors import NotFound
from firm.formats import percent
from firm.templatetags.formats import amount
from ledger.queries.review import (
    REVISED,
    STALE,
    STATES,
    SUPERVISED,
    TO_REVISE,
    Progress,
    Review,
    Sheet,
    review_of,
)
from ledger.queries.years import years_of
from ledger.review.programme import Cycle, cycles
from ledger.views.books.cells import NONE, signed

KINDS = {TO_REVISE: "wait", REVISED: "run", SUPERVISED: "ok", STALE: "danger"}


class SheetRow(NamedTuple):
    """One `<tr>` of an account."""

    sheet: Sheet
    url: str
    sign_url: str
    now: SafeString
    before: SafeString
    gap: SafeString
    ratio: str
    state: str
    kind: str
    may_revise: bool
    may_supervise: bool


class CycleRow(NamedTuple):
    """The title of a cycle, and how far it is."""

    cycle: Cycle
    url: str
    progress: Progress


def found(request: DossierRequest, year_end: dt.date) -> Review:
    """The review of the year that ends on a day.

    Raises:
        NotFound: the dossier has no such year.
    """
    years = years_of(request.dossier)
    year = next((one for one in years if one.end == year_end), None)
    if year is None:
        raise NotFound("Cet exercice n’existe pas dans ce dossier.")
    return review_of(request.dossier, years, year)


def sheet_of(review: Review, pk: int) -> Sheet:
    """One account of the review.

    Raises:
        NotFound: it has neither line nor note there.
    """
    sheet = review.sheet(pk)
    if sheet is None:
        raise NotFound("Ce compte n’a ni écriture ni note dans cet exercice.")
    return sheet


def review_url(request: DossierRequest, name: str, *arguments: object) -> str:
    """The address of a page of the review."""
    return reverse(f"ledger:{name}", args=[request.dossier.slug, *arguments])


def sheet_row(request: DossierRequest, review: Review, one: Sheet) -> SheetRow:
    """An account as its row shows it to this person."""
    where = (review.year.end, one.account_id)
    return SheetRow(
        one,
        review_url(request, "review_sheet", *where),
        review_url(request, "review_sign", *where),
        signed(one.now) or amount(0),
        NONE if one.before is None else signed(one.before),
        NONE if not one.gap else amount(one.gap),
        percent(one.ratio, signed=True) if one.ratio is not None else "",
        STATES[one.state],
        KINDS[one.state],
        not one.is_done,
        request.rights.may("books.supervise") and one.may_be_supervised_by(request.user.pk),
    )


def cycle_row(request: DossierRequest, review: Review, one: Cycle) -> CycleRow:
    """A cycle as its title shows it."""
    url = review_url(request, "review_cycle", review.year.end, one.key)
    return CycleRow(one, url, review.progress(one))


def answered(
    request: DossierRequest, review: Review, text: str, *, account: int | None = None,
    cycle: Cycle | None = None, undo: str = "",
) -> HttpResponse:  # fmt: skip
    """Say what was done; the row and the progress that it changed come with it."""
    if request.headers.get("HX-Request") != "true":
        messages.success(request, text, extra_tags=f"undo:{undo}" if undo else "")
        return redirect(f"{review_url(request, 'review')}?exercice={review.year.end.isoformat()}")
    told: dict[str, Any] = {"toast": {"text": text, "undo_url": undo}}
    context: dict[str, Any] = {"review": review, "whole": review.whole}
    if account is not None:
        one = sheet_of(review, account)
        context["row"] = sheet_row(request, review, one)
        told[f"sheet-{account}"] = ""
        cycle = next(each for each in cycles() if each.key == one.cycle)
    if cycle is not None:
        context["group"] = cycle_row(request, review, cycle)
    answer = render(request, "ledger/review/changed.html", context)
    answer["HX-Trigger"] = json.dumps(told)
    answer["HX-Reswap"] = "none"
    return answer
