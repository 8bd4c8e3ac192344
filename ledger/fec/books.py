"""The second pass: entries one by one, and everything that an import would write from them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from ledger.fec.artefacts import Artefacts
from ledger.fec.closing import Closing
from ledger.fec.columns import (
    ECRITURE_DATE,
    ECRITURE_NUM,
    LEGAL,
    PIECE_DATE,
    PIECE_REF,
    VALID_DATE,
)
from ledger.fec.duplicates import Duplicates
from ledger.fec.entries import EntryJudge, Parts, merged
from ledger.fec.exercise import Exercise
from ledger.fec.final_lines import Owner
from ledger.fec.invoice_table import InvoiceTable
from ledger.fec.invoices import InvoiceReader
from ledger.fec.journals import Journal, is_opening_text
from ledger.fec.kinds import Kind, mask_of, mask_of_bytes
from ledger.fec.letterings import Letterings
from ledger.fec.notes import Note
from ledger.fec.openings import Openings
from ledger.fec.registers import Registers
from ledger.fec.scratch import Rows, Scratch
from ledger.fec.segments import EXCLUDED, Segment
from ledger.fec.shapes import Shape, shape_of
from ledger.fec.wording import counted, quoted

_FLUSHED: Final = 500
_THIRDS: Final = mask_of(Kind.CUSTOMER, Kind.SUPPLIER)
_INCOME_AND_CHARGES: Final = mask_of(
    Kind.SALES, Kind.INCOME, Kind.CHARGE, Kind.WAGES, Kind.PROVISION, Kind.OTHER_INCOME,
    Kind.OTHER_CHARGE,
)  # fmt: skip
_OWNER: Final = "CREATE TABLE owner (seg INTEGER PRIMARY KEY, rows, entry, header)"


class Books:
    """Takes the entries of a file in order; its counts are of what an import writes.

    `is_identity`: entries are the runs of the first pass, one for one.
    """

    def __init__(
        self,
        registers: Registers,
        scratch: Scratch,
        artefacts: Artefacts,
        *,
        exercise: Exercise | None,
        closing: Closing,
        judge: EntryJudge,
        takeover: str,
        is_identity: bool,
    ) -> None:
        self._registers = registers
        self._postings = registers.postings.all
        self._journals = registers.journals.all
        self._database = scratch.database
        self._artefacts = artefacts
        self._start = exercise.start if exercise else ""
        self._closing = closing
        self._judge = judge
        self._takeover = takeover or "9999"
        self.is_identity = is_identity
        self._reader = InvoiceReader(registers.postings)
        self._rows: list[str] = []
        self._bank_rows: list[str] = []
        self._told: set[tuple[int, str]] = set()
        self._batches = [0, 0]
        self._late = [0, 0]
        self._several = {
            posting.no
            for posting in self._postings
            if posting.account.labels.others or (posting.third and posting.third.labels.others)
        }
        self._latest: dict[int, tuple[str, int]] = {}
        if not is_identity:
            self._database.execute(_OWNER)
            self._owners = Rows(self._database, "INSERT INTO owner VALUES (?, ?, ?, ?)")
        self.letterings = Letterings(self._database, registers.postings)
        self.duplicates = Duplicates(self._database, registers.postings)
        self.invoices = InvoiceTable(scratch, registers, self.letterings)
        self.openings = Openings()
        self.dropped: list[int] = []
        self.entries = self.lines = self.debit = self.credit = 0
        self.bank_lines = self.bank_amount = 0
        self.bank_accounts: set[str] = set()

    def take(self, parts: Parts) -> None:
        """One entry: judge it, then write it unless it is left out."""
        entry = parts[0][1] if len(parts) == 1 else merged(parts)
        number = 0 if self._is_left_out(entry, parts) else self._write(entry, parts)
        if not self.is_identity:
            self._own(entry, parts, number)
        elif not number:
            self.dropped.append(entry.run)

    def close(self) -> None:
        """Write what is waiting and what only the whole of the entries tells."""
        self._flush()
        self._choose_labels()
        notes = self._registers.notes
        self.openings.judge(notes)
        self.letterings.settle(notes)
        self.duplicates.judge([third.code for third in self._registers.thirds.all], notes)
        if self._batches[0]:
            message = (
                f"{counted(self._batches[0], 'écriture')} de plusieurs tiers sans référence par "
                "facture : reprise sans créer de factures."
            )
            notes.write("FACTURES_GROUPEES", message, Note(self._batches[1], PIECE_REF))
        if self._late[0]:
            message = (
                f"{counted(self._late[0], 'ligne')} à compter de la date de reprise : elles "
                "peuvent faire double emploi avec ce qui est saisi ici."
            )
            notes.write("CHEVAUCHEMENT_REPRISE", message, Note(self._late[1], ECRITURE_DATE))

    def owners(self, segments: Iterator[tuple[Any, ...]]) -> Iterator[Owner]:
        """The rows of the first pass, in order, and the entry that each goes to."""
        if self.is_identity:
            yield from self._owners_by_run(segments)
            return
        self._owners.flush()
        for rows, entry, header in self._database.execute(
            "SELECT rows, entry, header FROM owner ORDER BY seg"
        ):
            yield Owner(rows, entry, json.loads(header))

    def _owners_by_run(self, segments: Iterator[tuple[Any, ...]]) -> Iterator[Owner]:
        dropped = iter((*self.dropped, 0))
        following, gone = next(dropped), 0
        for one in segments:
            segment = Segment._make(one)
            while following and segment.run > following:
                following, gone = next(dropped), gone + 1
            is_dropped = segment.run == following
            yield Owner(len(segment.postings), 0 if is_dropped else segment.run - gone)

    def _is_left_out(self, entry: Segment, parts: Parts) -> bool:
        if entry.flags & EXCLUDED:
            self._tell_excluded(entry)
            return True
        if parts[0][0] in self._closing.ranks:
            net = self._registers.postings.net
            for posting, cents in zip(entry.postings, entry.nets, strict=True):
                net[posting] -= cents
            return True
        return not entry.postings

    def _write(self, entry: Segment, parts: Parts) -> int:
        """Everything that one entry gives; its number in the artefacts."""
        self._judge.judge(entry, parts)
        self.entries += 1
        number = self.entries
        journal = self._journals[entry.journal - 1]
        is_opening = journal.is_opening or self._opens(entry)
        shape = self._shape(entry, parts, number, is_opening=is_opening)
        self._count(entry, journal, shape)
        self._rows.append(
            f"{number}\t{journal.no}\t{entry.number or number}\t{entry.date}\t{entry.ref}\t"
            f"{entry.piece_date}\t{entry.label}\t{entry.valid_date}\t{entry.line}\t"
            f"{'t' if is_opening else 'f'}\t{shape}\t{entry.debit}\t{len(entry.postings)}\n"
        )
        if entry.banks and not is_opening:
            self._write_banks(number, entry, parts)
        if entry.letters:
            paid = entry.date if shape in {"bank", "cash_sale"} else None
            self.letterings.add(entry.letters, paid)
        if self._several and not self._several.isdisjoint(entry.postings):
            self._date_labels(entry)
        if len(self._rows) >= _FLUSHED:
            self._flush()
        return number

    def _opens(self, entry: Segment) -> bool:
        """An opening kept in an ordinary journal: first day, no charge nor income, and its label."""
        return (
            entry.date == self._start
            and not mask_of_bytes(entry.kinds) & _INCOME_AND_CHARGES
            and is_opening_text(entry.label)
        )

    def _shape(self, entry: Segment, parts: Parts, number: int, *, is_opening: bool) -> Shape:
        """The shape of an entry, once its invoices are read."""
        openings = self.openings
        if is_opening:
            openings.add(entry, self._postings)
            return "opening"
        openings.first_other_line = openings.first_other_line or entry.line
        mask = mask_of_bytes(entry.kinds)
        shape = shape_of(mask)
        if shape in {"sale", "purchase"}:
            invoices = self._reader.read(shape, entry, parts)
            if invoices is None:
                self._batches = [self._batches[0] + 1, self._batches[1] or entry.line]
            elif not invoices:
                return "misc"
            for invoice in invoices or ():
                self.invoices.add(number, entry.journal, invoice)
                self._remember(
                    invoice.third, invoice.number, invoice.issue_date,
                    -invoice.gross if invoice.is_credit_note else invoice.gross, invoice.line,
                    invoice.direction,
                )  # fmt: skip
        elif mask & _THIRDS and entry.ref:
            self._remember_other(entry)
        return shape

    def _remember_other(self, entry: Segment) -> None:
        """An entry that is no invoice but concerns one third party."""
        third = net = 0
        for posting, cents in zip(entry.postings, entry.nets, strict=True):
            owner = self._postings[posting].third
            if owner is not None:
                if third and third != owner.no:
                    return
                third = owner.no
                net += cents
        if third and net:
            self._remember(third, entry.ref, entry.date, net, entry.line, "")

    def _remember(
        self, third: int, ref: str, date: str, net: int, line: int, direction: str
    ) -> None:
        if ref and date and not self._registers.thirds.all[third - 1].is_generic:
            self.duplicates.add((third, ref, date, net, line, direction))

    def _count(self, entry: Segment, journal: Journal, shape: Shape) -> None:
        lines = len(entry.postings)
        self.lines += lines
        self.debit += entry.debit
        self.credit += entry.credit
        journal.entries += 1
        journal.lines += lines
        journal.debit += entry.debit
        journal.credit += entry.credit
        journal.shapes[shape] += 1
        if entry.date >= self._takeover:
            self._late = [self._late[0] + lines, self._late[1] or entry.line]

    def _write_banks(self, number: int, entry: Segment, parts: Parts) -> None:
        for _, part in parts:
            for posting, net, line, label in part.banks or ():
                account = self._postings[posting].account
                self.bank_lines += 1
                self.bank_amount += abs(net)
                self.bank_accounts.add(account.number)
                self._bank_rows.append(
                    f"{number}\t{line}\t{account.no}\t{part.date or entry.date}\t{net}\t{label}\t"
                    f"{part.ref}\n"
                )

    def _date_labels(self, entry: Segment) -> None:
        """Remember when each label of an account or third party that has several was last used."""
        line = entry.line
        for posting in entry.postings:
            if posting in self._several and self._latest.get(posting, ("", 0)) <= (
                entry.date, line,
            ):  # fmt: skip
                self._latest[posting] = entry.date, line

    def _choose_labels(self) -> None:
        """The label to keep is the latest by date, then by line."""
        for number in sorted(self._latest, key=lambda one: self._latest[one]):
            posting = self._postings[number]
            if posting.account_label:
                posting.account.labels.chosen = posting.account_label
            if posting.third and posting.third_label:
                posting.third.labels.chosen = posting.third_label

    def _own(self, entry: Segment, parts: Parts, number: int) -> None:
        """Note where the rows of each segment go, and what their header says otherwise."""
        for rank, part in parts:
            header = json.dumps(_differences(part, entry))
            self._owners.add((rank, len(part.postings), number, header))

    def _tell_excluded(self, entry: Segment) -> None:
        piece = (entry.journal, entry.number)
        if piece in self._told:
            return
        self._told.add(piece)
        code = self._journals[entry.journal - 1].code
        message = f"La pièce {quoted(entry.number)} du journal {code} est écartée."
        self._registers.notes.write("PIECE_ECARTEE", message, Note(entry.line, ECRITURE_NUM))

    def _flush(self) -> None:
        self._artefacts.write("entries", "".join(self._rows))
        self._artefacts.write("bank", "".join(self._bank_rows))
        self._rows, self._bank_rows = [], []


def _differences(part: Segment, entry: Segment) -> dict[str, str]:
    """What the lines of a segment say otherwise than the entry they went to."""
    pairs = (
        (ECRITURE_DATE, part.date, entry.date),
        (PIECE_REF, part.ref, entry.ref),
        (PIECE_DATE, part.piece_date, entry.piece_date),
        (VALID_DATE, part.valid_date, entry.valid_date),
    )
    return {LEGAL[column]: said for column, said, usual in pairs if said != usual}
