"""The first pass: every record once, in batches of columns, in memory that stays flat.

A batch is turned into columns, and each column is read by C loops over what was seen before
(amounts, dates, foursomes of account zones); Python looks at a line only when it is odd.  Out of
it come the findings about values, the segments (`segments`) and the text of lines.tsv.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import chain, compress, pairwise
from operator import ne
from typing import Any, Final

from ledger.fec.amount_columns import AmountColumns
from ledger.fec.columns import (
    CREDIT,
    DATE_LET,
    DEBIT,
    ECRITURE_LET,
    ECRITURE_LIB,
    ECRITURE_NUM,
    IDEVISE,
    JOURNAL_CODE,
    LEGAL,
    MONTANT_DEVISE,
    VALID_DATE,
)
from ledger.fec.heads import HEAD_COLUMNS, HeadColumns, Heads, Zones
from ledger.fec.notes import Note
from ledger.fec.numbers import Numbers
from ledger.fec.postings import COLUMNS as POSTING_COLUMNS
from ledger.fec.records import Table
from ledger.fec.registers import Registers
from ledger.fec.rows import Batch, Maker
from ledger.fec.segments import Bundle
from ledger.fec.tails import Column, Tails
from ledger.fec.texts import LABEL_MAX

Record = tuple[int, list[str]]

_WIDTH: Final = len(LEGAL)
_TRIMMED: Final = (ECRITURE_LET, DATE_LET, MONTANT_DEVISE, IDEVISE)


class Walk:
    """Takes batches of records and gives segments and rows; its counts are of the whole file."""

    def __init__(self, registers: Registers, *, wants_rows: bool) -> None:
        self._registers = registers
        self._notes = registers.notes
        self._wants_rows = wants_rows
        self._heads = Heads(registers)
        self._tails = Tails(registers)
        self._last: tuple[Zones, tuple[Any, ...]] | None = None
        self.amounts = AmountColumns(registers.notes, signed=registers.signed)
        self.lines = 0
        self.days: dict[str, int] = {}
        self.opening_days: dict[str, int] = {}
        self.may_close = False
        self.unvalidated = 0
        self.unvalidated_line = 0

    @property
    def overall(self) -> Numbers:
        """The entry numbers of all journals together, as long as they ascend."""
        return self._heads.overall

    @property
    def holes(self) -> int:
        """How many lettered rows there are."""
        return self._tails.holes

    def take(self, part: Table | Sequence[Record]) -> tuple[Bundle, str]:
        """Read one batch: its segments and its rows."""
        lines: Sequence[int]
        if isinstance(part, Table):
            lines, columns = part.lines, _tidied(list(part.columns))
        else:
            lines, zones = zip(*part, strict=True)
            columns = _columns(zones)
        self.lines += len(lines)
        batch = self._read(lines, columns)
        if self._registers.has_treasury:
            self._tails.count_unsettled(lines, batch.columns)
        maker = Maker(self._registers, self._tails, batch, wants_rows=self._wants_rows)
        segments = maker.segments()
        self.may_close = self.may_close or maker.may_close
        self._count_days(batch)
        return segments, maker.rows() if self._wants_rows else ""

    def _count_days(self, batch: Batch) -> None:
        """How many lines each day has, and each day of an opening journal."""
        heads, days = batch.heads, self.days
        for iso, start, end in zip(heads.days, batch.starts, batch.ends, strict=True):
            days[iso] = days.get(iso, 0) + end - start
        if any(journal.is_opening for journal in set(heads.journals)):
            for journal, iso in zip(heads.journals, heads.days, strict=True):
                if journal.is_opening:
                    self.opening_days[iso] = self.opening_days.get(iso, 0) + 1
        if "" in heads.valid_days:
            zones = batch.columns[VALID_DATE]
            for rank, validated in enumerate(heads.valid_days):
                # A date that does not exist was told by itself: it is not a missing one.
                if not validated and not zones[batch.starts[rank]].strip().strip("0-/."):
                    self.unvalidated += batch.ends[rank] - batch.starts[rank]
                    line = batch.lines[batch.starts[rank]]
                    self.unvalidated_line = self.unvalidated_line or line

    def close(self) -> None:
        """Write what only the whole file tells."""
        self.amounts.close()
        self._tails.close()

    def _read(self, lines: Sequence[int], columns: list[Column]) -> Batch:
        postings = self._postings(lines, columns)
        amounts = self.amounts.read(columns[DEBIT], columns[CREDIT], lines, self._muted(columns))
        labels, long_labels = self._labels(lines, columns[ECRITURE_LIB])
        heads, starts = self._segmented(lines, columns)
        ends = [*starts[1:], len(lines)]
        return Batch(lines, columns, labels, postings, amounts, long_labels, heads, starts, ends)

    def _muted(self, columns: list[Column]) -> Callable[[int], bool]:
        """Tells whether the line of a rank belongs to a piece that is left out."""
        excluded = self._registers.corrections.excluded
        codes, numbers = columns[JOURNAL_CODE], columns[ECRITURE_NUM]
        return lambda rank: (codes[rank].strip(), numbers[rank].strip()) in excluded

    def _postings(self, lines: Sequence[int], columns: list[Column]) -> list[int]:
        known = self._registers.postings
        zones = [columns[index] for index in POSTING_COLUMNS]
        # zip makes one tuple for all the lines as long as nobody keeps it.
        postings = list(map(known.get, zip(*zones, strict=True)))
        if None in postings:
            for rank, foursome in enumerate(zip(*zones, strict=True)):
                if postings[rank] is None:
                    met = known.get(foursome)
                    postings[rank] = known.meet(foursome, lines[rank]) if met is None else met
        return postings  # type: ignore[return-value]  # no None is left

    def _labels(self, lines: Sequence[int], zones: Column) -> tuple[list[str], dict[int, str]]:
        """The labels, clean and short; those that had to be cut, whole, by rank."""
        texts = self._registers.texts
        labels = texts.column(zones, lines, ECRITURE_LIB)
        if "" in labels:
            for rank in compress(range(len(labels)), map("".__eq__, labels)):
                message = "EcritureLib est vide : l’écriture n’a pas de libellé."
                self._notes.write("LIBELLE_VIDE", message, Note(lines[rank], ECRITURE_LIB))
        long: dict[int, str] = {}
        if max(map(len, labels)) > LABEL_MAX:
            for rank, label in enumerate(labels):
                if len(label) > LABEL_MAX:
                    long[rank] = label
                    labels[rank] = texts.short(label, LABEL_MAX, lines[rank], ECRITURE_LIB)
        return labels, long

    def _segmented(
        self, lines: Sequence[int], columns: list[Column]
    ) -> tuple[HeadColumns, list[int]]:
        """The batch cut where the head changes; its first segment may continue the last batch's."""
        zones: list[Zones] = list(zip(*(columns[i] for i in HEAD_COLUMNS), strict=True))
        before = self._last[0] if self._last else None
        size = len(zones)
        cuts = list(compress(range(size), map(ne, zones, chain((before,), zones))))
        heads = HeadColumns.none()
        if cuts:
            spans = [lines[start:end] for start, end in pairwise((*cuts, size))]
            heads = self._heads.read([zones[cut] for cut in cuts], spans)
        if self._last and (not cuts or cuts[0]):
            cuts.insert(0, 0)
            heads.put_first(self._last[1])
        self._last = zones[-1], heads.last()
        return heads, cuts


def _columns(zones: Sequence[list[str]]) -> list[Column]:
    """The columns of a batch of records."""
    width = max(map(len, zones))
    if min(map(len, zones)) < width:
        for record in zones:
            record.extend([""] * (width - len(record)))
    return _tidied(list(zip(*zones, strict=True)))


def _tidied(columns: list[Column]) -> list[Column]:
    """At least the eighteen legal columns, the rare ones trimmed."""
    width = len(columns)
    columns += [("",) * len(columns[0])] * (_WIDTH - width)
    for index in (*_TRIMMED, *range(_WIDTH, width)):
        if any(columns[index]):
            columns[index] = tuple(map(str.strip, columns[index]))
    return columns
