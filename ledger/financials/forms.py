"""The forms: their sections, boxes and the accounts that fill them, read from `data/*.yaml`.

A rule is a root of account numbers and the side of balance that it takes.  For an account and a
side the longest root wins; no root goes to two boxes of a form for the same side.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import yaml

DATA = Path(__file__).parent / "data"
SIDES = {"any": ("debit", "credit"), "debit": ("debit",), "credit": ("credit",)}


@dataclass(frozen=True, slots=True)
class Box:
    """One box.  `side` is the sense in which it is positive, debit or credit.

    `less` is the code of its column of depreciation; `terms` the boxes that a total adds up, as
    (code, sign); `is_result` marks the box that receives the profit of classes 6 and 7,
    `is_opening` the one of the cash at the start.  A hidden box is only a term of others; a plain
    one is read as a box although it has terms.
    """

    code: str
    label: str
    side: str
    less: str = ""
    terms: tuple[tuple[str, int], ...] = ()
    is_result: bool = False
    is_strong: bool = False
    is_grand: bool = False
    is_opening: bool = False
    is_hidden: bool = False
    is_plain: bool = False

    @property
    def is_total(self) -> bool:
        """Whether it adds other boxes up, and is read as a total."""
        return bool(self.terms) and not self.is_plain


@dataclass(frozen=True, slots=True)
class Section:
    """A block of a form: titles (as text) and boxes, in the order of the form."""

    title: str
    form: str
    has_less: bool
    rows: tuple[Box | str, ...]


@dataclass(frozen=True)
class Form:
    """A form.  `rules` gives, by side of the balance, the box (or its `less`) of each root."""

    code: str
    title: str
    sections: tuple[Section, ...]
    rules: Mapping[str, Mapping[str, str]] = field(repr=False)

    def boxes(self) -> Iterator[Box]:
        """Every box, in order."""
        return (row for section in self.sections for row in section.rows if isinstance(row, Box))

    @cached_property
    def sides(self) -> dict[str, str]:
        """The sense in which each code, depreciation included, is positive."""
        found = {box.code: box.side for box in self.boxes()}
        return found | {box.less: "credit" for box in self.boxes() if box.less}

    def box_of(self, account: str, side: str) -> str:
        """The code that a balance of this side on this account goes to; empty when none does."""
        rules = self.rules[side]
        for length in range(len(account), 0, -1):
            if code := rules.get(account[:length]):
                return code
        return ""


@cache
def form(code: str) -> Form:
    """A form by its code: 2050, 2052, 2033-A, 2033-B, 2035, SIG or FLUX.

    Raises:
        KeyError: no such form.
    """
    path = DATA / f"{code.lower().replace('-', '')}.yaml"
    if code not in CODES:
        raise KeyError(code)
    read = yaml.safe_load(path.read_text(encoding="utf-8"))
    rules: dict[str, dict[str, str]] = {"debit": {}, "credit": {}}
    sections = tuple(_section(one, rules) for one in read["sections"])
    return Form(read["code"], read["title"], sections, rules)


CODES = ("2050", "2052", "2033-A", "2033-B", "2035", "SIG", "FLUX")


def _section(read: dict[str, Any], rules: dict[str, dict[str, str]]) -> Section:
    rows: list[Box | str] = []
    for line in read["lines"]:
        if "code" not in line:
            rows.append(line["title"])
            continue
        box = _box(line, line.get("side", read["side"]))
        rows.append(box)
        _add_rules(line, box, rules)
    return Section(read["title"], read.get("form", ""), read.get("has_less", False), tuple(rows))


def _box(line: dict[str, Any], side: str) -> Box:
    terms = tuple(
        (term.removeprefix("-"), -1 if term.startswith("-") else 1) for term in line.get("sum", ())
    )
    return Box(
        line["code"],
        line["label"],
        side,
        less=line["less"]["code"] if "less" in line else line.get("less_code", ""),
        terms=terms,
        is_result=line.get("result", False),
        is_strong=line.get("strong", False),
        is_grand=line.get("grand", False),
        is_opening=line.get("opening", False),
        is_hidden=line.get("hidden", False),
        is_plain=line.get("plain", False),
    )


def _add_rules(line: dict[str, Any], box: Box, rules: dict[str, dict[str, str]]) -> None:
    """Every root of a box, and of its depreciation, by the sides that it takes."""
    for root in line.get("less", {}).get("roots", ()):
        for side in SIDES["any"]:
            _add(rules[side], root, box.less)
    for which, sides in SIDES.items():
        for root in line.get(which, ()):
            for side in sides:
                _add(rules[side], root, box.code)


def _add(rules: dict[str, str], root: int | str, code: str) -> None:
    """Keep one box a root: a form that names two would depend on their order.

    Raises:
        ValueError: the data give a root to two boxes.
    """
    if rules.setdefault(str(root), code) != code:
        raise ValueError(f"The root {root} goes to {rules[str(root)]} and to {code}.")
