"""One entry at a time: its segments put together, its balance and dates judged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import chain
from typing import Final

from ledger.fec.columns import DEBIT, ECRITURE_DATE
from ledger.fec.exercise import Exercise
from ledger.fec.journals import Journal
from ledger.fec.notes import Note, Notebook
from ledger.fec.segments import TAINTED, Segment
from ledger.fec.wording import counted, day, euros, quoted

_DATES_TOLD: Final = 20

Parts = Sequence[tuple[int, Segment]]


def merged(parts: Parts) -> Segment:
    """The segments of an entry as one: sums and lists together, zones of the first one.

    The date is the one that most lines have, the earliest segment's when they are even.
    """
    segments = [segment for _, segment in parts]
    first = segments[0]
    flags = 0
    for segment in segments:
        flags |= segment.flags
    amount_line = next((one.amount_line for one in segments if one.postings), first.amount_line)
    return first._replace(
        date=usual_date(segments),
        amount_line=amount_line,
        debit=sum(one.debit for one in segments),
        credit=sum(one.credit for one in segments),
        kinds=b"".join(one.kinds for one in segments),
        postings=list(chain.from_iterable(one.postings for one in segments)),
        nets=list(chain.from_iterable(one.nets for one in segments)),
        letters=list(chain.from_iterable(one.letters or () for one in segments)) or None,
        banks=list(chain.from_iterable(one.banks or () for one in segments)) or None,
        more=list(chain.from_iterable(one.more or () for one in segments)) or None,
        flags=flags,
    )


def usual_date(segments: Sequence[Segment]) -> str:
    """The date of most lines, empty when no line has one."""
    days: Counter[str] = Counter()
    for segment in segments:
        if segment.date:
            days[segment.date] += max(1, len(segment.postings))
    return days.most_common(1)[0][0] if days else ""


class EntryJudge:
    """Writes what is wrong with entries.

    `may_mix_dates` are the journals whose entries were told apart by month; `has_explained`: an
    entry says why the file does not balance.
    """

    def __init__(
        self,
        notes: Notebook,
        exercise: Exercise | None,
        journals: Sequence[Journal],
        may_mix_dates: frozenset[int],
    ) -> None:
        self._notes = notes
        self._journals = journals
        self._may_mix_dates = may_mix_dates
        self._start = exercise.start if exercise else ""
        self._end = exercise.end if exercise else "9999"
        self.has_explained = False

    def judge(self, entry: Segment, parts: Parts) -> None:
        """Write the faults of one entry."""
        if entry.debit != entry.credit:
            self.has_explained = True
            if not entry.flags & TAINTED:
                self._tell_unbalanced(entry)
        if len(parts) > 1:
            self._judge_dates(entry, parts)
        elif entry.bad_date is not None:
            self._tell_bad_date(entry, "")
        if entry.date and not self._start <= entry.date <= self._end:
            self._tell_outside(entry)

    def _tell_unbalanced(self, entry: Segment) -> None:
        gap = entry.debit - entry.credit
        message = (
            f"L’écriture {entry.number} est déséquilibrée de {euros(abs(gap))} : débit "
            f"{euros(entry.debit)}, crédit {euros(entry.credit)}. La corriger à la source ou "
            "écarter la pièce."
        )
        note = Note(
            entry.amount_line, DEBIT, amount=gap, settle="exclude", piece=self._piece(entry)
        )
        self._notes.write("ECRITURE_DESEQUILIBREE", message, note)

    def _judge_dates(self, entry: Segment, parts: Parts) -> None:
        told: set[str] = set()
        for _, segment in parts:
            if segment.bad_date is not None:
                if segment.bad_date[1] not in told:
                    told.add(segment.bad_date[1])
                    self._tell_bad_date(segment, entry.date)
            elif segment.date != entry.date and entry.journal not in self._may_mix_dates:
                if len(told) < _DATES_TOLD and segment.date not in told:
                    told.add(segment.date)
                    self._tell_other_date(segment, entry)

    def _tell_other_date(self, segment: Segment, entry: Segment) -> None:
        message = (
            f"L’écriture {entry.number} porte deux dates : {day(segment.date)} ici, "
            f"{day(entry.date)} sur les autres lignes."
        )
        note = Note(
            segment.line, ECRITURE_DATE, _compact(segment.date), _compact(entry.date),
            settle="date", piece=self._piece(entry),
        )  # fmt: skip
        self._notes.write("ECRITURE_DEUX_DATES", message, note)

    def _tell_bad_date(self, segment: Segment, proposal: str) -> None:
        assert segment.bad_date is not None
        code, text = segment.bad_date
        what = {
            "DATE_ILLISIBLE": f"La date {quoted(text)} ne se lit pas.",
            "DATE_INEXISTANTE": f"La date {quoted(text)} n’existe pas.",
            "DATE_VIDE": "La date de l’écriture est vide.",
        }[code]
        message = f"{what} Indiquer la date à retenir."
        if proposal:
            message = (
                f"{what} Les autres lignes de la pièce {segment.number} portent le {day(proposal)}."
            )
        elif segment.piece_date:
            message = f"{what} La pièce est datée du {day(segment.piece_date)}."
            proposal = segment.piece_date
        note = Note(
            segment.line, ECRITURE_DATE, text, _compact(proposal) or None,
            segment.debit or segment.credit, "date", self._piece(segment),
        )  # fmt: skip
        self._notes.write(code, message, note)

    def _tell_outside(self, entry: Segment) -> None:
        is_late = entry.date > self._end
        bound = f"la clôture du {day(self._end)}" if is_late else f"l’exercice ({day(self._start)})"
        message = (
            f"L’écriture {entry.number} du {day(entry.date)} "
            f"({counted(len(entry.postings), 'ligne')}) est "
            f"{'postérieure à' if is_late else 'antérieure à'} {bound}."
        )
        code = "DATE_HORS_EXERCICE" if is_late else "DATE_AVANT_EXERCICE"
        note = Note(entry.line, ECRITURE_DATE, _compact(entry.date), piece=self._piece(entry))
        if is_late:
            note.settle = "date"
        self._notes.write(code, message, note)

    def _piece(self, entry: Segment) -> tuple[str, str]:
        return self._journals[entry.journal - 1].code, entry.number


def _compact(iso: str) -> str:
    return iso.replace("-", "")
