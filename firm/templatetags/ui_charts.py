"""Small charts drawn by the server as SVG (up to 60 points), and the element for longer ones.

One hue in two tints; the last value is labelled; bars start at zero; the figures are always
available as a table behind « Voir les chiffres ».
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import template

from firm.formats import integer
from firm.templatetags.ui_html import attributes

register = template.Library()

WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 320, 132, 40, 22, 18


def _scale(values: Sequence[float], from_zero: bool) -> tuple[float, float]:
    """Lowest and highest of the axis, never equal."""
    low = min(0.0, *values) if from_zero else float(min(values))
    high = float(max(values))
    if high == low:
        high = low + 1
    return low, high


@register.inclusion_tag("ui/line_chart.html")
def line_chart(
    id: str, title: str, points: Iterable[tuple[str, int]], unit: str = ""
) -> dict[str, Any]:
    """`{% line_chart "c1" "Factures à comptabiliser : de 268 à 214" points %}`.

    Points are (label, whole number); `unit` is written in the table only.
    """
    rows = list(points)
    if not rows:
        return {"id": id, "title": title, "rows": []}
    low, high = _scale([value for _, value in rows], from_zero=False)
    step = (WIDTH - LEFT - 8) / max(len(rows) - 1, 1)

    def place(at: int, value: float) -> tuple[float, float]:
        down = (HEIGHT - BOTTOM - TOP) * (value - low) / (high - low)
        return round(LEFT + at * step, 1), round(HEIGHT - BOTTOM - down, 1)

    spots = [place(at, value) for at, (_, value) in enumerate(rows)]
    ticks = [(integer(round(value)), place(0, value)[1]) for value in (low, (low + high) / 2, high)]
    floor = HEIGHT - BOTTOM
    line = " ".join(f"{x},{y}" for x, y in spots)
    return {
        "id": id, "title": title, "rows": rows, "unit": unit, "line": line, "ticks": ticks,
        "area": f"{spots[0][0]},{floor} {line} {spots[-1][0]},{floor}",
        "last": (spots[-1][0], spots[-1][1], round(spots[-1][1] - 8, 1), integer(rows[-1][1])),
        "labels": _sparse([(x, label) for (x, _), (label, _) in zip(spots, rows, strict=True)]),
        "left": LEFT, "tick_x": LEFT - 6, "right": WIDTH - 8, "base": HEIGHT - 6,
    }  # fmt: skip


def _sparse(labels: list[tuple[float, str]]) -> list[tuple[float, str, str]]:
    """At most four labels, the first set left, the last set right, so that none collides."""
    count = len(labels)
    kept = sorted({0, count // 3, 2 * count // 3, count - 1}) if count > 4 else range(count)
    sides = {0: "start", count - 1: "end"}
    return [(*labels[at], sides.get(at, "middle")) for at in kept]


@register.inclusion_tag("ui/bar_chart.html")
def bar_chart(
    id: str, title: str, rows: Iterable[Sequence[Any]], series: Sequence[str] = ("Nombre",)
) -> dict[str, Any]:
    """`{% bar_chart "c2" "Charge par collaborateur" rows series %}`: horizontal, stacked.

    Rows are (label, first[, second]); `series` names the one or two tints (no legend for one).
    """
    data = [(str(row[0]), [int(value) for value in row[1:3]]) for row in rows]
    most = max((sum(values) for _, values in data), default=0) or 1
    bars = []
    for at, (label, values) in enumerate(data):
        x, parts = 96.0, []
        for tint, value in enumerate(values, 1):
            width = round(value / most * (WIDTH - 96 - 40), 1)
            parts.append((tint, round(x, 1), width))
            x += width + 1
        bars.append(
            {"label": label, "y": 8 + at * 30, "text_y": 19 + at * 30, "parts": parts,
             "sum": integer(sum(values)), "sum_x": round(x + 5, 1), "values": values}
        )  # fmt: skip
    height = len(data) * 30 + 4
    return {"id": id, "title": title, "bars": bars, "series": list(series), "height": height}


@register.inclusion_tag("ui/time_chart.html")
def time_chart(id: str, title: str, src: str = "", json: str = "") -> dict[str, Any]:
    """`{% time_chart "tresorerie" "Trésorerie, 24 mois" url %}`: uPlot, read from JSON.

    JSON: `{"x": [unix seconds], "series": [{"label": "Solde", "cents": [int or null]}]}`, at the
    address `src` or in the page by `{{ data|json_script:"id" }}` and `json="id"`.
    """
    return {"id": id, "title": title, "attributes": attributes(data_src=src, data_json=json)}
