"""Where the check writes what it finds: findings, and the questions that a person can settle.

A defect that fills the whole file is listed a thousand times, counted to the end, and said once
more with its number: memory, time and the reader's patience stay bounded.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ledger.fec.columns import column_name
from ledger.fec.findings import CATALOGUE, Finding, FindingSink, Settle, Severity
from ledger.fec.wording import counted, typographic

LISTED: Final = 1000
_QUESTIONS: Final = 1000
_SHOWN: Final = 500


@dataclass(slots=True)
class Note:
    """What a finding says besides its code and sentence.

    `column` is the index of a zone; `amount` integer cents; `piece` the (journal, number) that a
    person may leave out instead.
    """

    line: int | None = None
    column: int | None = None
    old: str | None = None
    new: str | None = None
    amount: int | None = None
    settle: Settle | None = None
    piece: tuple[str, str] | None = None


# What findings are counted by: code, index of a zone, weight.
Place = tuple[str, int | None, Severity]


class Notebook:
    """Writes findings into a sink.  `signed` names the columns of a Montant and Sens file."""

    def __init__(self, sink: FindingSink, *, signed: bool = False) -> None:
        self.sink = sink
        self.questions: list[dict[str, object]] = []
        self._signed = signed
        self._written: dict[Place, int] = {}

    def write(
        self,
        code: str,
        message: str,
        note: Note | None = None,
        *,
        severity: Severity | None = None,
        muted: bool = False,
    ) -> None:
        """Write one finding, with the severity of its rule unless another one is given.

        `muted` is for a piece that a person left out: what is wrong in it weighs nothing any more
        on the books, and asks nothing.
        """
        said = note or Note()
        place = self.place(code, said, severity, muted=muted)
        count = self._written[place] = self._written.get(place, 0) + 1
        if count > LISTED:
            self.sink.counts[code] += 1
            return
        column, weight = self._name(said.column), place[2]
        settle = None if muted else said.settle
        sentence = typographic(message)
        old, new = _cut(said.old), _cut(said.new)
        found = Finding(code, weight, said.line, column, sentence, old, new, said.amount, settle)
        self.sink.add(found)
        if settle is not None and len(self.questions) < _QUESTIONS:
            self._ask(found, said.piece)

    def place(self, code: str, said: Note, severity: Severity | None, *, muted: bool) -> Place:
        """What findings are counted by."""
        weight: Severity = "info" if muted else severity or CATALOGUE[code].severity
        return code, said.column, weight

    def is_full(self, place: Place) -> bool:
        """True when a finding there is only counted any more, so that it needs no sentence."""
        return self._written.get(place, 0) >= LISTED

    def count(self, place: Place, more: int = 1) -> None:
        """Count findings at a place that is full."""
        self._written[place] += more
        self.sink.counts[place[0]] += more

    def close(self) -> None:
        """Say how many findings were counted beyond those that are listed."""
        for (code, column, severity), count in self._written.items():
            if count > LISTED:
                message = (
                    f"{CATALOGUE[code].title} : {counted(count, 'constat')}, "
                    f"dont les {counted(LISTED, 'premier')} sont listés."
                )
                said = Finding(code, severity, None, self._name(column), typographic(message))
                self.sink.add(said)
                self.sink.counts[code] -= 1

    def _name(self, column: int | None) -> str | None:
        return None if column is None else column_name(column, signed=self._signed)

    def _ask(self, found: Finding, piece: tuple[str, str] | None) -> None:
        self.questions.append(
            {
                "code": found.code,
                "line": found.line,
                "column": found.column,
                "old": found.old,
                "prompt": found.message,
                "kind": found.settle,
                "new": found.new,
                "piece": list(piece) if piece else None,
            }
        )


def _cut(value: str | None) -> str | None:
    return value if value is None or len(value) <= _SHOWN else value[: _SHOWN - 1] + "…"
