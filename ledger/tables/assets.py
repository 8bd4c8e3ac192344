"""The register of fixed assets, its statements, and the cut-offs, as tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from clients.models import Dossier
from firm.formats import date_fr
from ledger.assets.forms import COLUMNS as FIGURES
from ledger.forms_assets import AssetListForm, YearChoiceForm
from ledger.forms_cutoffs import CutOffListForm
from ledger.queries.asset_forms import FilledForm, fill_form
from ledger.queries.asset_plans import Standing
from ledger.queries.assets import Totals, every_standing, wanted
from ledger.queries.cutoffs import STATES, AtClosing, at_closing
from ledger.queries.years import Year, years_of
from ledger.tables import Column, Kind, Row, Table

AMOUNT: Kind = "amount"
REGISTER = (
    Column("Compte", width=0.9), Column("Libellé", width=3), Column("Référence", width=0.9),
    Column("Fournisseur", width=1.6), Column("Acquisition", "date", 1),
    Column("Mise en service", "date", 1), Column("Mode", width=1), Column("Mois", "integer", 0.6),
    Column("Brut", AMOUNT, 1.2), Column("Amort. antérieurs", AMOUNT, 1.2),
    Column("Dotation", AMOUNT, 1.1), Column("Cumul", AMOUNT, 1.2), Column("Net", AMOUNT, 1.2),
    Column("Dérogatoire", AMOUNT, 1.1), Column("Sortie", "date", 1),
)  # fmt: skip
CUTOFFS = (
    Column("Nature", width=2), Column("Libellé", width=3), Column("Compte", width=0.9),
    Column("Du", "date", 1), Column("Au", "date", 1), Column("Montant HT", AMOUNT, 1.2),
    Column("À la clôture", AMOUNT, 1.2), Column("TVA", AMOUNT, 1), Column("État", width=1.2),
)  # fmt: skip


def register(dossier: Dossier, asked: Mapping[str, Any]) -> Table:
    """The register that the screen shows for the same address, whole."""
    years = years_of(dossier)
    form = AssetListForm(asked, years=years)
    rows = wanted(every_standing(dossier, form.span, years), form.filters()) if form.span else []
    sums = Totals.of(rows)
    return Table(
        title="Immobilisations",
        subtitle=_subtitle(dossier, form.year),
        columns=REGISTER,
        rows=(Row(_asset(row)) for row in rows),
        totals=[
            "Total", "", "", "", None, None, "", None, sums.gross, sums.before, sums.charge,
            sums.accumulated, sums.net, sums.derogatory, None,
        ],
        count=len(rows),
        file_name=_name("immobilisations", form.year),
    )  # fmt: skip


def _asset(row: Standing) -> list[Any]:
    asset = row.asset
    return [
        asset.account, asset.label, asset.code, asset.supplier, asset.acquired_on,
        asset.in_service_on, asset.get_method_display(), asset.months or None, row.gross,
        row.before, row.charge, row.accumulated, row.net, row.derogatory, asset.disposed_on,
    ]  # fmt: skip


def form_2054(dossier: Dossier, asked: Mapping[str, Any]) -> Table:
    """The statement of fixed assets."""
    return _form(dossier, asked, "2054")


def form_2055(dossier: Dossier, asked: Mapping[str, Any]) -> Table:
    """The statement of depreciation."""
    return _form(dossier, asked, "2055")


def form_2033c(dossier: Dossier, asked: Mapping[str, Any]) -> Table:
    """Both, in the simplified regime."""
    return _form(dossier, asked, "2033-C")


def _form(dossier: Dossier, asked: Mapping[str, Any], code: str) -> Table:
    """One column a figure; under each part its own heads, since their columns differ."""
    years = years_of(dossier)
    form = YearChoiceForm(asked, years=years)
    filled = fill_form(code, every_standing(dossier, form.span, years) if form.span else [])
    width = max(len(one.part.columns) for one in filled.parts)
    rows = list(_form_rows(filled, width))
    return Table(
        title=f"{code} · {filled.form.title}",
        subtitle=_subtitle(dossier, form.year),
        columns=[
            Column("Poste", width=3),
            *(column for at in range(width) for column in (
                Column(f"Case {at + 1}", width=0.6), Column(f"Montant {at + 1}", AMOUNT, 1.2)
            )),
        ],
        rows=rows,
        count=sum(row.style != "group" for row in rows),
        file_name=_name(code.lower(), form.year),
    )  # fmt: skip


def _form_rows(filled: FilledForm, width: int) -> Iterator[Row]:
    for one in filled.parts:
        heads = ", ".join(FIGURES[column].lower() for column in one.part.columns)
        yield Row([f"{one.part.title}\u00a0: {heads}"], "group")
        for row in one.part.rows:
            cells: list[Any] = [row.label]
            for column in one.part.columns:
                cells += [row.boxes.get(column, ""), one.values[row.key][column] or None]
            cells += ["", None] * (width - len(one.part.columns))
            yield Row(cells, "total" if row.terms else "row")


def cutoffs(dossier: Dossier, asked: Mapping[str, Any]) -> Table:
    """The cut-offs that the screen shows for the same address."""
    form = CutOffListForm(asked, years=years_of(dossier))
    rows = at_closing(dossier, form.year.end) if form.year else []
    kept = [row for row in rows if form.lets_through(row)]
    cents, vat = sum(row.cents for row in kept), sum(row.vat for row in kept)
    return Table(
        title="Régularisations",
        subtitle=_subtitle(dossier, form.year),
        columns=CUTOFFS,
        rows=[Row(_cutoff(row)) for row in kept],
        totals=["Total", "", "", None, None, None, cents, vat, ""],
        count=len(kept),
        file_name=_name("regularisations", form.year),
    )


def _cutoff(row: AtClosing) -> list[Any]:
    one = row.cutoff
    return [
        one.get_kind_display(), one.label, one.account, one.since, one.until, one.amount,
        row.cents, row.vat or None, STATES[row.state][0],
    ]  # fmt: skip


def _subtitle(dossier: Dossier, year: Year | None) -> str:
    return f"{dossier.name} · au {date_fr(year.end)}" if year else dossier.name


def _name(what: str, year: Year | None) -> str:
    return f"{what}-{year.end:%Y%m%d}" if year else what
