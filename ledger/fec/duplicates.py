"""What may have been booked twice: same third party, piece, date and amount in two entries."""

from __future__ import annotations

from typing import Any, Final

from ledger.fec.columns import PIECE_REF
from ledger.fec.notes import Note, Notebook
from ledger.fec.scratch import Scratch
from ledger.fec.thirds import ThirdParty
from ledger.fec.wording import counted, day, euros, quoted

_PARTS: Final = 128

# Third party, reference, date, net cents, line, direction of the invoice (empty: no invoice) and
# the rank of its journal.
Booked = tuple[int, str, str, int, int, str, int]


class Duplicates:
    """Remembers what entries booked on third parties, then tells what looks alike."""

    def __init__(self, scratch: Scratch, thirds: list[ThirdParty]) -> None:
        self._thirds = thirds
        self._booked = scratch.partitions("booked", parts=_PARTS)

    def add(self, booked: Booked) -> None:
        """One entry, or one invoice of it; « Divers » and pieces without reference say nothing."""
        if booked[1] and booked[2] and not self._thirds[booked[0] - 1].is_generic:
            self._booked.add(booked[0], booked)

    def judge(self, home: set[int], notes: Notebook) -> None:
        """Write what looks booked twice, and the references that name several invoices.

        `home` are the journals of sales and purchases: what another journal books under the
        reference of one of their invoices corrects it, and is no second one.
        """
        for booked in self._booked.each():
            self._judge_part(booked, home, notes)

    def _judge_part(self, booked: list[tuple[Any, ...]], home: set[int], notes: Notebook) -> None:
        same: dict[tuple[int, str, str, int], list[int]] = {}
        invoices: dict[tuple[int, str, str], dict[tuple[str, int], int]] = {}
        at_home = {(row[0], row[1], row[5]) for row in booked if row[5] and row[6] in home}
        for third, ref, date, net, line, direction, journal in booked:
            same.setdefault((third, ref, date, net), []).append(line)
            named = (third, ref, direction)
            if direction and (journal in home or named not in at_home):
                own = invoices.setdefault(named, {})
                own.setdefault((date, net), line)
        for (third, ref, date, net), lines in same.items():
            if len(lines) > 1:
                message = (
                    f"La pièce {quoted(ref)} du {day(date)}, de {euros(abs(net))}, est passée "
                    f"{counted(len(lines), 'fois', 'fois')} chez {self._thirds[third - 1].code} "
                    f"(déjà ligne {min(lines)})."
                )
                note = Note(max(lines), PIECE_REF, ref, amount=net)
                notes.write("ECRITURE_DOUBLON", message, note)
        for (third, ref, _), own in invoices.items():
            if len(own) > 1:
                message = (
                    f"La référence {quoted(ref)} désigne {counted(len(own), 'facture')} de "
                    f"{self._thirds[third - 1].code}."
                )
                notes.write("PIECE_REPETEE", message, Note(min(own.values()), PIECE_REF, ref))
