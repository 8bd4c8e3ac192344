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
    step = _step(max(values) - min(values))
    low, high = -_up_to(-min(values), step), _up_to(max(values), step) or step
    slot = (WIDTH - LEFT) / max(len(rows), 1)
    wide = round(min(slot * (0.36 if has_second else 0.6), 28), 1)

    def height_of(cents: int) -> float:
        return round(HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * (cents - low) / (high - low), 1)

    bars, labels = [], []
    for at, (month, *pair) in enumerate(rows):
        middle = LEFT + (at + 0.5) * slot
        x = middle - (wide + 1 if has_second else wide / 2)
        for tint, value in zip(
            (2, 1) if has_second else (1,), _ordered(pair, has_second), strict=True
        ):
            if value:
                edges = sorted((height_of(value), height_of(0)))
                when = f"{SHORT_MONTHS[month.month - 1]} {month.year - tint + 1}"
                title = f"{when} : {integer(round(value / 100))} €"
                bars.append(
                    Bar(
                        tint,
                        round(x, 1),
                        edges[0],
                        wide,
                        round(max(edges[1] - edges[0], 1), 1),
                        title,
                    )
                )
            x += wide + 1
        labels.append((round(middle, 1), SHORT_MONTHS[month.month - 1]))
    marks = [(height_of(cents), _short(cents // 100)) for cents in range(low, high + 1, step)]
    return ColumnChart(bars, marks, labels, list(rows))


def _ordered(pair: Sequence[int | None], has_second: bool) -> list[int | None]:
    return [pair[1], pair[0]] if has_second else [pair[0]]


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
