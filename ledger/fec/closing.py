"""Entries that close the accounts of classes 6 and 7 to the result: a FEC must not hold them.

A47 A-1 VII-1° wants the entries after inventory and without those of closing.  They would zero
every charge and income; they are told, left out, and the result is checked against them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final, NamedTuple

from ledger.fec.entries import Parts, merged
from ledger.fec.exercise import Exercise
from ledger.fec.kinds import Kind, mask_of, mask_of_bytes
from ledger.fec.notes import Note, Notebook
from ledger.fec.postings import Postings
from ledger.fec.wording import counted, euros

_RESULT: Final = mask_of(Kind.RESULT)
_CHARGES_AND_INCOME: Final = mask_of(
    Kind.SALES, Kind.INCOME, Kind.OTHER_INCOME, Kind.CHARGE, Kind.WAGES, Kind.OTHER_CHARGE,
    Kind.PROVISION, Kind.STOCK_CHANGE, Kind.ROUNDING,
)  # fmt: skip


class Closing(NamedTuple):
    """The first line of each closing entry, and the result they carry to 12 (profit positive)."""

    lines: frozenset[int]
    result: int


NONE: Final = Closing(frozenset(), 0)


def may_close(kinds: bytes) -> bool:
    """True when lines of these kinds carry charges and income to the result, and nothing else."""
    mask = mask_of_bytes(kinds)
    return bool(
        mask & _RESULT
        and mask & _CHARGES_AND_INCOME
        and not mask & ~(_RESULT | _CHARGES_AND_INCOME)
    )


def find_closing(
    entries: Callable[[], Iterable[Parts]],
    postings: Postings,
    exercise: Exercise | None,
    notes: Notebook,
) -> Closing:
    """The closing entries of a file: dated of its last day, they leave every account at zero."""
    if exercise is None:
        return NONE
    balances = _balances(postings)
    lines: set[int] = set()
    result = 0
    for parts in entries():
        if parts[0].date != exercise.end:
            continue
        entry = merged(parts)
        if not may_close(entry.kinds):
            continue
        if any(balances.get(postings.all[posting].account.no) for posting in entry.postings):
            continue
        lines.add(entry.line)
        result -= sum(
            net
            for posting, net in zip(entry.postings, entry.nets, strict=True)
            if postings.all[posting].kind == Kind.RESULT
        )
    closing = Closing(frozenset(lines), result)
    if lines:
        _tell(closing, -sum(balances.values()), notes)
    return closing


def _balances(postings: Postings) -> dict[int, int]:
    """The final balance of each charge and income account, in cents."""
    found: dict[int, int] = {}
    for posting, net in zip(postings.all, postings.net, strict=True):
        if 1 << posting.kind & _CHARGES_AND_INCOME:
            found[posting.account.no] = found.get(posting.account.no, 0) + net
    return found


def _tell(closing: Closing, left: int, notes: Notebook) -> None:
    """`left` is the result that the charges and income still show after the closing."""
    outcome = "bénéfice" if closing.result >= 0 else "perte"
    count = len(closing.lines)
    message = (
        f"{counted(count, 'écriture')} de clôture des comptes 6 et 7 ({outcome} de "
        f"{euros(abs(closing.result))}) : un FEC n’en contient pas, elle{'s' if count > 1 else ''} "
        f"{'ne sont pas reprises' if count > 1 else 'n’est pas reprise'}."
    )
    if left:
        message += (
            f" Le résultat des comptes 6 et 7 est de {euros(closing.result + left)} : vérifier "
            "l’écart."
        )
    notes.write("CLOTURE_EXCLUE", message, Note(min(closing.lines), amount=closing.result))
