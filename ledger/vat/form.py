"""The CA3 as data: its boxes at a date, the role of an account, the box of a rate."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import yaml

PATH = Path(__file__).parent / "data" / "ca3.yaml"
_RATE = re.compile(r"(?<![\d,.])(\d{1,2}(?:[.,]\d{1,2})?)\s*%|(?<=\s)(\d{1,2}[.,]\d{1,2})(?!\d)")
_BARE = re.compile(r"(?<![\d,.])(\d{1,2})(?![\d,.])")


@dataclass(frozen=True, slots=True)
class Box:
    """One box: its zones in the EDI messages (empty: it has no such column) and its rate.

    `of_which` repeats a part of another box; `is_total` is worked out from the others.
    """

    code: str
    label: str
    base: str = ""
    tax: str = ""
    rate: Decimal | None = None
    is_total: bool = False
    is_grand: bool = False
    of_which: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """A block of the form, boxes in order."""

    title: str
    frame: str
    boxes: tuple[Box, ...]


@dataclass(frozen=True)
class Form:
    """The form in force at a date."""

    code: str
    title: str
    sections: tuple[Section, ...]

    def boxes(self) -> Iterator[Box]:
        """Every box, in order."""
        return (box for section in self.sections for box in section.boxes)

    @cached_property
    def _by_code(self) -> dict[str, Box]:
        return {box.code: box for box in self.boxes()}

    def box(self, code: str) -> Box | None:
        """A box by its code."""
        return self._by_code.get(code)

    def of_rate(self, rate: Decimal, *, on: str = "sales", overseas: bool = False) -> str:
        """The box of a rate, for `sales` or `imports`; empty when the form has none."""
        key = text_of(rate)
        tables = data()["rates"]
        wanted = tables["overseas"].get(key, []) if overseas and on == "sales" else []
        wanted = [*wanted, *tables[on].get(key, [])]
        return next((code for code in wanted if self.box(code)), "")


def text_of(rate: Decimal) -> str:
    """« 5.5 », « 20 »: a rate without needless zeros."""
    return f"{rate.normalize():f}"


@cache
def data() -> dict[str, Any]:
    """The content of `data/ca3.yaml`."""
    loaded: dict[str, Any] = yaml.safe_load(PATH.read_text(encoding="utf-8"))
    return loaded


@cache
def form_at(day: dt.date) -> Form:
    """The form for a period that ends on `day`."""
    read = data()
    sections = tuple(
        Section(
            one["title"],
            one["frame"],
            tuple(_box(box) for box in one["boxes"] if _in_force(box, day)),
        )
        for one in read["sections"]
    )
    return Form(read["form"], read["title"], sections)


def _in_force(box: Mapping[str, Any], day: dt.date) -> bool:
    since, until = box.get("since", dt.date.min), box.get("until", dt.date.max)
    return bool(since <= day <= until)


def _box(read: Mapping[str, Any]) -> Box:
    return Box(
        code=read["code"], label=read["label"].replace(" %", "\u00a0%"), base=read.get("base", ""),
        tax=read.get("tax", ""), rate=Decimal(read["rate"]) if "rate" in read else None,
        is_total=bool(read.get("total")), is_grand=bool(read.get("grand")),
        of_which=bool(read.get("of_which")),
    )  # fmt: skip


@cache
def known_rates() -> frozenset[Decimal]:
    """Every rate that some box takes."""
    tables = data()["rates"].values()
    return frozenset(Decimal(rate) for table in tables for rate in table)


@cache
def role_of(number: str) -> str:
    """The role of an account by its longest root; empty outside of 445."""
    roots: dict[str, str] = data()["accounts"]
    for length in range(len(number), 2, -1):
        if role := roots.get(number[:length]):
            return role
    return ""


@cache
def rate_in(label: str) -> Decimal | None:
    """The one known rate that an account's label names: « TVA collectée 5,5 % » is 5.5."""
    found = {Decimal((a or b).replace(",", ".")).normalize() for a, b in _RATE.findall(label)}
    found = {rate for rate in found if rate in known_rates()}
    if not found:
        found = {Decimal(word) for word in _BARE.findall(label) if Decimal(word) in known_rates()}
    return found.pop() if len(found) == 1 else None


@cache
def said_by(label: str, *boxes: str) -> str:
    """The box, of those, one of whose words the label holds; empty when none does."""
    plain = " ".join(_plain(label).replace(".", " ").split())
    for box in boxes:
        for word in data()["words"][box]:
            if re.search(rf"\b{re.escape(_plain(word))}", plain):
                return box
    return ""


def _plain(text: str) -> str:
    split = unicodedata.normalize("NFKD", text.lower())
    return "".join(sign for sign in split if not unicodedata.combining(sign))
