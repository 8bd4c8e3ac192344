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
    """Write the breaks of these journals, as far as they count: several whole numbers."""
    counting = [one for one in journals if one.numbers.is_numeric and not one.numbers.is_constant]
    sequences = {
        one.no: one.numbers.sequence if one.numbers.is_ascending else index.sequence(one.no)
        for one in counting
    }
    missing = sum(sequence.missing for sequence in sequences.values())
    if missing:
        together = overall.sequence if overall.is_ascending else index.overall()
        if len(counting) > 1 and together is not None and together.missing <= missing:
            _tell(together, "La numérotation des écritures, commune aux journaux,", notes)
        else:
            for one in counting:
                name = f"La numérotation du journal {one.code}"
                _tell(sequences[one.no], name, notes)
    _tell_disorder(counting, notes)


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
