"""Filling a form with the balances of a period.

Amounts are cents; a box is positive in its own sense.  Totals add up cents, and are rounded to
euros only where they are shown, as a filed return is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from ledger.financials.forms import Box, Form, Section

RESULT_ACCOUNTS = ("6", "7")
CARRIED_RESULT = "12"
RETAINED = "11"


@dataclass(frozen=True, slots=True)
class Held:
    """What an account holds at the end of a period, in cents, both positive.

    `debit` is the sum of its third parties' debit balances, `credit` that of their credit balances:
    an account without third parties has one of them.
    """

    account_id: int
    account: str
    label: str
    debit: int
    credit: int


@dataclass(frozen=True, slots=True)
class Part:
    """What an account brings to a box, in the box's sense."""

    account_id: int
    account: str
    label: str
    cents: int


@dataclass(frozen=True, slots=True)
class Line:
    """A box filled: its value (`gross` where there is depreciation), and what was before."""

    box: Box
    value: int
    less: int = 0
    before: int | None = None

    @property
    def net(self) -> int:
        """The value less its depreciation."""
        return self.value - self.less

    @property
    def gap(self) -> int | None:
        """Net less that of the period before."""
        return None if self.before is None else self.net - self.before

    @property
    def ratio(self) -> float | None:
        """The gap over what was before; None when nothing was."""
        return self.gap / abs(self.before) if self.gap and self.before else None

    @property
    def is_empty(self) -> bool:
        """Whether it has nothing to say, now or before."""
        return not (self.value or self.less or self.before)


@dataclass
class Filled:
    """Values by code, the accounts behind each, and the balances that no box takes."""

    values: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    parts: dict[str, list[Part]] = field(default_factory=lambda: defaultdict(list))
    unmapped: list[Held] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class FilledSection:
    """A section with its lines: titles stay as text."""

    section: Section
    rows: Sequence[Line | str]


def to_euros(cents: int) -> int:
    """Rounded to the nearest euro, half a euro counting for one (CGI art. 1657, 1)."""
    whole = (abs(cents) + 50) // 100
    return whole if cents >= 0 else -whole


def fill(
    form: Form, held: Iterable[Held], *, result: int = 0, opening: Iterable[Part] = ()
) -> Filled:
    """Put balances into the boxes of a form and add its totals up.

    `result` (profit positive) goes to the box of the result of a balance sheet.  What account 12
    then still holds is the result of an earlier year that waits for its allocation: it stands with
    the retained earnings (11), while in closed books, where 6 and 7 are nil, it is the result.
    `opening` is what the accounts of cash held at the start, for the box of that name.
    """
    filled = Filled()
    for box in form.boxes():
        if box.is_opening:
            filled.parts[box.code] = list(opening)
            filled.values[box.code] = sum(part.cents for part in filled.parts[box.code])
    for one in held:
        number = one.account
        if result and number.startswith(CARRIED_RESULT):
            number = RETAINED
        for side, cents in (("debit", one.debit), ("credit", one.credit)):
            if cents:
                _place(form, filled, one, code=form.box_of(number, side), cents=cents, side=side)
    for box in form.boxes():
        if box.is_result:
            filled.values[box.code] += result
    _add_up(form, filled)
    return filled


def lines(form: Form, now: Filled, before: Filled | None) -> list[FilledSection]:
    """The form as it is read, beside the period before if there is one."""
    found = [
        FilledSection(
            section,
            [
                row if isinstance(row, str) else _line(row, now, before)
                for row in section.rows
                if isinstance(row, str) or not row.is_hidden
            ],
        )
        for section in form.sections
    ]
    return [section for section in found if section.rows]


def _line(box: Box, now: Filled, before: Filled | None) -> Line:
    past = None
    if before is not None:
        past = before.values[box.code] - (before.values[box.less] if box.less else 0)
    return Line(box, now.values[box.code], now.values[box.less] if box.less else 0, past)


def _place(form: Form, filled: Filled, one: Held, *, code: str, cents: int, side: str) -> None:
    """Put one side of an account into its box, or among what no box takes."""
    if not code:
        only = (cents, 0) if side == "debit" else (0, cents)
        filled.unmapped.append(Held(one.account_id, one.account, one.label, *only))
        return
    signed = cents if form.sides[code] == side else -cents
    filled.values[code] += signed
    filled.parts[code].append(Part(one.account_id, one.account, one.label, signed))


def _add_up(form: Form, filled: Filled) -> None:
    by_code = {box.code: box for box in form.boxes()}
    for box in form.boxes():
        if not box.terms:
            continue
        filled.values[box.code] = sum(sign * filled.values[code] for code, sign in box.terms)
        if box.less:
            filled.values[box.less] = sum(
                sign * filled.values[by_code[code].less]
                for code, sign in box.terms
                if by_code[code].less
            )


def parts_of(form: Form, filled: Filled, code: str) -> list[Part]:
    """The accounts behind a box, or behind all the boxes of a total, in its sense.

    An account that meets several of them is given once, with its sum.
    """
    sums: dict[str, Part] = {}
    for leaf, sign in leaves(form, code):
        for part in filled.parts.get(leaf, ()):
            known = sums.get(part.account)
            cents = sign * part.cents + (known.cents if known else 0)
            sums[part.account] = Part(part.account_id, part.account, part.label, cents)
    return sorted(sums.values(), key=lambda part: part.account)


def leaves(form: Form, code: str) -> list[tuple[str, int]]:
    """The boxes that a box comes from, itself if it adds nothing up, with their signs.

    Depreciation counts against its box.
    """
    by_code = {box.code: box for box in form.boxes()}
    box = by_code.get(code)
    if box is None:
        return [(code, 1)] if code in form.sides else []
    if not box.terms:
        return [(code, 1), *([(box.less, -1)] if box.less else [])]
    return [(leaf, sign * way) for term, sign in box.terms for leaf, way in leaves(form, term)]
