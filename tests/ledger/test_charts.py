"""Columns drawn by the server."""

from __future__ import annotations

import datetime as dt

from ledger.charts import HEIGHT, column_chart

JANUARY, FEBRUARY = dt.date(2023, 1, 1), dt.date(2023, 2, 1)


def test_columns_stand_on_zero_and_are_as_tall_as_their_amounts() -> None:
    chart = column_chart([(JANUARY, 100_00, 50_00), (FEBRUARY, 0, None)], has_second=True)

    before, now = chart.bars
    assert (before.tint, now.tint) == (2, 1)
    assert before.y + before.height == now.y + now.height
    assert abs(now.height - 2 * before.height) < 0.2
    assert now.title == "janv. 2023\u00a0: 100\u00a0€"
    assert before.title == "janv. 2022\u00a0: 50\u00a0€"


def test_a_negative_month_hangs_below_zero() -> None:
    chart = column_chart([(JANUARY, 100_00, None), (FEBRUARY, -50_00, None)], has_second=False)

    up, down = chart.bars
    assert round(up.y + up.height, 1) == down.y
    assert [text for _y, text in chart.marks] == ["−50", "0", "50", "100"]


def test_large_marks_are_written_in_thousands() -> None:
    chart = column_chart([(JANUARY, 300_000_00, None)], has_second=False)

    assert chart.marks[-1][1] == "300\u00a0k"
    assert all(0 <= y <= HEIGHT for y, _text in chart.marks)


def test_without_revenue_the_axis_still_stands() -> None:
    assert column_chart([(JANUARY, 0, None)], has_second=False).bars == []
    assert len(column_chart([], has_second=False).marks) >= 2
