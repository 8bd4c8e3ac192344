"""The segments and rows of one batch: the inner loops of the first pass.

Everything that every line has goes through C loops over columns; Python loops only over segments,
lettered lines, bank lines and odd lines.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import accumulate, chain, compress, repeat
from operator import sub
from typing import Any, Final, NamedTuple, TypeVar

from ledger.fec.amount_columns import Amounts
from ledger.fec.closing import may_close
from ledger.fec.columns import DATE_LET, ECRITURE_LET, ECRITURE_LIB, LEGAL
from ledger.fec.heads import HeadColumns
from ledger.fec.kinds import Kind
from ledger.fec.registers import Registers
from ledger.fec.segments import EXCLUDED, TAINTED, Bank, Bundle, Letter, More
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

_T = TypeVar("_T")

_BY_SEGMENT: Final = Bundle._fields.index("kinds")
_BANKS: Final = bytes(int(kind == Kind.BANK) for kind in range(256))


class Batch(NamedTuple):
    """Some hundred records, read by columns: those of the lines, then those of the segments.

    `postings` are ranks; segment `i` has the lines from `starts[i]` to `ends[i]` (excluded).
    """

    lines: Sequence[int]
    columns: list[Column]
    labels: list[str]
    postings: list[int]
    amounts: Amounts
    long_labels: dict[int, str]
    heads: HeadColumns
    starts: list[int]
    ends: list[int]


class Maker:
    """Makes the segments, then the rows, of one batch."""

    def __init__(
        self, registers: Registers, tails: Tails, batch: Batch, *, wants_rows: bool
    ) -> None:
        self._registers = registers
        self._wants_rows = wants_rows
        self._maker = tails
        self._batch = batch
        self._kinds = bytes(map(registers.postings.kinds.__getitem__, batch.postings))
        self._sizes = list(map(sub, batch.ends, batch.starts))
        self._owners = _repeated(range(len(self._sizes)), self._sizes)
        self._tails = [PLAIN] * len(batch.lines)
        self._letters: list[list[Letter] | None] = [None] * len(self._sizes)
        self._banks: list[list[Bank] | None] = [None] * len(self._sizes)
        self._more: dict[int, list[More]] = {}
        self._judged: dict[int, tuple[str, str]] = {}
        self._heads_say: dict[int, str] = {}

    @property
    def may_close(self) -> bool:
        """True when a segment looks like a closing of the charges and income."""
        if Kind.RESULT not in self._kinds:
            return False
        bounds = zip(self._batch.starts, self._batch.ends, strict=True)
        return any(may_close(self._kinds[start:end]) for start, end in bounds)

    def segments(self) -> Bundle:
        """The segments of the batch."""
        self._count()
        self._write_odd_tails()
        self._write_letters()
        self._gather_banks()
        batch, heads, amounts = self._batch, self._batch.heads, self._batch.amounts
        starts, ends = batch.starts, batch.ends
        bundle = Bundle(
            heads.runs,
            [journal.no for journal in heads.journals],
            heads.numbers,
            heads.days,
            heads.refs,
            heads.piece_days,
            heads.valid_days,
            [batch.lines[start] for start in starts],
            [batch.labels[start] for start in starts],
            _sums(amounts.debits, starts, ends),
            _sums(amounts.credits, starts, ends),
            self._kinds,
            batch.postings,
            amounts.nets,
            starts,
            ends,
            self._letters,
            self._banks,
            {},
        )
        for rank, flags in self._rare().items():
            bundle.odd[rank] = self._odd_segment(bundle, rank, flags)
        return bundle

    def rows(self) -> str:
        """The rows of lines.tsv, with the run in place of the entry number.

        The place of a lettering number is marked: both are known at the end of the file.
        """
        batch, amounts = self._batch, self._batch.amounts
        runs = _repeated([f"{run}\t" for run in batch.heads.runs], self._sizes)
        fields = map(self._registers.postings.fields.__getitem__, batch.postings)
        rows = [
            f"{run}{line}\t{posting}\t{label}\t{debit}\t{credit}{end}"
            for run, line, posting, label, debit, credit, end in zip(
                runs, batch.lines, fields, batch.labels, amounts.debits, amounts.credits,
                self._tails, strict=True,
            )
        ]  # fmt: skip
        if amounts.empty:
            rows = [row for rank, row in enumerate(rows) if rank not in amounts.empty]
        return "".join(rows)

    def _count(self) -> None:
        """Add every line to the balance of its posting, pieces left out excepted."""
        batch, balance = self._batch, self._registers.postings.net
        for posting, net in zip(batch.postings, batch.amounts.nets, strict=True):
            balance[posting] += net
        for rank, flags in enumerate(batch.heads.flags):
            if flags & EXCLUDED:
                for line in range(batch.starts[rank], batch.ends[rank]):
                    balance[batch.postings[line]] -= batch.amounts.nets[line]

    def _write_letters(self) -> None:
        """The lettered lines by segment, and their tails."""
        batch = self._batch
        codes, dates, days = batch.columns[ECRITURE_LET], batch.columns[DATE_LET], batch.heads.days
        known = self._registers.dates[DATE_LET].known
        empty, debits, credits = batch.amounts.empty, batch.amounts.debits, batch.amounts.credits
        hole, tails, heads_say = self._maker.holes, self._tails, self._heads_say
        for rank in compress(range(len(codes)), codes):
            if rank in empty:
                continue
            owner = self._owners[rank]
            code, date = codes[rank], known.get(dates[rank])
            if date is None or not _is_plain(code) or (date and date < days[owner]):
                code, date = self._letter(rank)
            if not code:
                continue
            hole += 1
            if tails[rank] is PLAIN:
                tails[rank] = f"\t{HOLE}\t{code}\t{date}\t\t\t{heads_say.get(owner, '')}\n"
            letter = (
                batch.postings[rank], hole, code, date, debits[rank], credits[rank],
                batch.lines[rank],
            )  # fmt: skip
            own = self._letters[owner]
            if own is None:
                self._letters[owner] = [letter]
            else:
                own.append(letter)
        self._maker.holes = hole

    def _gather_banks(self) -> None:
        """The lines of 512 accounts by segment."""
        batch, nets, banks = self._batch, self._batch.amounts.nets, self._banks
        for rank in compress(range(len(nets)), self._kinds.translate(_BANKS)):
            if nets[rank]:
                bank = (batch.postings[rank], nets[rank], batch.lines[rank], batch.labels[rank])
                own = banks[self._owners[rank]]
                if own is None:
                    banks[self._owners[rank]] = [bank]
                else:
                    own.append(bank)

    def _write_odd_tails(self) -> None:
        """The tails of the lines that say more than the usual."""
        batch = self._batch
        odd = self._maker.odd_ranks(batch.columns, batch.postings, batch.long_labels)
        if any(batch.heads.extras):
            odd.update(self._said_by_heads(odd))
        for rank in sorted(odd):
            line = self._line(rank)
            letter = self._letter(rank)
            foreign = self._maker.foreign(line, batch.columns)
            hole = HOLE if letter[0] else ""
            self._tails[rank] = tail(hole, letter, foreign, json_text(self._extra(line)))
            self._keep_more(rank, foreign, self._maker.due_date(line, batch.columns))

    def _said_by_heads(self, odd: set[int]) -> list[int]:
        """The lines whose head says more and that are odd otherwise too, or oddly lettered.

        The others have their tail at once: nothing of theirs is to be judged.
        """
        batch, found = self._batch, []
        codes, dates, days = batch.columns[ECRITURE_LET], batch.columns[DATE_LET], batch.heads.days
        known = self._registers.dates[DATE_LET].known
        for owner, said in enumerate(batch.heads.extras):
            if not said:
                continue
            text = self._heads_say[owner] = json_text(said) if self._wants_rows else ""
            plain = f"\t\t\t\t\t\t{text}\n"
            for rank in range(batch.starts[owner], batch.ends[owner]):
                code = codes[rank]
                date = known.get(dates[rank])
                if (
                    (code and (date is None or not _is_plain(code) or date < days[owner]))
                    or rank in odd
                    or rank in batch.amounts.empty
                ):
                    found.append(rank)
                elif not code:
                    self._tails[rank] = plain
        return found

    def _extra(self, line: Line) -> dict[str, str]:
        """What a line says besides its entry, account and third party."""
        batch, rank = self._batch, line.rank
        posting = self._registers.postings.all[batch.postings[rank]]
        said = {**(batch.heads.extras[self._owners[rank]] or {}), **posting.extra}
        if rank in batch.long_labels:
            said[LEGAL[ECRITURE_LIB]] = batch.long_labels[rank]
        return said | self._maker.more(line, batch.columns)

    def _letter(self, rank: int) -> tuple[str, str]:
        """The lettering of a line, judged once."""
        if rank not in self._judged:
            self._judged[rank] = self._maker.letter(self._line(rank), self._batch.columns)
        return self._judged[rank]

    def _keep_more(self, rank: int, foreign: tuple[str, str], due: str) -> None:
        posting, more = self._batch.postings[rank], self._more
        if foreign[1]:
            more.setdefault(self._owners[rank], []).append((posting, FOREIGN, *foreign))
        if due:
            more.setdefault(self._owners[rank], []).append((posting, DUE, due, ""))

    def _line(self, rank: int) -> Line:
        day = self._batch.heads.days[self._owners[rank]]
        return Line(rank, self._batch.lines[rank], day)

    def _rare(self) -> dict[int, int]:
        """The ranks of the segments that have something rare, with their flags."""
        heads, amounts = self._batch.heads, self._batch.amounts
        rare = dict.fromkeys(self._more, 0)
        if any(heads.flags) or any(heads.bad):
            for rank, (flags, bad) in enumerate(zip(heads.flags, heads.bad, strict=True)):
                if flags or bad:
                    rare[rank] = flags
        for line in amounts.empty:
            rare.setdefault(self._owners[line], 0)
        for line in amounts.tainted:
            rare[self._owners[line]] = rare.get(self._owners[line], 0) | TAINTED
        return rare

    def _odd_segment(self, bundle: Bundle, rank: int, flags: int) -> tuple[Any, ...]:
        """A segment with what is rare in it, without its lines that have no amount."""
        batch = self._batch
        start, end = batch.starts[rank], batch.ends[rank]
        keep = [line not in batch.amounts.empty for line in range(start, end)]
        first = start + keep.index(True) if any(keep) else start
        return (
            *(column[rank] for column in bundle[:_BY_SEGMENT]),
            bytes(compress(self._kinds[start:end], keep)),
            list(compress(batch.postings[start:end], keep)),
            list(compress(batch.amounts.nets[start:end], keep)),
            self._letters[rank],
            self._banks[rank],
            (batch.lines[first], self._more.get(rank), batch.heads.bad[rank], flags),
        )


def _repeated(items: Iterable[_T], sizes: Iterable[int]) -> list[_T]:
    """Each item as often as the size beside it."""
    return list(chain.from_iterable(map(repeat, items, sizes)))


def _is_plain(code: str) -> bool:
    """True for a lettering code that needs no second look."""
    return code.isalnum() and len(code) <= CODE_MAX


def _sums(cents: list[int], starts: list[int], ends: list[int]) -> list[int]:
    """The sum of each segment."""
    running = list(accumulate(cents, initial=0))
    return list(map(sub, map(running.__getitem__, ends), map(running.__getitem__, starts)))
