"""The files that an import loads: tab-separated, UTF-8, LF, an empty field for NULL.

They are made for `COPY … WITH (FORMAT csv, DELIMITER E'\\t', QUOTE E'\\x01')` and describe exactly
what an import writes.  Ordinals are dense, from 1.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import TextIO

_BUFFER = 1024 * 1024


def opened(path: Path) -> TextIO:
    """A new artefact; what UTF-8 cannot hold (a lone surrogate) is replaced."""
    return path.open("w", encoding="utf-8", errors="replace", newline="\n", buffering=_BUFFER)


class Artefacts:
    """The folder of the artefacts of one check; None for `folder`: nothing is written."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder
        self._open: dict[str, TextIO] = {}

    def __enter__(self) -> Artefacts:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for file in self._open.values():
            file.close()
        self._open = {}

    def write(self, name: str, text: str) -> None:
        """Append rows to an artefact."""
        if self.folder is not None:
            file = self._open.get(name)
            if file is None:
                file = self._open[name] = opened(self.folder / f"{name}.tsv")
            file.write(text)

    def table(self, name: str, rows: Iterable[Iterable[object]]) -> None:
        """Write a whole artefact, even an empty one; None is an empty field."""
        self.write(name, "")
        for row in rows:
            self.write(name, row_of(row))


def row_of(fields: Iterable[object]) -> str:
    """One row; booleans are t and f."""
    return "\t".join(map(_text, fields)) + "\n"


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "t" if value else "f"
    return str(value)
