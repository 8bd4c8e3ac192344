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

Parts = Sequence[Segment]


def merged(parts: Parts) -> Segment:
    """The segments of an entry as one: sums and lists together, zones of the first one.

    The date is the one that most lines have, the earliest segment's when they are even.
    """
    first = parts[0]
    if len(parts) == 1:
        return first
    flags = 0
    for part in parts:
        flags |= part.flags
    amount_line = next((part.amount_line for part in parts if part.postings), first.amount_line)
    more = list(chain.from_iterable(part.more for part in parts))
    return first._replace(
        date=usual_date(parts),
        debit=sum(part.debit for part in parts),
        credit=sum(part.credit for part in parts),
        kinds=b"".join(part.kinds for part in parts),
        postings=list(chain.from_iterable(part.postings for part in parts)),
        nets=list(chain.from_iterable(part.nets for part in parts)),
        letters=list(chain.from_iterable(part.letters or () for part in parts)) or None,
        banks=list(chain.from_iterable(part.banks or () for part in parts)) or None,
        rare=(amount_line, more, None, flags),
    )


def usual_date(parts: Parts) -> str:
    """The date of most lines, empty when no line has one."""
    days: Counter[str] = Counter()
    for part in parts:
        if part.date:
            days[part.date] += max(1, len(part.postings))
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
        self.start = exercise.start if exercise else ""
        self.end = exercise.end if exercise else "9999"
        self.has_explained = False

    def judge(self, entry: Segment, parts: Parts) -> None:
        """Write the faults of one entry."""
        if entry.debit != entry.credit:
            self.has_explained = True
            if not entry.flags & TAINTED:
                self._tell_unbalanced(entry)
        self._judge_dates(entry, parts)
        if entry.date and not self.start <= entry.date <= self.end:
            self._tell_outside(entry)

    def _tell_unbalanced(self, entry: Segment) -> None:
        gap = entry.debit - entry.credit
        message = (
            f"{_named(entry)} est déséquilibrée de {euros(abs(gap))} : débit "
            f"{euros(entry.debit)}, crédit {euros(entry.credit)}. La corriger à la source ou "
            "écarter la pièce."
        )
        note = Note(
            entry.amount_line, DEBIT, amount=gap, settle="exclude", piece=self._piece(entry)
        )
        self._notes.write("ECRITURE_DESEQUILIBREE", message, note)

    def _judge_dates(self, entry: Segment, parts: Parts) -> None:
        told: set[str] = set()
        for segment in parts:
            if segment.bad_date is not None:
                if segment.bad_date[1] not in told:
                    told.add(segment.bad_date[1])
                    self._tell_bad_date(segment, entry.date)
            elif segment.date not in (entry.date, *told) and len(told) < _DATES_TOLD:
                told.add(segment.date)
                if entry.journal not in self._may_mix_dates:
                    self._tell_other_date(segment, entry)

    def _tell_other_date(self, segment: Segment, entry: Segment) -> None:
        message = (
            f"{_named(entry)} porte deux dates : {day(segment.date)} ici, "
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
        is_late = entry.date > self.end
        bound = f"la clôture du {day(self.end)}" if is_late else f"l’exercice ({day(self.start)})"
        message = (
            f"{_named(entry)} du {day(entry.date)} "
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


def _named(entry: Segment) -> str:
    return f"L’écriture {entry.number}" if entry.number else "L’écriture sans numéro"


def _compact(iso: str) -> str:
    return iso.replace("-", "")
