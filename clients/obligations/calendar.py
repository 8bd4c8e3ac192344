"""Which obligations a dossier has between two days, from the rules."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from clients.obligations.days import DAY, month_day, months_after, shifted, working_after

PATH = Path(__file__).parent / "rules.yaml"
CIVIL = (12, 31)
# Of each tax regime: how the profit is taxed.
TAXES = {
    "is_normal": "is", "is_simple": "is", "bic_normal": "bic", "bic_simple": "bic", "bnc": "bnc",
    "ba": "ba",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Situation:
    """What the rules ask of a dossier.  `closing` is (month, day) of its year end, if known."""

    tax_regime: str = ""
    vat_regime: str = ""
    closing: tuple[int, int] | None = None
    vat_day: int = 24
    payroll_day: int = 0
    pays_instalments: bool = True
    pays_cfe: bool = True
    pays_cfe_advance: bool = False
    pays_cvae: bool = False
    files_das2: bool = True
    holds_meeting: bool = True

    @property
    def tax(self) -> str:
        """is, bic, bnc, ba, or nothing."""
        return TAXES.get(self.tax_regime, "")

    @property
    def has_profit_tax(self) -> bool:
        """Whether a regime is known, and is not « Non imposé »."""
        return self.tax_regime not in {"", "exempt"}

    @property
    def has_payroll(self) -> bool:
        """Whether there are wages to declare."""
        return self.payroll_day > 0


@dataclass(frozen=True, slots=True)
class Planned:
    """One obligation: its kind, what it is about, and the day by which it is done."""

    kind: str
    period: str
    period_end: dt.date
    due_on: dt.date


@dataclass(frozen=True)
class Rule:
    """One rule of the file; `label` is what people read, `source` the text that it comes from."""

    kind: str
    label: str
    when: str
    due: Mapping[str, Any]
    needs: Mapping[str, Any]
    source: str
    shift: bool
    since: dt.date
    until: dt.date

    def applies(self, one: Situation) -> bool:
        """Whether the dossier is what the rule asks for."""
        for name, wanted in self.needs.items():
            value = getattr(one, name)
            if (value not in wanted) if isinstance(wanted, list) else (value is not wanted):
                return False
        return True


@cache
def rules() -> tuple[Rule, ...]:
    """The rules, in the order of the file."""
    read = yaml.safe_load(PATH.read_text(encoding="utf-8"))
    return tuple(
        Rule(
            kind=one["kind"], label=one["label"].replace(" €", "\u00a0€"), when=one["when"],
            due=one["due"], needs=one["needs"], source=one["source"], shift=one.get("shift", True),
            since=one.get("since", dt.date.min), until=one.get("until", dt.date.max),
        )
        for one in read
    )  # fmt: skip


@cache
def labels() -> dict[str, str]:
    """What each kind is called."""
    return {rule.kind: rule.label for rule in rules()}


def plan(one: Situation, since: dt.date, until: dt.date) -> list[Planned]:
    """Every obligation that falls due between two days, both included, by day and kind."""
    found = [
        planned
        for rule in rules()
        if rule.applies(one)
        for planned in _WHEN[rule.when](rule, one, since, until)
        if max(since, rule.since) <= planned.due_on <= min(until, rule.until)
    ]
    return sorted(found, key=lambda planned: (planned.due_on, planned.kind, planned.period))


def _made(rule: Rule, period: str, end: dt.date, due: dt.date) -> Planned:
    return Planned(rule.kind, period, end, shifted(due) if rule.shift else due)


def _monthly(rule: Rule, one: Situation, since: dt.date, until: dt.date) -> Iterator[Planned]:
    month = months_after(since.replace(day=1), -2)
    while month <= until:
        yield from _following(rule, one, month, f"{month:%Y-%m}", length=1)
        month = months_after(month, 1)


def _quarterly(rule: Rule, one: Situation, since: dt.date, until: dt.date) -> Iterator[Planned]:
    first = dt.date(since.year - 1, 10, 1)
    while first <= until:
        name = f"{first.year}-T{(first.month + 2) // 3}"
        yield from _following(rule, one, first, name, length=3)
        first = months_after(first, 3)


def _following(
    rule: Rule, one: Situation, first: dt.date, name: str, *, length: int
) -> Iterator[Planned]:
    """Due on a day of the month that follows the period."""
    after = months_after(first, length)
    due = month_day(after.year, after.month, getattr(one, rule.due["profile"]))
    yield _made(rule, name, after - DAY, due)


def _civil(rule: Rule, one: Situation, since: dt.date, until: dt.date) -> Iterator[Planned]:
    for year in range(since.year - 1, until.year + 1):
        dates = rule.due.get("dates")
        if dates is None:
            due = _day_in(rule.due, year)
            yield _made(rule, str(year), dt.date(year - 1, *CIVIL), due)
            continue
        for month, day in dates:
            due = month_day(year, month, getattr(one, day) if isinstance(day, str) else day)
            name = str(year) if len(dates) == 1 else f"{year}-{month:02d}"
            yield _made(rule, name, due, due)


def _yearly(rule: Rule, one: Situation, since: dt.date, until: dt.date) -> Iterator[Planned]:
    if one.closing is None:
        return
    for year in range(since.year - 2, until.year + 1):
        closing = month_day(year, *one.closing)
        if one.closing[0] == 2 and one.closing[1] >= 28:
            closing = dt.date(year, 3, 1) - DAY
        on = rule.due
        if "civil_year" in on:
            on = on["civil_year" if one.closing == CIVIL else "otherwise"]
        yield _made(rule, f"{closing:%Y-%m}", closing, _after(on, closing))


def _after(on: Mapping[str, Any], closing: dt.date) -> dt.date:
    """The day that follows a closing, before it is moved to a working day."""
    if "after" in on:
        due = months_after(closing, on["after"]["months"])
        due = due.replace(day=on["after"].get("day", due.day))
    elif "dates_after" in on:
        due = dt.date(closing.year, *on["dates_after"])
        due = due if due > closing else due.replace(year=due.year + 1)
    else:
        due = _day_in({**on, "plus": 0}, closing.year)
        year = closing.year if due > closing else closing.year + 1
        due = _day_in({**on, "plus": 0}, year)
    extra: dt.timedelta = on.get("plus", 0) * DAY
    return due + extra


def _day_in(on: Mapping[str, Any], year: int) -> dt.date:
    month, day, count = on["working_day_after"]
    extra: dt.timedelta = on.get("plus", 0) * DAY
    return working_after(dt.date(year, month, day), count) + extra


_WHEN: dict[str, Callable[[Rule, Situation, dt.date, dt.date], Iterator[Planned]]] = {
    "month": _monthly, "quarter": _quarterly, "civil": _civil, "year": _yearly,
}  # fmt: skip
