"""The segments and rows of one batch: the inner loops of the first pass.

Everything that every line has goes through C loops over columns; Python loops only over segments,
lettered lines, bank lines and odd lines.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import accumulate, compress
from operator import attrgetter
from typing import Any, Final, NamedTuple

from ledger.fec.amount_columns import Amounts
from ledger.fec.closing import may_close
from ledger.fec.columns import DATE_LET, ECRITURE_LET
from ledger.fec.heads import Head
from ledger.fec.kinds import Kind
from ledger.fec.postings import Posting
from ledger.fec.registers import Registers
from ledger.fec.segments import EXCLUDED, TAINTED, Bank, Letter, More
from ledger.fec.tails import (
    CODE_MAX,
    DUE,
    FOREIGN,
    HOLE,
    PLAIN,
    Column,
    Line,
    Tails,
    json_text,
    tail,
)

_BANKS: Final = bytes(int(kind == Kind.BANK) for kind in range(256))
_NUMBER: Final = attrgetter("no")
_KIND: Final = attrgetter("kind")
_FIELDS: Final = attrgetter("fields")


class Batch(NamedTuple):
    """The columns of some thousand records, read; `heads` and `bounds` of its segments."""

    lines: tuple[int, ...]
    columns: list[Column]
    labels: list[str]
    postings: list[Posting]
    amounts: Amounts
    long_labels: dict[int, str]
    heads: list[Head]
    bounds: list[tuple[int, int]]


class Maker:
    """Makes the segments, then the rows, of one batch."""

    def __init__(self, registers: Registers, tails: Tails, batch: Batch) -> None:
        self._registers = registers
        self._maker = tails
        self._batch = batch
        self._numbers: list[int] = list(map(_NUMBER, batch.postings))
        self._kinds = bytes(map(_KIND, batch.postings))
        self._tails = [PLAIN] * len(batch.lines)
        self._letters: dict[int, list[Letter]] = {}
        self._banks: dict[int, list[Bank]] = {}
        self._more: dict[int, list[More]] = {}
        self._judged: dict[int, tuple[str, str]] = {}
        self._owners = self._owners_of_lines()
        self.may_close = Kind.RESULT in self._kinds and any(
            may_close(self._kinds[start:end]) for start, end in batch.bounds
        )

    def segments(self) -> list[tuple[Any, ...]]:
        """The segments of the batch, as tuples in the order of `Segment`."""
        batch = self._batch
        self._count()
        self._write_odd_tails()
        self._write_letters()
        self._gather_banks()
        bounds, amounts = batch.bounds, batch.amounts
        numbers, nets, kinds = self._numbers, amounts.nets, self._kinds
        lines, labels = batch.lines, batch.labels
        debits = list(accumulate(amounts.debits, initial=0))
        credits = list(accumulate(amounts.credits, initial=0))
        letters, banks = self._letters.get, self._banks.get
        rare = self._rare()
        return [
            (
                head.run, head.journal.no, head.number, head.date, head.ref, head.piece_date,
                head.valid_date, lines[start], labels[start], debits[end] - debits[start],
                credits[end] - credits[start], kinds[start:end], numbers[start:end],
                nets[start:end], letters(rank), banks(rank), None,
            )
            if rank not in rare
            else self._odd_segment(rank, rare[rank], (debits, credits))
            for rank, (head, (start, end)) in enumerate(zip(batch.heads, bounds, strict=True))
        ]  # fmt: skip

    def rows(self) -> str:
        """The rows of lines.tsv, with the run in place of the entry number.

        The place of a lettering number is marked: both are known at the end of the file.
        """
        batch, amounts = self._batch, self._batch.amounts
        runs: list[str] = []
        for head, (start, end) in zip(batch.heads, batch.bounds, strict=True):
            runs += [f"{head.run}\t"] * (end - start)
        rows = [
            f"{run}{line}\t{posting}\t{label}\t{debit}\t{credit}{end}"
            for run, line, posting, label, debit, credit, end in zip(
                runs, batch.lines, map(_FIELDS, batch.postings), batch.labels, amounts.debits,
                amounts.credits, self._tails, strict=True,
            )
        ]  # fmt: skip
        if amounts.empty:
            rows = [row for rank, row in enumerate(rows) if rank not in amounts.empty]
        return "".join(rows)

    def _owners_of_lines(self) -> list[int]:
        """The rank of the segment of each line."""
        owners: list[int] = []
        for rank, (start, end) in enumerate(self._batch.bounds):
            owners += [rank] * (end - start)
        return owners

    def _count(self) -> None:
        """Add every line to the balance of its posting, pieces left out excepted."""
        balance = self._registers.postings.net
        nets = self._batch.amounts.nets
        for number, net in zip(self._numbers, nets, strict=True):
            balance[number] += net
        for head, (start, end) in zip(self._batch.heads, self._batch.bounds, strict=True):
            if head.flags & EXCLUDED:
                for number, net in zip(self._numbers[start:end], nets[start:end], strict=True):
                    balance[number] -= net

    def _write_letters(self) -> None:
        """The lettered lines by segment, and their tails."""
        batch = self._batch
        codes, dates = batch.columns[ECRITURE_LET], batch.columns[DATE_LET]
        known = self._registers.dates[DATE_LET].known
        empty, debits, credits = batch.amounts.empty, batch.amounts.debits, batch.amounts.credits
        hole = self._maker.holes
        for rank in compress(range(len(codes)), codes):
            if rank in empty:
                continue
            owner = self._owners[rank]
            code, date = codes[rank], known.get(dates[rank])
            is_plain = code.isalnum() and len(code) <= CODE_MAX
            if not is_plain or date is None or date < batch.heads[owner].date:
                code, date = self._letter(self._line(rank))
            if not code:
                continue
            hole += 1
            if self._tails[rank] is PLAIN:
                self._tails[rank] = f"\t{HOLE}\t{code}\t{date}\t\t\t\n"
            line = batch.lines[rank]
            number = self._numbers[rank]
            letter = (number, hole, code, date, debits[rank], credits[rank], line)
            self._letters.setdefault(owner, []).append(letter)
        self._maker.holes = hole

    def _gather_banks(self) -> None:
        """The lines of 512 accounts by segment."""
        batch = self._batch
        nets, lines, labels, numbers = (
            batch.amounts.nets, batch.lines, batch.labels, self._numbers,
        )  # fmt: skip
        for rank in compress(range(len(lines)), self._kinds.translate(_BANKS)):
            if nets[rank]:
                bank = (numbers[rank], nets[rank], lines[rank], labels[rank])
                self._banks.setdefault(self._owners[rank], []).append(bank)

    def _write_odd_tails(self) -> None:
        """The tails of the lines that say more than the usual."""
        batch = self._batch
        odd = set(self._maker.odd_ranks(batch.columns, batch.postings, tuple(batch.long_labels)))
        for head, (start, end) in zip(batch.heads, batch.bounds, strict=True):
            if head.extra:
                odd.update(range(start, end))
        for rank in sorted(odd):
            line = self._line(rank)
            letter = self._letter(line)
            foreign = self._maker.foreign(line, batch.columns)
            extra = self._maker.extra(line, batch.columns, batch.long_labels.get(rank))
            hole = HOLE if letter[0] else ""
            self._tails[rank] = tail(hole, letter, foreign, json_text(extra))
            self._keep_more(rank, foreign, self._maker.due_date(line, batch.columns))

    def _letter(self, line: Line) -> tuple[str, str]:
        """The lettering of a line, judged once."""
        if line.rank not in self._judged:
            self._judged[line.rank] = self._maker.letter(line, self._batch.columns)
        return self._judged[line.rank]

    def _keep_more(self, rank: int, foreign: tuple[str, str], due: str) -> None:
        number, more = self._numbers[rank], self._more
        if foreign[1]:
            more.setdefault(self._owners[rank], []).append((number, FOREIGN, *foreign))
        if due:
            more.setdefault(self._owners[rank], []).append((number, DUE, due, ""))

    def _line(self, rank: int) -> Line:
        batch = self._batch
        head = batch.heads[self._owners[rank]]
        return Line(rank, batch.lines[rank], head, batch.postings[rank])

    def _rare(self) -> dict[int, int]:
        """The ranks of the segments that have something rare, with their flags."""
        empty, tainted = self._batch.amounts.empty, self._batch.amounts.tainted
        rare = {
            rank: head.flags
            for rank, head in enumerate(self._batch.heads)
            if head.flags or head.bad_date
        }
        for rank in {*self._more, *(self._owners[line] for line in empty)}:
            rare.setdefault(rank, 0)
        for rank in {self._owners[line] for line in tainted}:
            rare[rank] = rare.get(rank, 0) | TAINTED
        return rare

    def _odd_segment(
        self, rank: int, flags: int, sums: tuple[list[int], list[int]]
    ) -> tuple[Any, ...]:
        """A segment with something rare, without its lines that have no amount."""
        batch = self._batch
        head, (start, end) = batch.heads[rank], batch.bounds[rank]
        keep = [line not in batch.amounts.empty for line in range(start, end)]
        first = start + keep.index(True) if any(keep) else start
        debits, credits = sums
        return (
            head.run, head.journal.no, head.number, head.date, head.ref, head.piece_date,
            head.valid_date, batch.lines[start], batch.labels[start],
            debits[end] - debits[start], credits[end] - credits[start],
            bytes(compress(self._kinds[start:end], keep)),
            list(compress(self._numbers[start:end], keep)),
            list(compress(batch.amounts.nets[start:end], keep)),
            self._letters.get(rank), self._banks.get(rank),
            (batch.lines[first], self._more.get(rank), head.bad_date, flags),
        )  # fmt: skip


def bounds_of(cuts: Iterable[int], size: int) -> list[tuple[int, int]]:
    """Consecutive (start, end) from the ranks where segments begin."""
    starts = list(cuts)
    return list(zip(starts, (*starts[1:], size), strict=True))
