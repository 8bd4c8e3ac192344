"""What the lines of a segment share: journal, number, dates, piece; read by columns.

A batch holds some hundreds of segments.  Their zones are looked up among those already seen; only
a zone that is new, empty or doubtful is looked at by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import lt
from typing import Any, Final, NamedTuple

from ledger.fec.columns import (
    ECRITURE_DATE,
    ECRITURE_NUM,
    JOURNAL_CODE,
    JOURNAL_LIB,
    LEGAL,
    PIECE_DATE,
    PIECE_REF,
    VALID_DATE,
)
from ledger.fec.journals import Journal
from ledger.fec.notes import Note
from ledger.fec.numbers import Numbers, whole_number
from ledger.fec.registers import Registers
from ledger.fec.segments import EXCLUDED
from ledger.fec.texts import REF_MAX
from ledger.fec.wording import day, quoted

NUMBER_MAX: Final = 100
HEAD_COLUMNS: Final = (
    JOURNAL_CODE, JOURNAL_LIB, ECRITURE_NUM, ECRITURE_DATE, PIECE_REF, PIECE_DATE, VALID_DATE,
)  # fmt: skip

Zones = tuple[str, str, str, str, str, str, str]
BadDate = tuple[str, str]


class HeadColumns(NamedTuple):
    """What consecutive segments share with their lines, one item per segment.

    `labels` are the journal labels; `bad` says why a date is missing; `extras` what a segment says
    otherwise than its journal and its run do.
    """

    runs: list[int]
    journals: list[Journal]
    labels: list[str]
    numbers: list[str]
    days: list[str]
    refs: list[str]
    piece_days: list[str]
    valid_days: list[str]
    bad: list[BadDate | None]
    flags: list[int]
    extras: list[dict[str, str] | None]

    def last(self) -> tuple[Any, ...]:
        """The values of the last segment, column by column."""
        return tuple(column[-1] for column in self)

    def put_first(self, values: tuple[Any, ...]) -> None:
        """Insert a segment before the others."""
        columns: list[list[Any]] = list(self)
        for column, value in zip(columns, values, strict=True):
            column.insert(0, value)

    @classmethod
    def none(cls) -> HeadColumns:
        """No segment yet."""
        return cls([], [], [], [], [], [], [], [], [], [], [])


# The first segment of a run: journal, number, day, reference, day of the piece, of validation.
_Run = tuple[Journal | None, str, str, str, str, str]


class Heads:
    """Reads the heads of a file in order; a run is a stretch of one (journal, number).

    `overall` are the numbers of all journals together, as long as they ascend.
    """

    def __init__(self, registers: Registers) -> None:
        self._registers = registers
        self._notes = registers.notes
        self._dates = registers.dates
        self._corrections = registers.corrections
        self._run: _Run = (None, "", "", "", "", "")
        self.overall = Numbers()
        self.runs = 0

    def read(self, zones: Sequence[Zones], spans: Sequence[Sequence[int]]) -> HeadColumns:
        """The heads of consecutive segments; `spans` are the physical lines of each."""
        codes, names, numbers, dates, refs, piece_dates, valid_dates = zip(*zones, strict=True)
        lines = [span[0] for span in spans]
        texts = self._registers.texts
        journals, labels = self._journals(codes, names, lines)
        days, bad = self._entry_dates(dates, spans)
        clean_numbers = texts.column(numbers, lines, ECRITURE_NUM)
        heads = HeadColumns(
            [], journals, labels, clean_numbers, days, texts.column(refs, lines, PIECE_REF),
            self._other_dates(piece_dates, PIECE_DATE, lines),
            self._other_dates(valid_dates, VALID_DATE, lines),
            bad, self._flags(journals, clean_numbers), [None] * len(lines),
        )  # fmt: skip
        self._judge_pieces(heads, piece_dates, lines)
        self._judge_validation(heads, lines)
        self._place_in_runs(heads, lines)
        return heads

    def _journals(
        self, codes: Sequence[str], names: Sequence[str], lines: Sequence[int]
    ) -> tuple[list[Journal], list[str]]:
        known = self._registers.journals
        found = list(map(known.by_zones.get, zip(codes, names, strict=True)))
        if None in found:
            found = list(map(known.meet, codes, names, lines))
        journals, labels = zip(*found, strict=True)
        return list(journals), list(labels)

    def _flags(self, journals: list[Journal], numbers: list[str]) -> list[int]:
        excluded = self._corrections.excluded
        if not excluded:
            return [0] * len(numbers)
        return [
            EXCLUDED if (journal.code, number) in excluded else 0
            for journal, number in zip(journals, numbers, strict=True)
        ]

    def _entry_dates(
        self, zones: Sequence[str], spans: Sequence[Sequence[int]]
    ) -> tuple[list[str], list[BadDate | None]]:
        """ISO dates, empty where there is none, and then why."""
        found = list(map(self._dates[ECRITURE_DATE].known.get, zones))
        bad: list[BadDate | None] = [None] * len(found)
        if None in found or "" in found or self._corrections.dates:
            for rank, zone in enumerate(zones):
                found[rank], bad[rank] = self._entry_date(zone, spans[rank])
        return found, bad  # type: ignore[return-value]  # no None is left

    def _entry_date(self, zone: str, lines: Sequence[int]) -> tuple[str, BadDate | None]:
        chosen = self._corrections.dates
        if chosen:
            picked = next((line for line in lines if line in chosen), None)
            if picked is not None:
                return self._corrected(zone, picked), None
        column = self._dates[ECRITURE_DATE]
        iso = column.known.get(zone)
        if iso is None:
            read = column.read(zone, lines[0])
            if read.code is not None and not read.iso:
                return "", (read.code, zone.strip())
            iso = read.iso
        return iso, None if iso else ("DATE_VIDE", zone.strip())

    def _corrected(self, zone: str, line: int) -> str:
        iso = self._corrections.dates[line].isoformat()
        message = f"La date {quoted(zone.strip())} est remplacée par le {day(iso)}."
        note = Note(line, ECRITURE_DATE, zone.strip(), iso.replace("-", ""))
        self._notes.write("DATE_CORRIGEE", message, note)
        return iso

    def _other_dates(self, zones: Sequence[str], column: int, lines: Sequence[int]) -> list[str]:
        """PieceDate or ValidDate: a doubtful one is a warning and counts as empty."""
        known = self._dates[column].known
        found = list(map(known.get, zones))
        if None in found:
            for rank, zone in enumerate(zones):
                if found[rank] is None:
                    iso = known.get(zone)
                    if iso is None:
                        iso = doubtful_date(self._registers, column, zone, lines[rank])
                    found[rank] = iso
        return found  # type: ignore[return-value]  # no None is left

    def _judge_pieces(self, heads: HeadColumns, zones: Sequence[str], lines: Sequence[int]) -> None:
        if "" in heads.refs:
            message = "PieceRef est vide : la pièce justificative n’est pas référencée."
            for rank, ref in enumerate(heads.refs):
                if not ref:
                    note, muted = Note(lines[rank], PIECE_REF), bool(heads.flags[rank])
                    self._notes.write("PIECE_VIDE", message, note, muted=muted)
        if "" in heads.piece_days:
            message = "PieceDate est vide : la date de la pièce est inconnue."
            for rank, iso in enumerate(heads.piece_days):
                if not iso and not zones[rank].strip().strip("0"):
                    note, muted = Note(lines[rank], PIECE_DATE), bool(heads.flags[rank])
                    self._notes.write("PIECE_DATE_VIDE", message, note, muted=muted)

    def _judge_validation(self, heads: HeadColumns, lines: Sequence[int]) -> None:
        if not any(map(lt, heads.valid_days, heads.days)):
            return
        for rank, (validated, iso) in enumerate(zip(heads.valid_days, heads.days, strict=True)):
            if validated and validated < iso:
                message = f"La validation du {day(validated)} précède l’écriture du {day(iso)}."
                note = Note(lines[rank], VALID_DATE, validated.replace("-", ""))
                muted = bool(heads.flags[rank])
                self._notes.write("VALIDATION_AVANT_ECRITURE", message, note, muted=muted)

    def _place_in_runs(self, heads: HeadColumns, lines: list[int]) -> None:
        """Number the runs, and tell what segments say otherwise than theirs."""
        usual = [journal.labels.first for journal in heads.journals]
        is_odd = usual != heads.labels or max(map(len, heads.refs)) > REF_MAX
        overall, runs = self.overall, self.runs
        last_journal, last_number, *_ = self._run
        begun = -1  # the rank of the run's first segment, -1 in an earlier batch
        for rank, (journal, number) in enumerate(zip(heads.journals, heads.numbers, strict=True)):
            if number != last_number or journal is not last_journal:
                runs += 1
                last_journal, last_number, begun = journal, number, rank
                value = whole_number(number)
                journal.numbers.feed(number, value, heads.days[rank], lines[rank])
                if overall.is_ascending:
                    overall.feed(number, value, heads.days[rank], lines[rank])
                if len(number) > NUMBER_MAX:
                    self._refuse_number(heads, rank, lines[rank])
                if is_odd:
                    self._tell_apart(heads, rank, _run_of(heads, rank), lines[rank], runs)
            else:
                run = self._run if begun < 0 else _run_of(heads, begun)
                self._tell_apart(heads, rank, run, lines[rank], runs)
            heads.runs.append(runs)
        self.runs = runs
        if begun >= 0:
            self._run = _run_of(heads, begun)

    def _tell_apart(self, heads: HeadColumns, rank: int, run: _Run, line: int, number: int) -> None:
        """What the lines of a segment say otherwise than the journal and run they belong to."""
        journal, label, ref = heads.journals[rank], heads.labels[rank], heads.refs[rank]
        _, _, run_day, run_ref, run_piece_day, run_valid_day = run
        extra: dict[str, str] = {}
        if label and label != journal.labels.first:
            extra[LEGAL[JOURNAL_LIB]] = label
        if ref != run_ref or len(ref) > REF_MAX:
            extra[LEGAL[PIECE_REF]] = ref
        if heads.piece_days[rank] != run_piece_day:
            extra[LEGAL[PIECE_DATE]] = heads.piece_days[rank]
        if heads.valid_days[rank] != run_valid_day:
            extra[LEGAL[VALID_DATE]] = heads.valid_days[rank]
        if heads.days[rank] != run_day:
            journal.numbers.several(heads.days[rank], number)
        heads.refs[rank] = self._registers.texts.short(ref, REF_MAX, line, PIECE_REF)
        heads.extras[rank] = extra or None

    def _refuse_number(self, heads: HeadColumns, rank: int, line: int) -> None:
        number = heads.numbers[rank]
        message = f"Le numéro {quoted(number)} dépasse {NUMBER_MAX} caractères."
        note, muted = Note(line, ECRITURE_NUM, number), bool(heads.flags[rank])
        self._notes.write("VALEUR_TROP_LONGUE", message, note, muted=muted)


def _run_of(heads: HeadColumns, rank: int) -> _Run:
    return (
        heads.journals[rank], heads.numbers[rank], heads.days[rank], heads.refs[rank],
        heads.piece_days[rank], heads.valid_days[rank],
    )  # fmt: skip


def doubtful_date(registers: Registers, column: int, zone: str, line: int) -> str:
    """A date that does not date the entry: repaired, or warned about and dropped."""
    read = registers.dates[column].read(zone, line)
    if read.code is not None:
        text = zone.strip()
        kept = f"le {day(read.iso)} est conservé" if read.iso else "elle est ignorée"
        reason = {
            "DATE_ILLISIBLE": "ne se lit pas",
            "DATE_INEXISTANTE": "n’existe pas",
            "DATE_SIECLE": "est hors de 1900-2099",
        }[read.code]
        message = f"La date {quoted(text)} {reason} : {kept}."
        registers.notes.write(read.code, message, Note(line, column, text), severity="warning")
    return read.iso
