"""What the lines of a segment share: journal, number, dates, piece; read by columns.

A batch holds some hundreds of segments.  Their zones are looked up among those already seen; only
a zone that is new, empty or doubtful is looked at by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import lt
from typing import Final, NamedTuple

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
from ledger.fec.numbers import Numbers
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


class Head(NamedTuple):
    """The shared zones of a segment; `extra` is what they say otherwise than their run does."""

    run: int
    journal: Journal
    journal_label: str
    number: str
    date: str
    ref: str
    piece_date: str
    valid_date: str
    bad_date: BadDate | None
    flags: int
    extra: dict[str, str] | None


class Heads:
    """Reads the heads of a file in order; a run is a stretch of one (journal, number).

    `overall` are the numbers of all journals together, as long as they ascend.
    """

    def __init__(self, registers: Registers) -> None:
        self._registers = registers
        self._notes = registers.notes
        self._dates = registers.dates
        self._corrections = registers.corrections
        self._run: Head | None = None
        self.overall = Numbers()
        self.runs = 0

    def read(self, zones: Sequence[Zones], spans: Sequence[Sequence[int]]) -> list[Head]:
        """The heads of consecutive segments; `spans` are the physical lines of each."""
        codes, names, numbers, dates, refs, piece_dates, valid_dates = zip(*zones, strict=True)
        lines = [span[0] for span in spans]
        journals = self._journals(codes, names, lines)
        clean_numbers = self._registers.texts.column(numbers, lines, ECRITURE_NUM)
        clean_refs = self._registers.texts.column(refs, lines, PIECE_REF)
        flags = self._flags(journals, clean_numbers)
        days, bad = self._entry_dates(dates, spans)
        piece_days = self._other_dates(piece_dates, PIECE_DATE, lines)
        valid_days = self._other_dates(valid_dates, VALID_DATE, lines)
        self._judge_pieces(clean_refs, piece_days, piece_dates, lines, flags)
        self._judge_validation(valid_days, days, lines, flags)
        return self._in_runs(
            journals, clean_numbers, days, clean_refs, piece_days, valid_days, bad, flags, lines
        )

    def _journals(
        self, codes: Sequence[str], names: Sequence[str], lines: Sequence[int]
    ) -> list[tuple[Journal, str]]:
        known = self._registers.journals
        found = list(map(known.by_zones.get, zip(codes, names, strict=True)))
        if None in found:
            return [
                known.meet(code, name, line)
                for code, name, line in zip(codes, names, lines, strict=True)
            ]
        return found  # type: ignore[return-value]  # no None is left

    def _flags(self, journals: list[tuple[Journal, str]], numbers: list[str]) -> list[int]:
        excluded = self._corrections.excluded
        if not excluded:
            return [0] * len(numbers)
        return [
            EXCLUDED if (journal.code, number) in excluded else 0
            for (journal, _), number in zip(journals, numbers, strict=True)
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

    def _judge_pieces(
        self,
        refs: list[str],
        days: list[str],
        zones: Sequence[str],
        lines: Sequence[int],
        flags: list[int],
    ) -> None:
        if "" in refs:
            message = "PieceRef est vide : la pièce justificative n’est pas référencée."
            for rank, ref in enumerate(refs):
                if not ref:
                    note = Note(lines[rank], PIECE_REF)
                    self._notes.write("PIECE_VIDE", message, note, muted=bool(flags[rank]))
        if "" in days:
            message = "PieceDate est vide : la date de la pièce est inconnue."
            for rank, iso in enumerate(days):
                if not iso and not zones[rank].strip(" 0"):
                    note = Note(lines[rank], PIECE_DATE)
                    self._notes.write("PIECE_DATE_VIDE", message, note, muted=bool(flags[rank]))

    def _judge_validation(
        self, valid: list[str], days: list[str], lines: Sequence[int], flags: list[int]
    ) -> None:
        if not any(map(lt, valid, days)):
            return
        for rank, (validated, iso) in enumerate(zip(valid, days, strict=True)):
            if validated and validated < iso:
                message = f"La validation du {day(validated)} précède l’écriture du {day(iso)}."
                note = Note(lines[rank], VALID_DATE, validated.replace("-", ""))
                muted = bool(flags[rank])
                self._notes.write("VALIDATION_AVANT_ECRITURE", message, note, muted=muted)

    def _in_runs(
        self,
        journals: list[tuple[Journal, str]],
        numbers: list[str],
        days: list[str],
        refs: list[str],
        piece_days: list[str],
        valid_days: list[str],
        bad: list[BadDate | None],
        flags: list[int],
        lines: list[int],
    ) -> list[Head]:
        """The heads, each in its run: the hot loop of the segments."""
        heads: list[Head] = []
        run = self._run
        for (journal, label), number, iso, ref, piece, valid, why, flag, line in zip(
            journals, numbers, days, refs, piece_days, valid_days, bad, flags, lines, strict=True
        ):
            extra = None
            if len(ref) > REF_MAX:
                ref, extra = self._shortened(ref, line)
            if run is not None and run.journal is journal and run.number == number:
                head = Head(
                    run.run, journal, label, number, iso, ref, piece, valid, why, flag, extra
                )
                head = head._replace(extra=_differences(head, run, extra))
                if iso != run.date:
                    journal.numbers.several(iso, run.run)
            else:
                self.runs += 1
                head = Head(
                    self.runs, journal, label, number, iso, ref, piece, valid, why, flag, extra
                )
                if label != journal.labels.first:
                    head = head._replace(extra=_differences(head, head, extra))
                run = self._run = head
                journal.numbers.feed(number, iso, line)
                if self.overall.is_ascending:
                    self.overall.feed(number, iso, line)
                if len(number) > NUMBER_MAX:
                    self._refuse_number(head, line)
            heads.append(head)
        return heads

    def _shortened(self, ref: str, line: int) -> tuple[str, dict[str, str]]:
        return self._registers.texts.short(ref, REF_MAX, line, PIECE_REF), {LEGAL[PIECE_REF]: ref}

    def _refuse_number(self, head: Head, line: int) -> None:
        message = f"Le numéro {quoted(head.number)} dépasse {NUMBER_MAX} caractères."
        note = Note(line, ECRITURE_NUM, head.number)
        self._notes.write("VALEUR_TROP_LONGUE", message, note, muted=bool(head.flags))


def _differences(head: Head, run: Head, extra: dict[str, str] | None) -> dict[str, str]:
    """What the lines of `head` say otherwise than the journal and the run they belong to."""
    found: dict[str, str] = {}
    if head.journal_label != head.journal.labels.first:
        found[LEGAL[JOURNAL_LIB]] = head.journal_label
    if head.ref != run.ref:
        found[LEGAL[PIECE_REF]] = head.ref
    if head.piece_date != run.piece_date:
        found[LEGAL[PIECE_DATE]] = head.piece_date
    if head.valid_date != run.valid_date:
        found[LEGAL[VALID_DATE]] = head.valid_date
    return found | (extra or {})


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
