"""Checks a FEC: both verdicts, every finding, and what an import would write (fec.md).

One implementation for the command, the preview and the import.  Two passes: the first reads every
record by columns (`walk`), the second takes the entries (`books`), once the whole file has told
how they are told apart and which exercise they belong to.  Memory does not grow with the file.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Final

from ledger.fec import summary
from ledger.fec.artefacts import Artefacts, opened
from ledger.fec.books import Books
from ledger.fec.clerk import Clerk, Stopped, may_hire
from ledger.fec.closing import NONE, find_closing
from ledger.fec.columns import VALID_DATE
from ledger.fec.context import Context, Corrections
from ledger.fec.continuity import judge_months, judge_openings
from ledger.fec.dictation import replay
from ledger.fec.entries import EntryJudge
from ledger.fec.exercise import Exercise, expected_exercise, settle_exercise
from ledger.fec.findings import FindingSink
from ledger.fec.index import SegmentIndex
from ledger.fec.ladder import Grouping
from ledger.fec.notes import Note, Notebook
from ledger.fec.numbering import judge_numbering
from ledger.fec.outcome import adopt
from ledger.fec.plan import write_plan
from ledger.fec.reading import Choices, Reading, open_reading
from ledger.fec.registers import Registers
from ledger.fec.report import Report, accounting_verdict, report_json
from ledger.fec.scratch import Scratch
from ledger.fec.segments import unbundled
from ledger.fec.suspense import judge_suspense
from ledger.fec.walk import Walk
from ledger.fec.wording import counted, euros

__all__ = ["Context", "Corrections", "Report", "check_file", "report_json"]

Progress = Callable[[int, int], None]
ShouldStop = Callable[[], bool]

_NOTHING: Final = Context()


def check_file(
    path: Path,
    *,
    name: str,
    context: Context = _NOTHING,
    out: Path | None = None,
    progress: Progress | None = None,
    should_stop: ShouldStop | None = None,
) -> Report:
    """Read and judge the FEC at `path`, sent under `name`.

    With `out`, the artefacts of an import are written into that folder.  `progress` gets (bytes
    read, size).  When `should_stop` answers true the check ends at once with a « refusé » report
    whose summary says `stopped`.  The caller closes the report's findings.

    Raises:
        LookupError: the chosen encoding is unknown.
        OSError: the file cannot be read, or the artefacts cannot be written.
    """
    sink = FindingSink()
    choices = Choices(context.corrections.encoding, context.corrections.standard_order)
    reading = open_reading(path, name=name, sink=sink, choices=choices)
    if reading.refusal is not None:
        return _unread(reading, sink, {})
    with _collector_paused(), Scratch() as scratch, Artefacts(out) as artefacts:
        check = _Check(reading, sink, context, scratch, artefacts)
        try:
            return check.run(progress, should_stop)
        except Stopped:
            return _unread(reading, sink, {"stopped": True})
        finally:
            check.dismiss_clerk()


class _Check:
    """One check under way."""

    def __init__(
        self,
        reading: Reading,
        sink: FindingSink,
        context: Context,
        scratch: Scratch,
        artefacts: Artefacts,
    ) -> None:
        self._reading = reading
        self._sink = sink
        self._context = context
        self._scratch = scratch
        self._artefacts = artefacts
        self._notes = Notebook(sink, signed=reading.signed)
        self._registers = Registers(
            self._notes,
            context.corrections,
            signed=reading.signed,
            has_treasury=reading.layout in {"BAT", "BNCT"},
            extra=reading.extra,
        )
        self._walk = Walk(self._registers, wants_rows=artefacts.folder is not None)
        self._spill = scratch.spill("segments", unbundled)
        self._draft = scratch.folder / "lines"
        self._takeover = context.takeover_date.isoformat() if context.takeover_date else ""
        self._clerk = self._hired()

    def _hired(self) -> Clerk | None:
        """A second process for a large file, as long as the exercise can be foretold."""
        reading = self._reading
        expected = expected_exercise(self._context.exercise, reading.year_end_in_name)
        if expected is None or not may_hire(reading.size):
            return None
        return Clerk(
            expected, takeover=self._takeover, scratch=self._scratch, artefacts=self._artefacts,
            spill=self._spill, registers=self._registers,
        )  # fmt: skip

    def dismiss_clerk(self) -> None:
        """End the second process, if there is one."""
        if self._clerk is not None:
            self._clerk.dismiss()
            self._clerk = None

    def run(self, progress: Progress | None, should_stop: ShouldStop | None) -> Report:
        """Both passes, then the report."""
        self._read(progress, should_stop)
        walk, notes, registers = self._walk, self._notes, self._registers
        walk.close()
        exercise = settle_exercise(
            walk.days,
            walk.opening_days,
            given=self._context.exercise,
            name_end=self._reading.year_end_in_name,
            notes=notes,
        )
        index = SegmentIndex(self._scratch, self._spill)
        grouping = Grouping(self._spill, index, registers.journals)
        grouping.settle(notes)
        judge_numbering(grouping.by_number, walk.overall, notes, index)
        books = self._take_entries(grouping, exercise, should_stop)
        registers.close()
        self._judge_whole(books, exercise)
        write_plan(self._artefacts, registers, books, self._spill, self._draft)
        notes.close()
        return self._report(books, grouping.entries, exercise)

    def _read(self, progress: Progress | None, should_stop: ShouldStop | None) -> None:
        """The first pass."""
        reading, clerk = self._reading, self._clerk
        with opened(self._draft) as draft:
            for part in reading.tables():
                bundle, rows = self._walk.take(part)
                self._spill.put(tuple(bundle))
                draft.write(rows)
                if clerk is not None:
                    clerk.tell()
                if progress is not None:
                    progress(reading.bytes_read, reading.size)
                if should_stop is not None and should_stop():
                    raise Stopped

    def _take_entries(
        self, grouping: Grouping, exercise: Exercise | None, should_stop: ShouldStop | None
    ) -> Books:
        """The second pass, or what the clerk made of it."""
        registers = self._registers
        closing = NONE
        if self._walk.may_close or not grouping.is_identity:
            closing = find_closing(grouping.each, registers.postings, exercise, self._notes)
        judge = EntryJudge(self._notes, exercise, registers.journals.all, grouping.may_mix_dates)
        books = Books(
            registers, self._scratch, self._artefacts,
            closing=closing, judge=judge, takeover=self._takeover, is_identity=grouping.is_identity,
        )  # fmt: skip
        clerk, is_as_promised = self._clerk, grouping.is_identity and not closing.lines
        if clerk is not None and is_as_promised and clerk.exercise == exercise:
            found = clerk.settle(
                self._walk.holes, should_stop, lambda: books.date_labels(grouping.each())
            )
            if found is not None:
                adopt(books, registers, found, clerk.numbers)
                replay(found["calls"], found["beyond"], self._notes, registers.accounts)
                self._judge_total(has_explained=found["has_explained"])
                return books
        self.dismiss_clerk()
        if grouping.is_identity:
            books.take_runs(self._spill)
        else:
            for parts in grouping.each():
                books.take(parts)
        books.close(self._walk.holes)
        self._judge_total(has_explained=judge.has_explained)
        return books

    def _judge_total(self, *, has_explained: bool) -> None:
        """The file's balance, unless an entry explains why it has none."""
        amounts = self._walk.amounts
        gap = amounts.debit - amounts.credit
        if gap and not has_explained and not self._context.corrections.excluded:
            message = (
                f"Le total des débits ({euros(amounts.debit)}) n’est pas celui des crédits "
                f"({euros(amounts.credit)}) : demander un fichier complet."
            )
            self._notes.write("TOTAL_DESEQUILIBRE", message, Note(amount=gap))

    def _judge_whole(self, books: Books, exercise: Exercise | None) -> None:
        """What only the whole file tells, against the dossier and the year before."""
        context, notes, reading = self._context, self._notes, self._reading
        self._judge_validation()
        judge_suspense(self._registers, notes)
        judge_months(self._walk.days, exercise, notes)
        if context.previous_closing is not None:
            judge_openings(books.openings, context.previous_closing, context.previous_lines, notes)
        if context.siren and reading.siren_in_name and context.siren != reading.siren_in_name:
            message = (
                f"Le SIREN du nom du fichier ({reading.siren_in_name}) n’est pas celui du dossier "
                f"({context.siren}) : vérifier que le fichier est bien celui de ce client."
            )
            note = Note(old=reading.siren_in_name, new=context.siren)
            notes.write("SIREN_DIFFERENT", message, note)

    def _judge_validation(self) -> None:
        walk = self._walk
        if not walk.unvalidated:
            return
        # A47 A-1 VIII wants ValidDate everywhere; the tool of the DGFiP not in the treasury forms.
        code = "BROUILLARD" if self._registers.has_treasury else "VALIDATION_ABSENTE"
        if walk.unvalidated == walk.lines:
            message = "ValidDate est vide partout : les écritures sont en brouillard."
        else:
            message = (
                f"ValidDate est vide sur {counted(walk.unvalidated, 'ligne')} : ces écritures "
                "sont en brouillard."
            )
        self._notes.write(code, message, Note(walk.unvalidated_line, VALID_DATE))

    def _report(self, books: Books, entries: int, exercise: Exercise | None) -> Report:
        sink, walk = self._sink, self._walk
        found = {
            **summary.of_reading(self._reading),
            **summary.of_books(books, self._registers, exercise),
            "questions": summary.questions_of(sink, self._notes.questions),
        }
        return Report(
            name=self._reading.name,
            structure=sink.structure,
            accounting=accounting_verdict(sink.worst),
            lines=walk.lines,
            entries=entries,
            debit=walk.amounts.debit,
            credit=walk.amounts.credit,
            findings=sink,
            summary=found,
            year_start=date.fromisoformat(exercise.start) if exercise else None,
            year_end=date.fromisoformat(exercise.end) if exercise else None,
            balances=summary.balances_of(self._registers),
        )


def _unread(reading: Reading, sink: FindingSink, more: dict[str, bool]) -> Report:
    """The report of a file that cannot be read, or was not to the end."""
    found = {
        **summary.of_reading(reading),
        **more,
        "questions": summary.questions_of(sink, []),
    }
    # Test Compta Demat reads a file without header or mandatory column, and says what it lacks.
    structure = sink.structure if sink.structure == "non conforme" else "refusé"
    return Report(reading.name, structure, "reject", 0, 0, 0, 0, sink, found)


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Without Python's collector of cycles: the check makes none, and millions of tuples.

    It would walk through them again and again, for more than half of the time.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
