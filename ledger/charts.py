"""Columns drawn by the server as SVG: a month a pair, this year before last year's, from zero."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from firm.formats import SHORT_MONTHS, integer

WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 720, 220, 72, 26, 14


@dataclass(frozen=True, slots=True)
class Bar:
    """A rectangle; `tint` 1 is this year, 2 the year before."""

    tint: int
    x: float
    y: float
    width: float
    height: float
    title: str


@dataclass(frozen=True, slots=True)
class ColumnChart:
    """Everything that the template writes: bars, marks of the axis, labels of the months."""

    bars: list[Bar]
    marks: list[tuple[float, str]]
    labels: list[tuple[float, str]]
    rows: list[tuple[dt.date, int, int | None]]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    base: int = HEIGHT - 6


def column_chart(
    rows: Sequence[tuple[dt.date, int, int | None]], *, has_second: bool
) -> ColumnChart:
    """Columns of (month, cents, cents of a year earlier); a negative hangs below zero."""
    values = [0, *(value for _month, *pair in rows for value in pair if value is not None)]
    scale = _Scale(min(values), max(values))
    slot = (WIDTH - LEFT) / max(len(rows), 1)
    middles = [round(LEFT + (at + 0.5) * slot, 1) for at in range(len(rows))]
    wide = round(min(slot * (0.36 if has_second else 0.6), 28), 1)
    bars: list[Bar] = []
    for middle, (month, now, before) in zip(middles, rows, strict=True):
        if has_second:
            bars += scale.bar(2, middle - wide - 1, wide, before, month)
            bars += scale.bar(1, middle, wide, now, month)
        else:
            bars += scale.bar(1, middle - wide / 2, wide, now, month)
    names = [SHORT_MONTHS[month.month - 1] for month, _now, _before in rows]
    return ColumnChart(bars, scale.marks(), list(zip(middles, names, strict=True)), list(rows))


class _Scale:
    """Where an amount stands on the paper, between two round amounts that hold them all."""

    def __init__(self, least: int, most: int) -> None:
        self.step = _step(most - least)
        self.low = -_up_to(-least, self.step)
        self.high = _up_to(most, self.step) or self.step

    def y(self, cents: int) -> float:
        share = (cents - self.low) / (self.high - self.low)
        return round(HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * share, 1)

    def bar(
        self, tint: int, x: float, width: float, cents: int | None, month: dt.date
    ) -> list[Bar]:
        """One bar from zero; none for nothing."""
        if not cents:
            return []
        top, bottom = sorted((self.y(cents), self.y(0)))
        when = f"{SHORT_MONTHS[month.month - 1]} {month.year - tint + 1}"
        title = f"{when}\u00a0: {integer(round(cents / 100))}\u00a0€"
        return [Bar(tint, round(x, 1), top, width, round(max(bottom - top, 1), 1), title)]

    def marks(self) -> list[tuple[float, str]]:
        """The axis: a height and an amount in euros."""
        every = range(self.low, self.high + 1, self.step)
        return [(self.y(cents), _short(cents // 100)) for cents in every]


def _short(euros: int) -> str:
    """« 300 k » for 300 000, so that the axis keeps its place."""
    return f"{integer(euros // 1000)}\u00a0k" if euros and euros % 1000 == 0 else integer(euros)


def _up_to(value: int, step: int) -> int:
    """The first multiple of `step` that is not below `value`."""
    return -(-value // step) * step


def _step(spread: int) -> int:
    """A round distance (1, 2 or 5 × 10ⁿ, in cents) that makes three to six marks."""
    rough = max(spread // 4, 100)
    power: int = 10 ** (len(str(rough)) - 1)
    return next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough)
