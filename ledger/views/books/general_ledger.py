"""Grand livre: the list of accounts, one account, the pane under the balance."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString

from clients.access import DossierRequest, dossier_view
from firm.errors import NotFound
from firm.templatetags.formats import amount, balance
from ledger.forms import LedgerForm
from ledger.models import Account, ThirdParty
from ledger.queries import accounts
from ledger.queries import general_ledger as books
from ledger.queries.balance_lines import BalanceFilters, balance_lines, summed
from ledger.queries.general_ledger import LedgerFilters, LedgerPage
from ledger.queries.sums import Sums
from ledger.queries.years import years_of
from ledger.views.books.cells import (
    book_tabs,
    books_url,
    moved,
    next_url,
    period_page,
    period_query,
    short_day,
    signed,
)
from ledger.views.books.paging import cut

ACCOUNTS = 400


class LedgerRow(NamedTuple):
    """One `<tr>` of the grand livre."""

    date: SafeString
    journal: str
    number: str
    url: str
    third_party: str
    third_party_id: int | None
    ref: str
    label: str
    debit: SafeString
    credit: SafeString
    letter: str
    lettering_id: int | None
    is_settled: bool
    balance: SafeString


@dossier_view(needs="books.read")
def general_ledger(request: DossierRequest) -> HttpResponse:
    """The accounts, or the lines of the one in `compte`."""
    years = years_of(request.dossier)
    form = LedgerForm(request.GET, years=years)
    number = form.read("compte")
    if not number or form.period is None:
        context = _accounts(request, form)
        return period_page(request, "ledger/general_ledger.html", context, form.period)
    found = ledger_context(request, form)
    if found is None:
        raise NotFound(f"Aucun compte ne porte le numéro {number} dans ce dossier.")
    context = found | {"form": form, "tabs": book_tabs(request.dossier, form.period)}
    if request.headers.get("HX-Target") == "detail":
        return render(request, "ledger/ledger_pane.html", context)
    return period_page(request, "ledger/ledger_account.html", context, form.period)


def _accounts(request: DossierRequest, form: LedgerForm) -> dict[str, Any]:
    """The list of accounts with their figures over the period."""
    context: dict[str, Any] = {"form": form, "tabs": book_tabs(request.dossier, form.period)}
    if form.period is None:
        return context
    lines = balance_lines(request.dossier, BalanceFilters(form.period, text=form.read("q")))
    page = cut([line.account for line in lines], form.read("apres"), ACCOUNTS)
    query = period_query(form.period)
    rows = [
        (line, books_url(request.dossier, "general_ledger", **query, compte=line.account))
        for line in lines[page.start : page.end]
    ]
    return context | {
        "rows": rows,
        "count": len(lines),
        "more": next_url(request, page.after),
        "total": summed(lines, "Total général"),
        "narrowed": bool(form.read("q")),
    }


def ledger_context(request: DossierRequest, form: LedgerForm) -> dict[str, Any] | None:
    """What the ledger of one account shows; None when the form names no account of the dossier."""
    number, filters = form.read("compte"), form.filters()
    account = accounts.find_account(request.dossier, number) if number and filters else None
    if account is None or filters is None:
        return None
    totals = books.ledger_totals(request.dossier, account.id, filters)
    page = _page(request, account, form, filters, totals)
    before, after = accounts.neighbour_accounts(request.dossier, filters.period, account.number)
    third = _third_party(request, filters)
    return {
        "account": account,
        "filters": filters,
        "totals": totals,
        "closing": signed(totals.closing) or amount(0),
        "page": page,
        "rows": list(_rows(request, page)),
        "brought": balance(page.brought) if page.brought else amount(0),
        "third_party": third,
        "is_end": form.read("fin", False),
        "urls": _urls(request, account, form, page, before=before, after=after),
    }


def _page(
    request: DossierRequest, account: Account, form: LedgerForm, filters: LedgerFilters,
    totals: Sums,
) -> LedgerPage:  # fmt: skip
    """The page that the cursors ask for, else the first one, or the last with `fin`."""
    cursor = form.read("avant") or form.read("apres")
    found = books.page_at(
        request.dossier, account.id, filters, cursor, backwards=bool(form.read("avant"))
    )
    if found:
        return found
    start = books.last_page if form.read("fin", False) else books.first_page
    return start(request.dossier, account.id, filters, totals)


def _third_party(request: DossierRequest, filters: LedgerFilters) -> ThirdParty | str | None:
    """The third party whose lines are shown, « sans tiers », or nothing."""
    if filters.third_party is None:
        return None
    if filters.third_party == books.WITHOUT_THIRD_PARTY:
        return "sans tiers"
    return accounts.find_third_party(request.dossier, filters.third_party)


def _urls(
    request: DossierRequest, account: Account, form: LedgerForm, page: LedgerPage,
    *, before: str | None, after: str | None,
) -> dict[str, str]:  # fmt: skip
    """Addresses around the ledger of an account."""
    period = period_query(form.period)
    asked = {
        **period,
        "compte": account.number,
        "tiers": form.cleaned_data.get("tiers"),
        "q": form.read("q"),
    }
    kept = {"lettrage": form.read("lettrage")}

    def url(**query: object) -> str:
        return books_url(request.dossier, "general_ledger", **query)

    return {
        "full": url(**asked, **kept),
        "every": url(**asked, fin=form.read("fin", False)),
        "open": url(**asked, lettrage="non", fin=form.read("fin", False)),
        "unfiltered": url(**period, compte=account.number, fin=form.read("fin", False)),
        "third": url(**period, compte=account.number),
        "previous": url(**period, compte=before, fin=form.read("fin", False)) if before else "",
        "next": url(**period, compte=after, fin=form.read("fin", False)) if after else "",
        "before": url(**asked, **kept, avant=page.before) if page.before else "",
        "after": url(**asked, **kept, apres=page.after) if page.after else "",
    }


def _rows(request: DossierRequest, page: LedgerPage) -> Iterator[LedgerRow]:
    entry = reverse("ledger:entry", args=[request.dossier.slug, 0]).rsplit("0", 1)[0]
    for line in page.lines:
        yield LedgerRow(
            short_day(line.date),
            line.journal,
            line.number,
            f"{entry}{line.entry_id}/",
            line.third_party,
            line.third_party_id,
            line.piece_ref,
            line.label,
            moved(line.debit),
            moved(line.credit),
            line.lettering,
            line.lettering_id,
            line.is_lettering_balanced,
            balance(line.balance) if line.balance else amount(0),
        )
