"""Faults in a FEC are values: a stable code, a line, a column and a French sentence.

`FindingSink` keeps them all in memory that stays flat: what exceeds a small buffer goes to a
scratch SQLite file that vanishes with the sink.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Final, Literal

from ledger.fec.catalogue_accounting import ACCOUNTING
from ledger.fec.catalogue_structure import STRUCTURE
from ledger.fec.rules import SEVERITIES, STRUCTURES, Rule, Severity, Structure, catalogue

__all__ = [
    "CATALOGUE",
    "Finding",
    "FindingSink",
    "Rule",
    "Settle",
    "Severity",
    "Structure",
    "finding",
]

Settle = Literal["date", "account", "exclude", "encoding", "standard_order"]

CATALOGUE: Final[dict[str, Rule]] = catalogue((*STRUCTURE.values(), *ACCOUNTING.values()))

_BUFFER: Final = 1000
_OLD_NEW_MAX: Final = 500
_SCHEMA: Final = (
    "CREATE TABLE f (code, severity, line, col, message, old, new, amount, settle,"
    " seq INTEGER PRIMARY KEY)"
)
_COLUMNS: Final = "code, severity, line, col, message, old, new, amount, settle"


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault, repair or remark.

    `line` is the physical line of the file (header = 1), None for the file as a whole; `column`
    the legal name of the zone; `amount` integer cents; `settle` what a person can enter to
    settle it.
    """

    code: str
    severity: Severity
    line: int | None
    column: str | None
    message: str
    old: str | None = None
    new: str | None = None
    amount: int | None = None
    settle: Settle | None = None


def finding(
    code: str,
    message: str,
    *,
    line: int | None = None,
    column: str | None = None,
    old: str | None = None,
    new: str | None = None,
    amount: int | None = None,
    settle: Settle | None = None,
) -> Finding:
    """A finding with the severity of its rule; `old` and `new` are cut at 500 characters.

    Raises:
        KeyError: the code is not in the catalogue.
    """
    severity = CATALOGUE[code].severity
    return Finding(code, severity, line, column, message, _cut(old), _cut(new), amount, settle)


def _cut(value: str | None) -> str | None:
    if value is None or len(value) <= _OLD_NEW_MAX:
        return value
    return value[: _OLD_NEW_MAX - 1] + "…"


class FindingSink:
    """Receives findings, counts them, and gives them back in order of line.

    Findings about the whole file (line None) come first; on one line the order of arrival holds.
    Close it, or use it in a `with` block, to drop its scratch file.
    """

    def __init__(self) -> None:
        self.counts: dict[str, int] = {}
        self._buffer: list[Finding] = []
        self._scratch: sqlite3.Connection | None = None
        self._worst = -1
        self._structure = 0

    def __enter__(self) -> FindingSink:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __len__(self) -> int:
        return sum(self.counts.values())

    def __iter__(self) -> Iterator[Finding]:
        return self.iter()

    def add(self, found: Finding) -> None:
        """Keep one finding.

        Raises:
            KeyError: its code is not in the catalogue.
        """
        rule = CATALOGUE[found.code]
        self.counts[found.code] = self.counts.get(found.code, 0) + 1
        self._worst = max(self._worst, SEVERITIES.index(found.severity))
        self._structure = max(self._structure, STRUCTURES.index(rule.structure))
        self._buffer.append(found)
        if len(self._buffer) >= _BUFFER:
            self._spill()

    @property
    def worst(self) -> Severity | None:
        """The heaviest severity so far, None without any finding."""
        return None if self._worst < 0 else SEVERITIES[self._worst]

    @property
    def structure(self) -> Structure:
        """The structure verdict so far, as Test Compta Demat would give it."""
        return STRUCTURES[self._structure]

    def iter(self) -> Iterator[Finding]:
        """All findings in order of line, streamed."""
        return self._ordered("", ())

    def first(self, code: str, count: int = 1) -> list[Finding]:
        """The first `count` findings of a code, in order of line."""
        found: list[Finding] = []
        for one in self._ordered("WHERE code = ?", (code,)):
            if len(found) == count:
                break
            if one.code == code:
                found.append(one)
        return found

    def close(self) -> None:
        """Drop the scratch file; the counts and verdicts stay readable."""
        if self._scratch is not None:
            self._scratch.close()
            self._scratch = None
        self._buffer = []

    def _ordered(self, where: str, values: tuple[str, ...]) -> Iterator[Finding]:
        if self._scratch is None:
            # None sorts as line 0: the header is line 1.
            yield from sorted(self._buffer, key=lambda one: one.line or 0)
            return
        self._spill()
        query = f"SELECT {_COLUMNS} FROM f {where} ORDER BY coalesce(line, 0), seq"  # noqa: S608
        for row in self._scratch.execute(query, values):
            yield Finding(*row)

    def _spill(self) -> None:
        if self._scratch is None:
            self._scratch = _open_scratch()
        marks = "?, ?, ?, ?, ?, ?, ?, ?, ?"
        insert = f"INSERT INTO f ({_COLUMNS}) VALUES ({marks})"  # noqa: S608
        self._scratch.executemany(insert, map(_as_row, self._buffer))
        self._scratch.commit()
        self._buffer = []


def _as_row(one: Finding) -> tuple[object, ...]:
    place = one.code, one.severity, one.line, one.column, one.message
    return (*place, one.old, one.new, one.amount, one.settle)


def _open_scratch() -> sqlite3.Connection:
    """An anonymous database: SQLite keeps it in its cache, then in a file without a name."""
    # A web thread may close what a worker thread opened; they never use it at once.
    scratch = sqlite3.connect("", check_same_thread=False)
    for setting in ("journal_mode=OFF", "synchronous=OFF", "temp_store=FILE", "cache_size=-4096"):
        scratch.execute(f"PRAGMA {setting}")
    scratch.execute(_SCHEMA)
    return scratch
