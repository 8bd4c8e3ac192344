"""Reading a short spreadsheet, CSV or XLSX: its headings, and its cells as texts."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import IO, Any

from firm.errors import BusinessError
from firm.formats import file_size, integer

ZIP = b"PK\x03\x04"


def read_sheet(
    source: IO[bytes],
    *,
    most_bytes: int,
    most_rows: int,
    refuse: Callable[[str], BusinessError],
) -> tuple[list[str], list[list[str]]]:
    """The headings of the first sheet and its rows, whatever encoding and separator a CSV has.

    Raises:
        BusinessError: that of `refuse`, given a French sentence: no spreadsheet, or too large.
    """
    content = source.read(most_bytes + 1)
    if len(content) > most_bytes:
        raise refuse(f"Ce fichier dépasse {file_size(most_bytes)} : partagez-le en plusieurs.")
    table = _table(content, refuse)
    if len(table) > most_rows:
        raise refuse(f"Ce fichier dépasse {integer(most_rows)} lignes : partagez-le.")
    rows = [list(map(str, row)) for row in table.itertuples(index=False, name=None)]
    return list(table.columns.map(str)), rows


def _table(content: bytes, refuse: Callable[[str], BusinessError]) -> Any:
    """The first sheet, every cell a text."""
    import pandas

    try:
        if content.startswith(ZIP):
            table = pandas.read_excel(io.BytesIO(content), engine="calamine", dtype=str)
        else:
            table = pandas.read_csv(
                io.StringIO(_decoded(content)), sep=None, engine="python", dtype=str,
                keep_default_na=False, index_col=False, on_bad_lines="error",
            )  # fmt: skip
    except Exception as error:
        at = re.search(r"line (\d+)", str(error))
        where = f" (ligne {at[1]})" if at else ""
        raise refuse(
            f"Ce fichier n’a pas pu être lu{where}. Enregistrez-le en XLSX, ou en CSV séparé par"
            " des points-virgules."
        ) from error
    return table.fillna("").astype(str)


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding).replace("\0", "")
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1").replace("\0", "")
