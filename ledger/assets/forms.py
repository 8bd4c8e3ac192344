"""The statements of fixed assets and of depreciation (2054, 2055, 2033-C), read from `data/*.yaml`.

A row takes the assets of its roots, the longest root winning; a column is one of the figures below.
Amounts are cents.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import yaml

from ledger.assets.accounts import DATA

CODES = ("2054", "2055", "2033-C")
# What a column holds; each figure is one of an asset in the year.
COLUMNS = {
    "before": "Début d’exercice",
    "revaluation": "Réévaluation",
    "came": "Acquisitions, créations, apports",
    "moved": "Virements",
    "left": "Cessions, mises hors service",
    "after": "Fin d’exercice",
    "add": "Dotations de l’exercice",
    "back": "Sorties et reprises",
    "add_life": "Dotations\u00a0: durée",
    "add_declining": "Dotations\u00a0: dégressif",
    "add_special": "Dotations\u00a0: exceptionnel",
    "back_life": "Reprises\u00a0: durée",
    "back_declining": "Reprises\u00a0: dégressif",
    "back_special": "Reprises\u00a0: exceptionnel",
    "net": "Mouvement net",
}


@dataclass(frozen=True, slots=True)
class FormRow:
    """A row: the roots that it takes, or the rows (by key) that it adds up; boxes by column."""

    key: str
    label: str
    boxes: Mapping[str, str] = field(default_factory=dict)
    roots: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FormPart:
    """A part of a form (cadre), with its columns."""

    title: str
    figures: str
    columns: tuple[str, ...]
    rows: tuple[FormRow, ...]

    def row_of(self, account: str) -> str:
        """The key of the row that an account goes to; empty when none does."""
        roots = {root: row.key for row in self.rows for root in row.roots}
        sizes = range(len(account), 1, -1)
        return next((roots[account[:size]] for size in sizes if account[:size] in roots), "")


@dataclass(frozen=True, slots=True)
class AssetForm:
    """A form, and the year of the official layout that its boxes follow."""

    code: str
    title: str
    layout: str
    parts: tuple[FormPart, ...]


@cache
def asset_form(code: str) -> AssetForm:
    """A form by its code.

    Raises:
        KeyError: no such form.
    """
    if code not in CODES:
        raise KeyError(code)
    path = DATA / f"{code.lower().replace('-', '')}.yaml"
    read = yaml.safe_load(path.read_text(encoding="utf-8"))
    parts = tuple(_part(one) for one in read["parts"])
    return AssetForm(read["code"], read["title"], read["layout"], parts)


def _part(read: dict[str, Any]) -> FormPart:
    columns = tuple(read["columns"])
    rows = tuple(
        FormRow(
            line["key"], line["label"],
            {column: code for column, code in zip(columns, line["codes"], strict=True) if code},
            tuple(str(root) for root in line.get("roots", ())), tuple(line.get("sum", ())),
        )
        for line in read["rows"]
    )  # fmt: skip
    return FormPart(read["title"], read["figures"], columns, rows)


def add_up(
    part: FormPart, items: Sequence[tuple[str, Mapping[str, int]]]
) -> dict[str, dict[str, int]]:
    """Figures by row and column of (account, figures) items, totals included."""
    found = {row.key: dict.fromkeys(part.columns, 0) for row in part.rows}
    for account, figures in items:
        if key := part.row_of(account):
            for column in part.columns:
                found[key][column] += figures.get(column, 0)
    for row in part.rows:
        for term in row.terms:
            for column in part.columns:
                found[row.key][column] += found[term][column]
    return found


def leaves(part: FormPart, key: str) -> set[str]:
    """The rows with roots that a row comes from, itself when it adds nothing up."""
    row = next(row for row in part.rows if row.key == key)
    if not row.terms:
        return {key}
    return set().union(*(leaves(part, term) for term in row.terms))
