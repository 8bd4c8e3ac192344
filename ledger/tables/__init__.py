"""A table as data: what a screen shows, apart from how it is taken away (XLSX, CSV, PDF).

Its cells are plain values; the screen's own filters choose them (`ledger.tables.named`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["text", "amount", "integer", "date", "balance", "percent"]
Style = Literal["row", "group", "subtotal", "total"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column.  `amount` is signed cents; `balance` signed cents shown with its sense (D, C).

    `percent` is a ratio (0.26 is 26 %).  `width` is a share of the page, for paper.
    """

    label: str
    kind: Kind = "text"
    width: float = 1.0


@dataclass(frozen=True, slots=True)
class Row:
    """One row; a `group` has its title in the first cell, a `subtotal` is set apart.

    A `total` is set apart likewise, and is a figure of its own: a CSV keeps it.
    """

    cells: Sequence[Any]
    style: Style = "row"


@dataclass(frozen=True)
class Table:
    """A titled table whose rows are streamed once; `totals` is the last row, of the whole set.

    `count` is the number of rows, groups and subtotals left out: long tables are made by a job.
    `file_name` has no suffix.
    """

    title: str
    subtitle: str
    columns: Sequence[Column]
    rows: Iterable[Row]
    totals: Sequence[Any] | None = None
    count: int = 0
    file_name: str = "table"
