"""The second pass: entries one by one, and everything that an import would write from them."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain, pairwise
from typing import Any, Final

from ledger.fec.artefacts import Artefacts
from ledger.fec.closing import Closing
from ledger.fec.columns import ECRITURE_DATE, ECRITURE_NUM, PIECE_REF
from ledger.fec.duplicates import Duplicates
from ledger.fec.entries import EntryJudge, Parts, merged
from ledger.fec.invoice_table import InvoiceTable, homes_of
from ledger.fec.invoices import InvoiceReader
from ledger.fec.journals import is_opening_text
from ledger.fec.kinds import Kind, mask_of, mask_of_bytes
from ledger.fec.label_dates import LabelDates
from ledger.fec.letterings import Letterings
from ledger.fec.notes import Note
from ledger.fec.openings import Openings
from ledger.fec.registers import Registers
from ledger.fec.row_owners import RowOwners
from ledger.fec.scratch import Scratch
from ledger.fec.segments import EXCLUDED, Segment
from ledger.fec.shapes import KindShapes, Shape
from ledger.fec.wording import counted, quoted

_FLUSHED: Final = 500
_INVALID: Final = int(Kind.INVALID)
_INCOME_AND_CHARGES: Final = mask_of(
    Kind.SALES, Kind.INCOME, Kind.CHARGE, Kind.WAGES, Kind.PROVISION, Kind.OTHER_INCOME,
    Kind.OTHER_CHARGE,
)  # fmt: skip
_PAYS: Final = frozenset(("bank", "cash_sale"))
_END: Final = (None,)
_JOURNAL: Final = Segment._fields.index("journal")
_LINE: Final = Segment._fields.index("line")


class Books:
    """Takes the entries of a file in order; its counts are of what an import writes, in cents.

    `is_written`: another process has written its artefacts, invoices too.
    """

    def __init__(
        self,
        registers: Registers,
        scratch: Scratch,
        artefacts: Artefacts,
        *,
        closing: Closing,
        judge: EntryJudge,
        takeover: str,
        is_identity: bool,
    ) -> None:
        self._registers = registers
        self._postings = registers.postings.all
        self._journals = registers.journals.all
        self._artefacts = artefacts
        self._closing = closing
        self._judge = judge
        self._takeover = takeover or "9999"
        # The first text after all the days that ask nothing: « ~ » follows every digit.
        self._until = min(f"{judge.end}~", self._takeover)
        self._wants_rows = artefacts.folder is not None
        self._reader = InvoiceReader(wants_rows=self._wants_rows)
        self._labels = LabelDates(self._postings)
        self._duplicates = Duplicates(scratch, registers.thirds.all)
        self._third_of: list[int] = []
        self._plain: list[bool] = []
        self._may_skip = not self._labels.several and not closing.lines
        self._shapes = KindShapes()
        self._rows: list[str] = []
        self._bank_rows: list[str] = []
        self._told: set[tuple[int, str]] = set()
        self._batches, self._batch_line = 0, 0
        self._late, self._late_line = 0, 0
        self.owners = RowOwners(scratch, is_identity=is_identity)
        self.letterings = Letterings(scratch, registers.postings, wants_places=self._wants_rows)
        self.invoices = InvoiceTable(scratch, registers, self.letterings)
        self.openings = Openings()
        self.entries = 0
        self.is_written = False
        self.bank_lines = self.bank_amount = 0
        self.bank_accounts: set[str] = set()
        self.meet()

    def meet(self) -> None:
        """Take in the postings and journals that the registers have more of than before."""
        met = self._postings[len(self._third_of) :]
        self._third_of += [one.third.no if one.third else 0 for one in met]
        self._reader.meet(met)
        journals = self._journals[len(self._plain) :]
        self._plain += [self._may_skip and not one.is_opening for one in journals]

    def take_runs(self, segments: Iterable[tuple[Any, ...]]) -> None:
        """All the segments of a file whose runs are its entries.

        Most entries are one balanced segment inside the exercise: nothing more is asked of them.
        """
        since, until = self._judge.start, self._until
        plain, write = self._plain, self._write
        held: list[Segment] = []
        for one, following in pairwise(chain(segments, (_END,))):
            run, journal, _, date, _, _, _, _, _, debit, credit, _, _, _, _, _, rare = one
            if (
                run != following[0]
                and not held
                and rare is None
                and debit == credit
                and since < date < until
                and plain[journal - 1]
            ):
                write(one, None, is_opening=False)
                continue
            held.append(Segment._make(one))
            if run != following[0]:
                self.take(held)
                held = []

    def take(self, parts: Parts) -> None:
        """One entry: judge it, then write it unless it is left out."""
        entry = merged(parts)
        if self._is_left_out(entry):
            self.owners.note(entry, parts, 0)
            return
        self._judge.judge(entry, parts)
        if entry.date >= self._takeover:
            self._late += len(entry.postings)
            self._late_line = self._late_line or entry.line
        if not self._labels.several.isdisjoint(entry.postings):
            self._labels.date(entry)
        is_opening = self._journals[entry.journal - 1].is_opening or self._opens(entry)
        if is_opening:
            self.openings.add(entry, self._postings)
        self._write(entry, parts, is_opening=is_opening)
        self.owners.note(entry, parts, self.entries)

    def date_labels(self, entries: Iterable[Parts]) -> None:
        """Choose the labels to keep, when the entries were taken elsewhere."""
        if self._labels.several:
            self._labels.date_all(entries)
            self._labels.choose()

    def close(self, holes: int) -> None:
        """Write what is waiting and what only the whole of the entries tells.

        `holes` is how many lettered rows the file has.
        """
        self._flush()
        self._labels.choose()
        notes = self._registers.notes
        self.openings.judge(notes)
        self.letterings.settle(holes, notes, self._artefacts)
        self._duplicates.judge(homes_of(self._journals), notes)
        if self._batches:
            message = (
                f"{counted(self._batches, 'écriture')} de plusieurs tiers sans référence par "
                "facture : reprise sans créer de factures."
            )
            notes.write("FACTURES_GROUPEES", message, Note(self._batch_line, PIECE_REF))
        if self._late:
            message = (
                f"{counted(self._late, 'ligne')} à compter de la date de reprise : elles "
                "peuvent faire double emploi avec ce qui est saisi ici."
            )
            notes.write("CHEVAUCHEMENT_REPRISE", message, Note(self._late_line, ECRITURE_DATE))

    def _is_left_out(self, entry: Segment) -> bool:
        if entry.flags & EXCLUDED:
            self._tell_excluded(entry)
            return True
        if entry.line in self._closing.lines:
            net = self._registers.postings.net
            for posting, cents in zip(entry.postings, entry.nets, strict=True):
                net[posting] -= cents
            return True
        return not entry.postings

    def _opens(self, entry: Segment) -> bool:
        """An opening kept in an ordinary journal: first day, no charge nor income, its label."""
        return (
            entry.date == self._judge.start
            and not mask_of_bytes(entry.kinds) & _INCOME_AND_CHARGES
            and is_opening_text(entry.label)
        )

    def _write(self, entry: tuple[Any, ...], parts: Parts | None, *, is_opening: bool) -> None:
        """Everything that one entry gives; `parts` None: it is one segment."""
        (
            _, journal, number, date, ref, piece_date, valid_date, line, label, debit, credit,
            kinds, postings, _, letters, banks, _,
        ) = entry  # fmt: skip
        self.entries += 1
        if _INVALID in kinds:
            self._refuse_accounts(postings, line)
        shape: Shape = "opening"
        if not is_opening:
            self.openings.first_other_line = self.openings.first_other_line or line
            shape, has_third = self._shapes[kinds]
            if shape == "sale" or shape == "purchase":  # noqa: PLR1714 (a set costs a hash)
                shape = self._read_invoices(shape, entry, parts)
            elif has_third and ref:
                self._remember(entry)
            if banks:
                self._write_banks(parts or (Segment._make(entry),), date)
        if letters:
            self.letterings.add(letters, int(date.replace("-", "") or 0) if shape in _PAYS else 0)
        self._count(journal, len(postings), debit, credit, shape)
        if not self._wants_rows:
            return
        self._rows.append(
            f"{self.entries}\t{journal}\t{number or self.entries}\t{date}\t{ref}\t{piece_date}\t"
            f"{label}\t{valid_date}\t{line}\t{'t' if is_opening else 'f'}\t{shape}\t{debit}\t"
            f"{len(postings)}\n"
        )
        if len(self._rows) >= _FLUSHED:
            self._flush()

    def _refuse_accounts(self, postings: Iterable[int], line: int) -> None:
        """Ask which accounts to keep in the place of those that are no accounts of the PCG."""
        for rank in postings:
            account = self._postings[rank].account
            if account.kind == Kind.INVALID:
                self._registers.accounts.refuse(account, max(line, account.line))

    def _read_invoices(self, shape: Shape, entry: tuple[Any, ...], parts: Parts | None) -> Shape:
        """Keep the invoices of an entry; without any it is no sale nor purchase after all."""
        if parts is None:
            invoices = self._reader.read_one(shape, entry)
        else:
            invoices = self._reader.read(shape, Segment._make(entry), parts)
        if invoices is None:
            self._batches += 1
            self._batch_line = self._batch_line or entry[_LINE]
            return shape
        if not invoices:
            return "misc"
        for one in invoices:
            self.invoices.add(self.entries, entry[_JOURNAL], one)
            self._duplicates.add((
                one.third, one.number, one.issue_date, one.total, one.line, one.direction,
                entry[_JOURNAL],
            ))  # fmt: skip
        self._journals[entry[_JOURNAL] - 1].has_invoices = True
        return shape

    def _remember(self, entry: tuple[Any, ...]) -> None:
        """An entry that is no invoice but concerns one third party."""
        third = net = 0
        third_of = self._third_of
        _, _, _, date, ref, _, _, line, _, _, _, _, postings, nets, _, _, _ = entry
        for posting, cents in zip(postings, nets, strict=True):
            owner = third_of[posting]
            if owner:
                if third and third != owner:
                    return
                third = owner
                net += cents
        if third and net:
            self._duplicates.add((third, ref, date, net, line, "", 0))

    def _count(self, number: int, lines: int, debit: int, credit: int, shape: Shape) -> None:
        journal = self._journals[number - 1]
        journal.entries += 1
        journal.lines += lines
        journal.debit += debit
        journal.credit += credit
        journal.shapes[shape] += 1

    def _write_banks(self, parts: Parts, date: str) -> None:
        for part in parts:
            for posting, net, line, label in part.banks or ():
                account = self._postings[posting].account
                self.bank_lines += 1
                self.bank_amount += abs(net)
                self.bank_accounts.add(account.number)
                if self._wants_rows:
                    self._bank_rows.append(
                        f"{self.entries}\t{line}\t{account.no}\t{part.date or date}\t{net}\t"
                        f"{label}\t{part.ref}\n"
                    )

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
