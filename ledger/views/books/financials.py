"""« États financiers »: bilan, résultat, SIG, flux; each box opens its accounts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple
from urllib.parse import quote

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString

from clients.access import DossierRequest, dossier_view
from firm.errors import NotFound
from firm.formats import integer, percent
from firm.templatetags.formats import amount
from ledger.financials.fill import Line, to_euros
from ledger.forms_financials import (
    ALONE,
    FLOWS,
    INCOME,
    MARGINS,
    PAGES,
    PRESENTATIONS,
    StatementForm,
)
from ledger.queries.financials import Statement, box_accounts, statement
from ledger.queries.years import years_of
from ledger.views.books.cells import NONE, books_url, period_page, period_query

TABLES = {
    "bilan": "bilan",
    "resultat": "compte-de-resultat",
    "sig": "sig",
    "flux": "flux-de-tresorerie",
}
TURNOVER = {"2052": "FL", "SIG": "PROD", "2033-B": "232", "2035": "AG"}


class StatementRow(NamedTuple):
    """One `<tr>`: a title, a box, or a total."""

    kind: str
    code: str
    label: str
    url: str
    gross: SafeString
    less: SafeString
    net: SafeString
    before: SafeString
    gap: SafeString
    ratio: str
    share: str


@dossier_view(needs="books.read")
def statements(request: DossierRequest) -> HttpResponse:
    """The statement asked for over a period, beside the year before."""
    form = StatementForm(request.GET, years=years_of(request.dossier))
    presentation = form.presentation_for(request.dossier)
    context: dict[str, Any] = {
        "form": form,
        "current": form.shown(),
        "presentation": presentation,
        "presentations": [] if form.shown() in ALONE else list(PRESENTATIONS.items()),
        "tabs": _tabs(request, form),
        "table": TABLES[form.shown()],
        "title": PAGES[form.shown()],
    }
    if form.period:
        found = statement(
            request.dossier, form.code_for(request.dossier), form.period, form.before()
        )
        context |= _statement(request, form, found)
    return period_page(request, "ledger/financials.html", context, form.period)


@dossier_view(needs="books.read")
def statement_box(request: DossierRequest, code: str) -> HttpResponse:
    """The accounts behind a box, beside those of the year before."""
    form = StatementForm(request.GET, years=years_of(request.dossier))
    if form.period is None:
        raise NotFound("Ce dossier n’a pas encore d’écriture.")
    found = statement(request.dossier, form.code_for(request.dossier), form.period, form.before())
    return render(request, "ledger/financials_box.html", _box(request, form, found, code))


def _tabs(request: DossierRequest, form: StatementForm) -> list[tuple[str, str, str]]:
    query = period_query(form.period) | {"presentation": str(form.read("presentation"))}
    return [
        (key, label, books_url(request.dossier, "financials", etat=key, **query))
        for key, label in PAGES.items()
    ]


def _statement(request: DossierRequest, form: StatementForm, found: Statement) -> dict[str, Any]:
    said = {
        **period_query(form.period),
        "etat": form.shown(),
        "presentation": str(form.read("presentation")),
    }
    base = books_url(request.dossier, "financials", **said)
    shows_all = bool(form.read("vides", False))
    cells = _Cells(found, whole=bool(form.read("euros", False)), base=base)
    return {
        "sections": [
            {
                "title": one.section.title,
                "form": one.section.form,
                "has_less": one.section.has_less,
                "rows": list(_rows(one.rows, cells, shows_all=shows_all)),
            }
            for one in found.sections
        ],
        "has_less": any(one.section.has_less for one in found.sections),
        "has_before": found.before is not None,
        "before": found.before,
        "has_share": form.shown() in {INCOME, MARGINS},
        "gap": found.gap,
        "is_flows": form.shown() == FLOWS,
        "unmapped": found.now.unmapped,
        "whole": cells.whole,
        "detail": _box(request, form, found, str(form.read("poste")))
        if form.read("poste")
        else None,
    }


def _rows(lines: Sequence[Line | str], cells: _Cells, *, shows_all: bool) -> Iterator[StatementRow]:
    """Lines with something to say; a title only above one of them."""
    title = ""
    for line in lines:
        if isinstance(line, str):
            title = line
            continue
        if line.is_empty and not shows_all and not line.box.is_grand:
            continue
        if title and not line.box.is_total:
            yield StatementRow("title", "", title, "", NONE, NONE, NONE, NONE, NONE, "", "")
        title = ""
        yield cells.row(line)


class _Cells:
    """How a line is written, in cents or in whole euros."""

    def __init__(self, found: Statement, *, whole: bool, base: str) -> None:
        self.whole, self.base = whole, base
        self.turnover = found.now.values.get(TURNOVER.get(found.form.code, ""), 0)

    def money(self, cents: int | None) -> SafeString:
        """An amount; a blank for none."""
        if not cents:
            return NONE
        if not self.whole:
            return amount(cents)
        return SafeString(f'<span class="amt">{integer(to_euros(cents))}</span>')

    def row(self, line: Line) -> StatementRow:
        """One `<tr>`."""
        box = line.box
        kind = "grand" if box.is_grand else "strong" if box.is_strong else "total" * box.is_total
        zero = amount(0) if box.is_total else NONE
        return StatementRow(
            kind,
            box.code,
            box.label,
            f"{self.base}&poste={quote(box.code)}",
            self.money(line.value) or zero,
            self.money(line.less),
            self.money(line.net) or zero,
            self.money(line.before),
            self.money(line.gap),
            percent(line.ratio, signed=True) if line.ratio is not None else "",
            percent(line.net / self.turnover) if self.turnover and line.net else "",
        )


def _box(
    request: DossierRequest, form: StatementForm, found: Statement, code: str
) -> dict[str, Any]:
    box = next((box for box in found.form.boxes() if box.code == code), None)
    if box is None:
        raise NotFound("Ce poste n’existe pas dans cet état. Choisissez-le dans la liste.")
    rows = box_accounts(found, code)
    base = books_url(request.dossier, "balance", **period_query(form.period))
    before = [row.before or 0 for row in rows]
    return {
        "box": box,
        "form_name": "" if form.shown() in ALONE else found.form.code,
        "has_before": found.before is not None,
        "total": found.now.values[code] if box.is_result else sum(row.cents for row in rows),
        "before_total": sum(before),
        "result": found.now.values[code] - sum(row.cents for row in rows) if box.is_result else 0,
        "accounts": [
            (row, f"{base}&compte={quote(row.account)}", amount(row.cents),
             amount(row.before) if row.before else NONE)
            for row in rows
        ],
    }  # fmt: skip
