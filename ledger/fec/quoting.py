"""Lines whose zones are in quotes, as spreadsheets write them."""

from __future__ import annotations

import csv


def quoted_zones(line: str, separator: str) -> list[str]:
    """The zones of a quoted line, without quotes; the line as one zone when it is not sound."""
    try:
        return next(csv.reader([line], delimiter=separator))
    except csv.Error:  # a line end outside quotes, or a zone beyond any measure
        return [line]
