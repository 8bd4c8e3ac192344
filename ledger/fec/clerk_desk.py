"""The clerk's own program: takes the entries told on its input, answers once on its output.

See `clerk`.  Run it as `python -m ledger.fec.clerk_desk`.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import IO, Any, NamedTuple

from ledger.fec.accounts import Account, Labels
from ledger.fec.artefacts import Artefacts
from ledger.fec.books import Books
from ledger.fec.closing import NONE
from ledger.fec.context import Corrections
from ledger.fec.dictation import Dictation
from ledger.fec.entries import EntryJudge
from ledger.fec.exercise import Exercise
from ledger.fec.journals import Journal
from ledger.fec.kinds import Kind
from ledger.fec.outcome import told
from ledger.fec.postings import Posting
from ledger.fec.registers import Registers
from ledger.fec.scratch import Scratch, read_block, write_block
from ledger.fec.segments import unbundled
from ledger.fec.thirds import ThirdParty


class Begin(NamedTuple):
    """The first message: where to work, and what is promised of the file."""

    folder: str
    spill: str
    out: str
    takeover: str
    start: str
    end: str


class Settle(NamedTuple):
    """The last message: how many lettered rows there are, the labels of the journals."""

    holes: int
    labels: list[str]


class Desk:
    """The registers of the employer, as far as entries ask for them, and the books."""

    def __init__(self, begin: Begin, scratch: Scratch, artefacts: Artefacts) -> None:
        self.said = Dictation()
        self.artefacts = artefacts
        self._spill = Path(begin.spill)
        self._registers = Registers(
            self.said, Corrections(), signed=False, has_treasury=False, extra=()
        )
        self._registers.accounts.refuse = self.said.refuse  # type: ignore[method-assign]
        exercise = Exercise(begin.start, begin.end)
        self.judge = EntryJudge(
            self.said, exercise, self._registers.journals.all, may_mix_dates=frozenset()
        )
        self.books = Books(
            self._registers, scratch, artefacts,
            closing=NONE, judge=self.judge, takeover=begin.takeover, is_identity=True,
        )  # fmt: skip
        self._accounts: dict[int, Account] = {}
        self._settle: Settle | None = None

    def work(self, messages: SimpleQueue[Any]) -> dict[str, Any]:
        """Take all the entries, settle them and tell what came out."""
        self.books.take_runs(self._segments(messages))
        assert self._settle is not None
        for journal, label in zip(self._registers.journals.all, self._settle.labels, strict=True):
            journal.labels.first = label
        self.books.close(self._settle.holes)
        self.books.invoices.finish(self.artefacts)
        for name in ("entries", "bank"):
            self.artefacts.write(name, "")
        return told(self.books, self._registers) | {
            "has_explained": self.judge.has_explained,
            "calls": self.said.calls,
            "beyond": list(self.said.beyond.items()),
        }

    def _segments(self, messages: SimpleQueue[Any]) -> Iterator[tuple[Any, ...]]:
        """The segments of the spill, as far as it may be read."""
        with self._spill.open("rb") as spill:
            while len(message := messages.get()) != len(Settle._fields):
                size, thirds, journals, postings = message
                self._meet(thirds, journals, postings)
                while spill.tell() < size:
                    yield from unbundled(read_block(spill))
        self._settle = Settle._make(message)

    def _meet(self, thirds: list[Any], journals: list[Any], postings: list[Any]) -> None:
        accounts, all_thirds = self._accounts, self._registers.thirds.all
        all_postings, all_journals = self._registers.postings.all, self._registers.journals.all
        nobody = Account(0, "", 0, Kind.OTHER, Labels("", 0))
        for role, code, is_generic in thirds:
            third = ThirdParty(len(all_thirds) + 1, role, code, Labels("", 0), nobody)
            third.is_generic = is_generic
            all_thirds.append(third)
        for code, line, is_opening in journals:
            journal = Journal(len(all_journals) + 1, code, Labels("", line), line, is_opening)
            all_journals.append(journal)
        for no, number, line, kind, third_no, side, fields in postings:
            account = accounts.get(no)
            if account is None:
                account = accounts[no] = Account(no, number, line, Kind(kind), Labels("", line))
            owner = all_thirds[third_no - 1] if third_no else None
            rank = len(all_postings)
            all_postings.append(Posting(rank, account, owner, "", "", side, fields, account.kind))
        self.books.meet()


def main() -> None:
    """Serve one check."""
    source, answer = sys.stdin.buffer, sys.stdout.buffer
    begin = Begin._make(read_block(source) or os._exit(1))
    messages: SimpleQueue[Any] = SimpleQueue()
    Thread(target=_listen, args=(source, messages), daemon=True).start()
    gc.disable()  # as in the employer: the check makes no cycles
    folder = Path(begin.out) if begin.out else None
    with Scratch(Path(begin.folder)) as scratch, Artefacts(folder) as artefacts:
        found = Desk(begin, scratch, artefacts).work(messages)
    write_block(answer, found)
    answer.flush()
    os._exit(0)  # no thread holds the exit up


def _listen(source: IO[bytes], messages: SimpleQueue[Any]) -> None:
    """Hand on what the employer says; without an employer there is nothing left to do."""
    while (message := read_block(source)) is not None:
        messages.put(message)
    os._exit(1)


if __name__ == "__main__":
    main()
