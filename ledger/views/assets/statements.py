"""The statements 2054, 2055 and 2033-C; each box opens its assets."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from clients.access import DossierRequest, dossier_view
from firm.errors import NotFound
from firm.templatetags.formats import amount
from ledger.assets.forms import CODES, COLUMNS
from ledger.forms import TextField
from ledger.forms_assets import YearChoiceForm
from ledger.queries.asset_forms import FilledForm, box_assets, fill_form
from ledger.queries.asset_plans import Standing
from ledger.queries.assets import every_standing
from ledger.queries.years import years_of
from ledger.views.assets.shared import base_context
from ledger.views.books.cells import NONE, books_url


class StatementChoiceForm(YearChoiceForm):
    """A year, a form and a box."""

    formulaire = TextField(required=False)
    poste = TextField(required=False)

    @property
    def code(self) -> str:
        """The code of a form."""
        wanted = self.read("formulaire")
        return wanted if wanted in CODES else CODES[0]


@dossier_view(needs="books.read")
def statements(request: DossierRequest) -> HttpResponse:
    """The form asked for, filled for a year."""
    years = years_of(request.dossier)
    form = StatementChoiceForm(request.GET, years=years)
    context = base_context(request, form, "etats") | {
        "codes": [
            (code, code, books_url(request.dossier, "asset_forms", exercice=form.chosen,
                                   formulaire=code))
            for code in CODES
        ],
        "code": form.code, "table": f"immobilisations-{form.code.lower()}",
    }  # fmt: skip
    if form.span:
        rows = every_standing(request.dossier, form.span, years)
        filled = fill_form(form.code, rows)
        context |= {
            "filled": filled, "parts": list(_parts(filled)), "is_empty": not rows,
            "due": sum(1 for row in rows if row.is_due),
            "detail": _box(form.code, form.read("poste"), rows) if form.read("poste") else None,
        }  # fmt: skip
    return render(request, "ledger/assets/statements.html", context)


@dossier_view(needs="books.read")
def box(request: DossierRequest, code: str) -> HttpResponse:
    """The assets behind a box."""
    years = years_of(request.dossier)
    form = StatementChoiceForm(request.GET, years=years)
    if form.span is None:
        raise NotFound("Ce dossier n’a pas encore d’exercice.")
    rows = every_standing(request.dossier, form.span, years)
    return render(request, "ledger/assets/box.html", {"detail": _box(form.code, code, rows)})


def _parts(filled: FilledForm) -> Any:
    """Parts as the template reads them: titles, heads, rows of (label, total?, cells)."""
    for one in filled.parts:
        yield {
            "title": one.part.title,
            "heads": [COLUMNS[column] for column in one.part.columns],
            "rows": [
                (
                    row.label, bool(row.terms),
                    [
                        (row.boxes.get(column, ""), _cell(one.values[row.key][column]))
                        for column in one.part.columns
                    ],
                )
                for row in one.part.rows
            ],
        }  # fmt: skip


def _cell(cents: int) -> Any:
    return amount(cents) if cents else NONE


def _box(form_code: str, code: str, rows: list[Standing]) -> dict[str, Any]:
    found = box_assets(form_code, code, rows)
    if found is None:
        raise NotFound("Cette case n’existe pas dans ce formulaire. Choisissez-la dans la liste.")
    label, assets = found
    return {
        "code": code, "label": label, "form": form_code, "assets": assets,
        "total": sum(one.cents for one in assets),
    }  # fmt: skip
