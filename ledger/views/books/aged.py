"""« Balance âgée » of customers or suppliers on a day, and the open items of one of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple
from urllib.parse import quote

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString

from clients.access import DossierRequest, dossier_view
from firm.errors import NotFound
from ledger.forms_aged import AgedForm
from ledger.queries.aged import (
    BUCKETS,
    Aged,
    aged_balance,
    aged_period,
    in_accounts,
    open_items,
    sense_of,
    sums_of,
    wanted,
)
from ledger.queries.years import Period, default_period, years_of
from ledger.views.books.cells import book_tabs, books_url, moved, next_url, signed
from ledger.views.books.paging import cut

PAGE = 300


class AgedRow(NamedTuple):
    """One `<tr>`: a third party."""

    row: Aged
    key: str
    url: str
    buckets: list[SafeString]
    total: SafeString


@dossier_view(needs="books.read")
def aged(request: DossierRequest) -> HttpResponse:
    """What is open on a day, by age, tied to the collective accounts."""
    years = years_of(request.dossier)
    form = AgedForm(request.GET, years=years)
    held = aged_period(request.dossier, years, form.day)
    context: dict[str, Any] = {
        "form": form,
        "tabs": book_tabs(request.dossier, default_period(years)),
        "sides": [
            (side, label, books_url(request.dossier, "aged", tiers=side, au=f"{form.day:%d/%m/%Y}"))
            for side, label in (("clients", "Clients"), ("fournisseurs", "Fournisseurs"))
        ],
        "buckets": BUCKETS,
        "is_narrow": bool(form.text or form.is_late_only),
    }
    if held:
        context |= _listed(request, form, held)
    return render(request, "ledger/aged.html", context)


def _listed(request: DossierRequest, form: AgedForm, held: Period) -> dict[str, Any]:
    every = aged_balance(request.dossier, held, role=form.role)
    accounts = in_accounts(request.dossier, held, every)
    kept = form.in_order(wanted(every, text=form.text, late_only=form.is_late_only))
    page = cut([_key(row) for row in kept], str(form.cleaned_data.get("apres") or ""), PAGE)
    shown = kept[page.start : page.end]
    base = books_url(request.dossier, "aged_items", tiers=form.side, au=f"{form.day:%d/%m/%Y}")
    sums, total = sums_of(kept)
    return {
        "rows": [_row(row, base, form.role) for row in shown],
        "shown": len(shown),
        "count": len(kept),
        "more": next_url(request, page.after),
        "sums": [moved(cents * sense_of(form.role)) for cents in sums],
        "total": signed(total),
        "shares": _shares(sums),
        "ties": accounts,
        "detail": _detail(request, form, held, every),
    }


def _shares(sums: Sequence[int]) -> list[tuple[str, int]]:
    """Whole per cent of each age in what is open, by absolute value."""
    whole = sum(abs(cents) for cents in sums)
    return [
        (label, round(abs(cents) * 100 / whole) if whole else 0)
        for label, cents in zip(BUCKETS, sums, strict=True)
    ]


def _key(row: Aged) -> str:
    return f"{row.account_id}.{row.third_party_id or 0}"


def _row(row: Aged, base: str, role: str) -> AgedRow:
    url = f"{base}&compte={row.account_id}&de={row.third_party_id or 0}"
    return AgedRow(
        row, _key(row), url, [moved(cents) for cents in row.owed(role)], signed(row.total)
    )


@dossier_view(needs="books.read")
def items(request: DossierRequest) -> HttpResponse:
    """The open items of one third party."""
    years = years_of(request.dossier)
    form = AgedForm(request.GET, years=years)
    held = aged_period(request.dossier, years, form.day)
    if held is None:
        raise NotFound("Ce dossier n’a pas d’écriture à cette date.")
    every = aged_balance(request.dossier, held, role=form.role)
    context = _detail(request, form, held, every)
    if context is None:
        raise NotFound("Ce tiers n’a rien d’ouvert à cette date.")
    return render(request, "ledger/aged_items.html", context)


def _detail(
    request: DossierRequest, form: AgedForm, held: Period, every: Sequence[Aged]
) -> dict[str, Any] | None:
    """The pane of the third party asked for; None for none."""
    account, third = form.cleaned_data.get("compte"), form.cleaned_data.get("de")
    found = next(
        (one for one in every if (one.account_id, one.third_party_id or 0) == (account, third)),
        None,
    )
    if found is None:
        return None
    lines = open_items(
        request.dossier, held, role=form.role, account_id=found.account_id,
        third_party_id=found.third_party_id,
    )  # fmt: skip
    ledger = books_url(request.dossier, "general_ledger", tiers=found.third_party_id or 0, fin=1)
    return {
        "found": found,
        "day": form.day,
        "items": [
            (one, one.late(form.day), signed(one.cents), signed(one.rest),
             reverse("ledger:entry", args=[request.dossier.slug, one.entry_id]))
            for one in lines
        ],
        "ledger_url": f"{ledger}&compte={quote(found.account)}",
    }  # fmt: skip
