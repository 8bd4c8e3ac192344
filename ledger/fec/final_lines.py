"""lines.tsv as it must be: lettering and entry numbers filled in once the whole file is known.

The first pass writes rows with the run in place of the entry, and a mark where a lettering number
goes.  When every run is an entry only the marks have to be filled, block by block; otherwise the
rows are gone through one by one.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from typing import Final, NamedTuple, TextIO

from ledger.fec.artefacts import opened
from ledger.fec.columns import (
    COMP_AUX_LIB,
    COMPTE_LIB,
    ECRITURE_DATE,
    LEGAL,
    PIECE_DATE,
    PIECE_REF,
    VALID_DATE,
)
from ledger.fec.tails import HOLE, json_text

_BLOCK: Final = 256 * 1024
_INTEGER: Final = 4
_ACCOUNT: Final = 2
_THIRD: Final = 3
_EXTRA: Final = 12
_HEADER: Final = tuple(LEGAL[i] for i in (ECRITURE_DATE, PIECE_REF, PIECE_DATE, VALID_DATE))


class Owner(NamedTuple):
    """Consecutive rows and the entry they go to (0: none); `header`: what they say instead."""

    rows: int
    entry: int
    header: dict[str, str] | None = None


@dataclass(slots=True)
class Relabelled:
    """Accounts and third parties whose label is not the first one met: no → (first, kept)."""

    accounts: dict[str, tuple[str, str]] = field(default_factory=dict)
    thirds: dict[str, tuple[str, str]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.accounts or self.thirds)


def lettering_numbers(path: Path) -> Iterator[str]:
    """The lettering number of each mark, in order; empty when its line was left out."""
    with path.open("rb") as file:
        file.seek(_INTEGER)  # marks count from 1
        while block := file.read(_BLOCK):
            values = array("i")
            values.frombytes(block)
            yield from (str(value) if value else "" for value in values)


def fill_marks(draft: Path, final: Path, numbers: Iterator[str]) -> None:
    """Copy the rows, a lettering number in place of each mark."""
    with draft.open(encoding="utf-8", newline="\n") as source, opened(final) as target:
        while block := source.read(_BLOCK):
            pieces = block.split(HOLE)
            filled = islice(numbers, len(pieces) - 1)
            pairs = zip(pieces, chain(filled, ("",)), strict=True)
            target.write("".join(chain.from_iterable(pairs)))


def rewrite(
    draft: Path,
    final: Path,
    numbers: Iterator[str],
    owners: Iterator[Owner],
    relabelled: Relabelled,
) -> None:
    """Copy the rows one by one to the entries they belong to, without those of no entry."""
    with draft.open(encoding="utf-8", newline="\n") as source, opened(final) as target:
        for owner in owners:
            for row in islice(source, owner.rows):
                number = next(numbers) if HOLE in row else ""
                if owner.entry:
                    _write(row.replace(HOLE, number), owner, relabelled, target)


def _write(row: str, owner: Owner, relabelled: Relabelled, target: TextIO) -> None:
    _, tail = row.split("\t", 1)
    row = f"{owner.entry}\t{tail}"
    has_header = owner.header is not None and (owner.header or not row.endswith("\t\n"))
    if has_header or relabelled:
        row = _with_extra(row.rstrip("\n").split("\t"), owner.header, relabelled)
    target.write(row)


def _with_extra(fields: list[str], header: dict[str, str] | None, relabelled: Relabelled) -> str:
    extra: dict[str, str] = json.loads(fields[_EXTRA]) if fields[_EXTRA] else {}
    if header is not None:
        extra = {key: value for key, value in extra.items() if key not in _HEADER} | header
    _relabel(extra, LEGAL[COMPTE_LIB], relabelled.accounts.get(fields[_ACCOUNT]))
    _relabel(extra, LEGAL[COMP_AUX_LIB], relabelled.thirds.get(fields[_THIRD]))
    fields[_EXTRA] = json_text(extra)
    return "\t".join(fields) + "\n"


def _relabel(extra: dict[str, str], key: str, labels: tuple[str, str] | None) -> None:
    """A line that says nothing bears the first label; the default is now the one kept."""
    if labels is not None:
        first, kept = labels
        said = extra.pop(key, first)
        if said != kept:
            extra[key] = said
