"""Which entry the rows of the first pass go to, when runs of lines are not entries one for one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from ledger.fec.columns import ECRITURE_DATE, LEGAL, PIECE_DATE, PIECE_REF, VALID_DATE
from ledger.fec.entries import Parts
from ledger.fec.final_lines import Owner
from ledger.fec.scratch import Rows, Scratch
from ledger.fec.segments import Segment

_OWNER: Final = "CREATE TABLE owner (line INTEGER PRIMARY KEY, rows, entry, header)"


class RowOwners:
    """Notes the entry of every segment, in any order; gives them back in the order of the file.

    `is_identity`: runs are entries, but for those left out; then only these are noted.
    """

    def __init__(self, scratch: Scratch, *, is_identity: bool) -> None:
        self._scratch = scratch
        self._is_identity = is_identity
        self._left_out: list[int] = []
        self._rows: Rows | None = None

    @property
    def is_plain(self) -> bool:
        """True when the rows already bear the numbers of their entries."""
        return self._is_identity and not self._left_out

    @property
    def left_out(self) -> list[int]:
        """The runs that were left out."""
        return self._left_out

    def leave_out(self, runs: list[int]) -> None:
        """Note at once which runs were left out, all others being entries."""
        self._left_out = runs

    def note(self, entry: Segment, parts: Parts, number: int) -> None:
        """The entry that these segments make and its number, 0 when it is left out."""
        if self._is_identity:
            if not number:
                self._left_out.append(entry.run)
            return
        if self._rows is None:
            database = self._scratch.database
            database.execute(_OWNER)
            self._rows = Rows(database, "INSERT INTO owner VALUES (?, ?, ?, ?)")
        for part in parts:
            header = json.dumps(_differences(part, entry))
            self._rows.add((part.line, len(part.postings), number, header))

    def each(self, segments: Iterator[tuple[Any, ...]]) -> Iterator[Owner]:
        """The owners of the rows, in the order of the file."""
        if self._is_identity:
            yield from self._by_run(segments)
        elif self._rows is not None:
            self._rows.flush()
            for rows, entry, header in self._scratch.database.execute(
                "SELECT rows, entry, header FROM owner ORDER BY line"
            ):
                yield Owner(rows, entry, json.loads(header))

    def _by_run(self, segments: Iterator[tuple[Any, ...]]) -> Iterator[Owner]:
        left_out = iter((*self._left_out, 0))
        following, gone = next(left_out), 0
        for segment in map(Segment._make, segments):
            while following and segment.run > following:
                following, gone = next(left_out), gone + 1
            is_out = segment.run == following
            yield Owner(len(segment.postings), 0 if is_out else segment.run - gone)


def _differences(part: Segment, entry: Segment) -> dict[str, str]:
    """What the lines of a segment say otherwise than the entry they went to."""
    pairs = (
        (ECRITURE_DATE, part.date, entry.date),
        (PIECE_REF, part.ref, entry.ref),
        (PIECE_DATE, part.piece_date, entry.piece_date),
        (VALID_DATE, part.valid_date, entry.valid_date),
    )
    return {LEGAL[column]: said for column, said, usual in pairs if said != usual}
