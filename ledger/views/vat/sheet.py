"""The form as a page and as paper: sections of boxes with what they held a period before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from firm.formats import integer
from ledger.models import VatReturn
from ledger.vat.form import Box, Form

NONE: Mapping[str, int] = {}


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One box: base and tax in whole euros as text, and the tax (or the base) of before."""

    box: Box
    base: str
    tax: str
    before: str
    is_empty: bool
    opens: bool


@dataclass(frozen=True, slots=True)
class SheetSection:
    """A section with its rows."""

    title: str
    frame: str
    rows: Sequence[SheetRow]


def sheet(
    form: Form, values: Mapping[str, Mapping[str, int]], before: VatReturn | None, *, whole: bool
) -> list[SheetSection]:
    """The boxes in order; those that hold nothing are left out unless `whole`, totals apart."""
    sections = []
    for section in form.sections:
        rows = [_row(box, values, before) for box in section.boxes]
        kept = [row for row in rows if whole or row.box.is_total or not row.is_empty]
        sections.append(SheetSection(section.title, section.frame, kept))
    return [section for section in sections if section.rows]


def _row(box: Box, values: Mapping[str, Mapping[str, int]], before: VatReturn | None) -> SheetRow:
    base, tax = values["base"].get(box.code, 0), values["tax"].get(box.code, 0)
    past = 0
    if before is not None:
        past = (before.tax if box.tax else before.base).get(box.code, 0)
    return SheetRow(
        box,
        _euros(base, box.base, is_total=False),
        _euros(tax, box.tax, is_total=box.is_total),
        _euros(past, box.tax or box.base, is_total=False),
        not (base or tax or past),
        opens=box.code in OPENED or not box.is_total,
    )


OPENED = frozenset({"16", "23"})


def _euros(value: int, zone: str, *, is_total: bool) -> str:
    """Nothing where the form has no such column; a total shows its nought."""
    return integer(value) if zone and (value or is_total) else ""


def kept(row: VatReturn) -> dict[str, Any]:
    """The boxes that a return keeps."""
    return {"base": row.base, "tax": row.tax}
