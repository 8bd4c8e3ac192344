"""Balance générale and balance auxiliaire."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple
from urllib.parse import quote

from django.http import HttpResponse
from django.utils.safestring import SafeString

from clients.access import DossierRequest, dossier_view
from firm.formats import percent
from firm.templatetags.formats import amount
from ledger.forms import AuxiliaryForm, BalanceForm, LedgerForm
from ledger.queries.auxiliary import Collective, auxiliary, sum_of
from ledger.queries.balance_lines import (
    BalanceFilters,
    BalanceLine,
    balance_lines,
    in_classes,
    summed,
)
from ledger.queries.balances import ThirdPartySums
from ledger.queries.sums import Sums
from ledger.queries.years import years_of
from ledger.views.books.cells import (
    NONE,
    book_tabs,
    books_url,
    moved,
    next_url,
    period_page,
    period_query,
    side,
    signed,
)
from ledger.views.books.general_ledger import ledger_context
from ledger.views.books.paging import cut

PAGE = 400
AUXILIARY_PAGE = 200


class BalanceRow(NamedTuple):
    """One `<tr>`: an account, or the title or subtotal of a class."""

    kind: str
    account: str
    label: str
    url: str
    opening: SafeString
    debit: SafeString
    credit: SafeString
    owed: SafeString
    owing: SafeString
    before: SafeString
    gap: SafeString
    ratio: str


@dossier_view(needs="books.read")
def balance(request: DossierRequest) -> HttpResponse:
    """« Balance générale », and below it the grand livre of the account that is chosen."""
    form = BalanceForm(request.GET, years=years_of(request.dossier))
    filters = form.filters()
    context: dict[str, Any] = {
        "form": form,
        "tabs": book_tabs(request.dossier, form.period),
        "detail": _detail(request, form),
    }
    if filters:
        context |= _balance(request, form, filters)
    return period_page(request, "ledger/balance.html", context, form.period)


def _detail(request: DossierRequest, form: BalanceForm) -> dict[str, Any] | None:
    """The grand livre of the account chosen, over the balance's period, from its end."""
    if not form.read("compte"):
        return None
    asked = {**period_query(form.period), "compte": form.read("compte"), "fin": "1"}
    return ledger_context(request, LedgerForm(asked, years=form.years))


def _balance(request: DossierRequest, form: BalanceForm, filters: BalanceFilters) -> dict[str, Any]:
    lines = balance_lines(request.dossier, filters)
    page = cut([line.account for line in lines], form.read("apres"), PAGE)
    base = books_url(request.dossier, "general_ledger", **period_query(filters.period), fin=1)
    shown = lines[page.start : page.end]
    rows = _classes(lines, shown, base) if filters.sort == "compte" else _flat(shown, base)
    return {
        "rows": list(rows),
        "shown": len(shown),
        "count": len(lines),
        "more": next_url(request, page.after),
        "total": _cells(summed(lines, "Total général"), "total", ""),
        "has_before": filters.before is not None,
        "before": filters.before,
        "narrowed": bool(filters.text or filters.moved_only),
    }


def _flat(shown: Iterable[BalanceLine], base: str) -> Iterator[BalanceRow]:
    return (_cells(line, "", base) for line in shown)


def _classes(
    lines: Iterable[BalanceLine], shown: Iterable[BalanceLine], base: str
) -> Iterator[BalanceRow]:
    """The rows of a page; a class has its title where it begins, its subtotal where it ends."""
    wanted = {line.account for line in shown}
    for group in in_classes(lines):
        inside = [line for line in group.lines if line.account in wanted]
        if inside and inside[0] is group.lines[0]:
            yield BalanceRow(
                "group", "", group.title, "", NONE, NONE, NONE, NONE, NONE, NONE, NONE, ""
            )
        yield from _flat(inside, base)
        if inside and inside[-1] is group.lines[-1]:
            yield _cells(group.subtotal, "subtotal", "")


def _cells(line: BalanceLine, kind: str, base: str) -> BalanceRow:
    sums = line.sums
    is_nil = bool(kind) or (bool(sums.lines) and sums.closing == 0)
    return BalanceRow(
        kind,
        line.account,
        line.label,
        f"{base}&compte={quote(line.account)}" if base else "",
        amount(0) if kind == "total" and not sums.start else signed(sums.start),
        moved(sums.movement_debit),
        moved(sums.movement_credit),
        side(line.owed, is_nil=is_nil and not line.owing),
        side(line.owing, is_nil=False),
        _before(line, kind),
        NONE if line.gap is None else amount(line.gap),
        percent(line.ratio, signed=True) if line.ratio is not None else "",
    )


def _before(line: BalanceLine, kind: str) -> SafeString:
    if line.before is None:
        return NONE
    return amount(0) if kind == "total" and not line.before else signed(line.before)


class AuxiliaryRow(NamedTuple):
    """One `<tr>`: a third party, or a line about its collective account."""

    kind: str
    code: str
    label: str
    url: str
    opening: SafeString
    debit: SafeString
    credit: SafeString
    owed: SafeString
    owing: SafeString


@dossier_view(needs="books.read")
def aux_balance(request: DossierRequest) -> HttpResponse:
    """« Balance auxiliaire »: customers or suppliers, tied to their collective accounts."""
    form = AuxiliaryForm(request.GET, years=years_of(request.dossier))
    filters = form.filters()
    context: dict[str, Any] = {
        "form": form,
        "tabs": book_tabs(request.dossier, form.period),
        "side": form.side,
    }
    if filters:
        found = auxiliary(request.dossier, filters)
        context |= _auxiliary(request, form, found) | {"narrowed": filters.narrows}
    return period_page(request, "ledger/aux_balance.html", context, form.period)


def _auxiliary(
    request: DossierRequest, form: AuxiliaryForm, found: Sequence[Collective]
) -> dict[str, Any]:
    base = books_url(request.dossier, "general_ledger", **period_query(form.period), fin=1)
    keys = [_key(row) for group in found for row in group.rows]
    page = cut(keys, form.read("apres"), AUXILIARY_PAGE)
    shown = set(keys[page.start : page.end])
    every = [row for group in found for row in group.rows]
    return {
        "rows": [row for group in found for row in _collective(group, shown, base)],
        "shown": len(shown),
        "count": len(keys),
        "more": next_url(request, page.after),
        "total": _group("total", "Total des tiers", every),
        "ties": [(group.tie, f"{base}&compte={quote(group.tie.account)}") for group in found],
        "is_tied": all(not group.tie.difference for group in found),
    }


def _key(row: ThirdPartySums) -> str:
    return f"{row.third_party_id}.{row.account}"


def _collective(group: Collective, shown: set[str], base: str) -> Iterator[AuxiliaryRow]:
    """A collective account: its title where it begins, third parties, their sum where it ends."""
    inside = [row for row in group.rows if _key(row) in shown]
    if inside and inside[0] is group.rows[0]:
        yield AuxiliaryRow("group", group.tie.account, group.tie.label, "", *[NONE] * 5)
    for row in inside:
        url = f"{base}&compte={quote(row.account)}&tiers={row.third_party_id}"
        closing = row.sums.closing
        owed = side(max(closing, 0), is_nil=not closing)
        owing = side(max(-closing, 0), is_nil=False)
        yield _figures("", row.code, row.name or row.code, url, row.sums, owed=owed, owing=owing)
    if inside and inside[-1] is group.rows[-1]:
        yield _group("subtotal", f"Total {group.tie.account}", group.rows)


def _group(kind: str, label: str, rows: Sequence[ThirdPartySums]) -> AuxiliaryRow:
    """The sum of third parties; each balance column is the sum of what it shows."""
    owed = sum(max(row.sums.closing, 0) for row in rows)
    owing = sum(max(-row.sums.closing, 0) for row in rows)
    return _figures(kind, "", label, "", sum_of(rows), owed=amount(owed), owing=amount(owing))


def _figures(
    kind: str, code: str, label: str, url: str, sums: Sums, *, owed: SafeString, owing: SafeString
) -> AuxiliaryRow:
    start, debit, credit = sums.start, sums.movement_debit, sums.movement_credit
    return AuxiliaryRow(
        kind, code, label, url, signed(start), moved(debit), moved(credit), owed, owing
    )
