"""The statements 2054, 2055 and 2033-C of a year, filled from the register."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ledger.assets.forms import AssetForm, FormPart, add_up, asset_form, leaves
from ledger.assets.plan import DECLINING
from ledger.queries.asset_plans import Standing


@dataclass(frozen=True)
class FilledPart:
    """A part of a form with its figures, by row and column, in cents."""

    part: FormPart
    values: Mapping[str, Mapping[str, int]]


@dataclass(frozen=True)
class FilledForm:
    """A form of a year; `unmapped` are assets that no row takes."""

    form: AssetForm
    parts: Sequence[FilledPart]
    unmapped: Sequence[Standing]


@dataclass(frozen=True, slots=True)
class BoxAsset:
    """An asset behind a box, and what it brings to it in cents."""

    row: Standing
    cents: int


def fill_form(code: str, rows: Sequence[Standing]) -> FilledForm:
    """Fill a form with the assets of a year.

    Raises:
        KeyError: no form has this code.
    """
    form = asset_form(code)
    parts = []
    for part in form.parts:
        items = [(row.asset.account, figures_of(part, row)) for row in rows]
        parts.append(FilledPart(part, add_up(part, items)))
    first = form.parts[0]
    return FilledForm(form, parts, [row for row in rows if not first.row_of(row.asset.account)])


def box_assets(code: str, box: str, rows: Sequence[Standing]) -> tuple[str, list[BoxAsset]] | None:
    """The row of a box and the assets behind it; None when the form has no such box."""
    for part in asset_form(code).parts:
        for line in part.rows:
            column = next((name for name, said in line.boxes.items() if said == box), "")
            if not column:
                continue
            keys = leaves(part, line.key)
            found = [
                BoxAsset(row, figures_of(part, row).get(column, 0))
                for row in rows
                if part.row_of(row.asset.account) in keys
            ]
            return line.label, [one for one in found if one.cents]
    return None


def figures_of(part: FormPart, row: Standing) -> dict[str, int]:
    """The figures of an asset that a part of a form speaks of."""
    if part.figures == "gross":
        return {
            "before": row.gross_before, "came": row.came, "left": row.left, "after": row.gross,
        }  # fmt: skip
    if part.figures == "depreciation":
        return {
            "before": row.before, "add": row.charge, "back": row.out, "after": row.accumulated,
        }  # fmt: skip
    cause = "declining" if row.asset.fiscal_method == DECLINING else "life"
    move = row.derogatory_move
    return {f"{'add' if move > 0 else 'back'}_{cause}": abs(move), "net": move}
