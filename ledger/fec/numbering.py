"""Breaks in the entry numbers: one finding per sequence, whichever way the file counts.

A47 A-1 wants a continuous sequence; a program counts either over all journals or in each one,
which the numbers tell: the count with the fewer holes is the file's.
"""

from __future__ import annotations

from collections.abc import Iterable

from ledger.fec.columns import ECRITURE_NUM
from ledger.fec.index import SegmentIndex
from ledger.fec.journals import Journal
from ledger.fec.notes import Note, Notebook
from ledger.fec.numbers import Numbers, Sequence
from ledger.fec.wording import counted


def judge_numbering(
    journals: Iterable[Journal], overall: Numbers, notes: Notebook, index: SegmentIndex
) -> None:
    """Write the breaks of these journals, as far as they count: several whole numbers, or texts
    that end with one after the same prefix.
    """
    journals = list(journals)
    numeric = [one for one in journals if one.numbers.is_numeric]
    counting = [one for one in numeric if not one.numbers.is_constant]
    sequences = {
        one.no: one.numbers.sequence if one.numbers.is_ascending else index.sequence(one.no)
        for one in counting
    }
    missing = sum(sequence.missing for sequence in sequences.values())
    # A journal of one entry counts nothing by itself, but has its place in a common count.
    together = None
    if len(numeric) > 1 and (missing or not counting):
        is_sorted = overall.is_ascending and overall.is_numeric
        together = overall.sequence if is_sorted else index.overall()
    if together and (together.missing <= missing if counting else _is_dense(together)):
        _tell(together, "La numérotation des écritures, commune aux journaux,", notes)
    elif missing:
        for one in counting:
            _tell(sequences[one.no], f"La numérotation du journal {one.code}", notes)
    for one in journals:
        prefixed = one.numbers.prefixed
        if prefixed and one.numbers.is_ascending and _is_dense(prefixed):
            _tell(prefixed, f"La numérotation du journal {one.code}", notes)
    _tell_disorder(counting, notes)


def _is_dense(sequence: Sequence) -> bool:
    """Fewer holes than numbers: it is counted one by one, not by month nor by tens."""
    return sequence.count >= 3 and sequence.missing <= sequence.count


def _tell(sequence: Sequence, name: str, notes: Notebook) -> None:
    if sequence.missing:
        message = (
            f"{name} présente une rupture : il manque {counted(sequence.missing, 'numéro')} "
            f"({sequence.listed()}). L’administration peut en demander la raison."
        )
        notes.write("NUMERO_RUPTURE", message, Note(sequence.line, ECRITURE_NUM))


def _tell_disorder(journals: Iterable[Journal], notes: Notebook) -> None:
    back = [one for one in journals if one.numbers.backwards]
    if back:
        first = min(back, key=lambda one: one.numbers.backwards_line)
        message = (
            f"Les écritures ne suivent pas l’ordre des numéros (journal {first.code}) : elles "
            "sont regroupées par journal et numéro."
        )
        note = Note(first.numbers.backwards_line, ECRITURE_NUM)
        notes.write("ECRITURES_NON_ORDONNEES", message, note)
