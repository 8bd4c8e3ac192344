"""What may have been booked twice: same third party, piece, date and amount in two entries."""

from __future__ import annotations

import sqlite3
from typing import Final

from ledger.fec.columns import PIECE_REF
from ledger.fec.notes import Note, Notebook
from ledger.fec.postings import Postings
from ledger.fec.scratch import Rows
from ledger.fec.wording import counted, day, euros, quoted

_TABLE: Final = "CREATE TABLE booked (third, ref, date, net, line, direction)"
_DUPLICATES: Final = """
SELECT third, ref, date, net, min(line), max(line), count(*) FROM booked
GROUP BY third, ref, date, net HAVING count(*) > 1
"""
_REPEATED: Final = """
SELECT third, ref, min(line), count(*) FROM booked WHERE direction <> ''
GROUP BY third, ref, direction HAVING count(*) > 1 AND count(DISTINCT date || ' ' || net) > 1
"""


class Duplicates:
    """Remembers one row per entry and third party, then tells those that look alike."""

    def __init__(self, database: sqlite3.Connection, postings: Postings) -> None:
        self._database = database
        self._postings = postings.all
        database.execute(_TABLE)
        self._rows = Rows(database, "INSERT INTO booked VALUES (?, ?, ?, ?, ?, ?)")

    def add(self, row: tuple[int, str, str, int, int, str]) -> None:
        """(third party, reference, date, net cents, line, direction of the invoice or empty)."""
        self._rows.add(row)

    def judge(self, thirds: list[str], notes: Notebook) -> None:
        """Write what looks booked twice; `thirds` are the codes of third parties by rank."""
        self._rows.flush()
        for third, ref, date, net, first, last, count in self._database.execute(_DUPLICATES):
            message = (
                f"La pièce {quoted(ref)} du {day(date)}, de {euros(abs(net))}, est passée "
                f"{counted(count, 'fois', 'fois')} chez {thirds[third - 1]} (déjà ligne {first})."
            )
            note = Note(last, PIECE_REF, ref, amount=net)
            notes.write("ECRITURE_DOUBLON", message, note)
        for third, ref, first, count in self._database.execute(_REPEATED):
            message = (
                f"La référence {quoted(ref)} désigne {counted(count, 'facture')} de "
                f"{thirds[third - 1]}."
            )
            notes.write("PIECE_REPETEE", message, Note(first, PIECE_REF, ref))
