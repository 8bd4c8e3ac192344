"""What an entry to be written is made of, and when it can be one."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from clients.models import Dossier
from firm.errors import BusinessError
from firm.formats import amount

DRAFT = "BR-"


class EntryIncomplete(BusinessError):
    """Fewer than two lines, a line with two amounts or none, or a negative amount."""

    code = "entry_incomplete"
    title = "Écriture incomplète"


class EntryUnbalanced(BusinessError):
    """Debit and credit differ."""

    code = "entry_unbalanced"
    title = "Écriture déséquilibrée"


@dataclass(frozen=True, slots=True)
class Line:
    """One line to write: ids, and cents on one side.  `foreign_amount` keeps its text scale.

    `piece_ref` and `piece_date` are the line's own where they are not its entry's.
    """

    account_id: int
    debit: int = 0
    credit: int = 0
    third_party_id: int | None = None
    label: str = ""
    foreign_amount: str | None = None
    currency: str | None = None
    piece_ref: str | None = None
    piece_date: dt.date | None = None

    @classmethod
    def of(cls, account_id: int, cents: int, **others: Any) -> Line:
        """A line of signed cents: positive is a debit."""
        return cls(account_id, debit=max(cents, 0), credit=max(-cents, 0), **others)


@dataclass(frozen=True, slots=True)
class NewEntry:
    """One entry to write; a line without a label bears the entry's.

    With an `id` it is written in the place of that entry, whose lines are gone.
    """

    journal_id: int
    date: dt.date
    lines: Sequence[Line]
    piece_ref: str = ""
    piece_date: dt.date | None = None
    label: str = ""
    shape: str = "misc"
    is_opening: bool = False
    id: int | None = None


def check(lines: Sequence[Line]) -> None:
    """Raise unless the lines can be an entry.

    Raises:
        EntryIncomplete: fewer than two lines, or a line without exactly one positive amount.
        EntryUnbalanced: debit and credit differ.
    """
    if len(lines) < 2:
        raise EntryIncomplete("Une écriture a au moins deux lignes.")
    for rank, line in enumerate(lines, 1):
        if min(line.debit, line.credit) != 0 or max(line.debit, line.credit) <= 0:
            raise EntryIncomplete(
                f"La ligne {rank} doit porter un seul montant positif, au débit ou au crédit."
            )
    debit, credit = sum(line.debit for line in lines), sum(line.credit for line in lines)
    if debit != credit:
        raise EntryUnbalanced(
            f"Le débit ({amount(debit)}) et le crédit ({amount(credit)}) diffèrent."
            " Corrigez une ligne."
        )


def arrays(
    dossier: Dossier, wanted: Sequence[NewEntry], years: dict[dt.date, int]
) -> dict[str, Any]:
    """The values of `sql/post.sql`, each an array in the order of the entries or of the lines."""
    lines = [
        (rank, line_no, line, entry)
        for rank, entry in enumerate(wanted)
        for line_no, line in enumerate(entry.lines, 1)
    ]
    return {
        "dossier": dossier.id,
        "draft": DRAFT,
        "ranks": list(range(len(wanted))),
        "years": [years[entry.date] for entry in wanted],
        "journals": [entry.journal_id for entry in wanted],
        "dates": [entry.date for entry in wanted],
        "refs": [entry.piece_ref[:200] for entry in wanted],
        "piece_dates": [entry.piece_date for entry in wanted],
        "labels": [entry.label[:500] for entry in wanted],
        "shapes": [entry.shape for entry in wanted],
        "openings": [entry.is_opening for entry in wanted],
        "ids": [entry.id for entry in wanted],
        "of": [rank for rank, _no, _line, _entry in lines],
        "line_nos": [line_no for _rank, line_no, _line, _entry in lines],
        "accounts": [line.account_id for *_place, line, _entry in lines],
        "thirds": [line.third_party_id for *_place, line, _entry in lines],
        "line_labels": [(line.label or entry.label)[:500] for *_place, line, entry in lines],
        "debits": [line.debit for *_place, line, _entry in lines],
        "credits": [line.credit for *_place, line, _entry in lines],
        "foreign": [line.foreign_amount for *_place, line, _entry in lines],
        "currencies": [line.currency for *_place, line, _entry in lines],
        "extras": [_extra(line) for *_place, line, _entry in lines],
    }


def _extra(line: Line) -> str | None:
    """What the line says otherwise than its entry, under the names of the FEC."""
    own = {}
    if line.piece_ref is not None:
        own["PieceRef"] = line.piece_ref
    if line.piece_date is not None:
        own["PieceDate"] = line.piece_date.isoformat()
    return json.dumps(own, ensure_ascii=False) if own else None
