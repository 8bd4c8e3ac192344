"""The segments of a file in a table, for what has to be sorted: made only when something must be.

A tidy file (numbers that ascend in each journal, one date per entry) never needs it.
"""

from __future__ import annotations

import marshal
import sqlite3
from collections.abc import Iterator
from typing import Any, Final

from ledger.fec.numbers import Sequence, whole_number
from ledger.fec.scratch import Rows, Scratch, Spill
from ledger.fec.segments import Segment

_TABLE: Final = """
CREATE TABLE segment (
    seg INTEGER PRIMARY KEY, run, journal, number, value, date, ref, line, debit, credit, flags,
    payload, k1, k2, entry)
"""
_INSERT: Final = "INSERT INTO segment VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', NULL)"
_ENTRIES: Final = """
CREATE TABLE entry AS
SELECT journal, k1, k2, min(seg) AS first, count(DISTINCT run) AS runs, min(line) AS line
FROM segment GROUP BY journal, k1, k2
"""
_OWNERS: Final = """
UPDATE segment SET entry = (
    SELECT first FROM entry
    WHERE entry.journal = segment.journal AND entry.k1 = segment.k1 AND entry.k2 = segment.k2)
"""


class SegmentIndex:
    """A table `segment` of the scratch database: one row per segment, keyed (k1, k2) by journal."""

    def __init__(self, scratch: Scratch, spill: Spill) -> None:
        self._scratch = scratch
        self._spill = spill
        self._database: sqlite3.Connection | None = None

    @property
    def database(self) -> sqlite3.Connection:
        """The database, with the table filled; keys are the entry numbers as they stand."""
        if self._database is None:
            self._database = self._scratch.database
            self._database.execute(_TABLE)
            rows = Rows(self._database, _INSERT)
            for rank, one in enumerate(self._spill):
                rows.add(_row(rank, one))
            rows.flush()
        return self._database

    def sequence(self, journal: int) -> Sequence:
        """The numbers of a journal in order."""
        return _fed(
            self.database.execute(
                "SELECT value, min(line) FROM segment WHERE journal = ? AND value IS NOT NULL "
                "GROUP BY value ORDER BY value",
                (journal,),
            )
        )

    def overall(self) -> Sequence | None:
        """The numbers of all journals in order; None when two journals share one."""
        shared = self.database.execute(
            "SELECT 1 FROM segment WHERE value IS NOT NULL GROUP BY value "
            "HAVING count(DISTINCT journal) > 1 LIMIT 1"
        ).fetchone()
        if shared:
            return None
        return _fed(
            self.database.execute(
                "SELECT value, min(line) FROM segment WHERE value IS NOT NULL "
                "GROUP BY value ORDER BY value"
            )
        )

    def group(self) -> tuple[int, int, int | None]:
        """Make the entries from the keys: their number, how many are scattered, the first line."""
        database = self.database
        database.execute(_ENTRIES)
        database.execute("CREATE UNIQUE INDEX entry_key ON entry (journal, k1, k2)")
        database.execute(_OWNERS)
        entries, scattered, line = database.execute(
            "SELECT count(*), coalesce(sum(runs > 1), 0), min(CASE WHEN runs > 1 THEN line END) "
            "FROM entry"
        ).fetchone()
        return entries, scattered, line

    def entries(self) -> Iterator[list[Segment]]:
        """The segments of each entry, entries in order of first appearance."""
        current: list[Segment] = []
        owner: int | None = None
        for entry, payload in self.database.execute(
            "SELECT entry, payload FROM segment ORDER BY entry, seg"
        ):
            if entry != owner and current:
                yield current
                current = []
            owner = entry
            current.append(Segment._make(marshal.loads(payload)))  # noqa: S302 (ours)
        if current:
            yield current


def _row(rank: int, one: tuple[Any, ...]) -> tuple[Any, ...]:
    segment = Segment._make(one)
    return (
        rank, segment.run, segment.journal, segment.number, whole_number(segment.number),
        segment.date, segment.ref, segment.line, segment.debit, segment.credit, segment.flags,
        marshal.dumps(one), segment.number,
    )  # fmt: skip


def _fed(numbers: sqlite3.Cursor) -> Sequence:
    sequence = Sequence()
    for value, line in numbers:
        sequence.feed(value, line)
    return sequence
