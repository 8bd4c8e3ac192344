"""The balance auxiliaire as it is read: third parties under their collective accounts.

Amounts are cents.  The tie with the collective account is never hidden: what is not carried by a
third party is a difference, and the reader can open its lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from clients.models import Dossier
from ledger.queries.balance_lines import plain
from ledger.queries.balances import (
    ThirdPartySums,
    Tie,
    auxiliary_balance,
    ties,
    trial_balance,
)
from ledger.queries.sums import NOTHING, Sums
from ledger.queries.years import Period


@dataclass(frozen=True, slots=True)
class AuxiliaryFilters:
    """Which side, over which period."""

    period: Period
    role: str
    text: str = ""
    moved_only: bool = False

    @property
    def narrows(self) -> bool:
        """Whether some third parties are left out."""
        return bool(self.text) or self.moved_only


@dataclass(frozen=True, slots=True)
class Collective:
    """A collective account: the third parties wanted, their sum, and the tie of all of them."""

    tie: Tie
    rows: list[ThirdPartySums]
    shown: Sums


def auxiliary(dossier: Dossier, filters: AuxiliaryFilters) -> list[Collective]:
    """The collective accounts of a role with their third parties, in two queries."""
    every = auxiliary_balance(dossier, filters.period)
    held = ties(filters.role, trial_balance(dossier, filters.period), every)
    wanted = plain(filters.text)
    kept: dict[str, list[ThirdPartySums]] = {}
    for row in every:
        if row.role == filters.role and _is_wanted(row, wanted, moved_only=filters.moved_only):
            kept.setdefault(row.account, []).append(row)
    return [
        Collective(tie, kept.get(tie.account, []), sum_of(kept.get(tie.account, [])))
        for tie in held
    ]


def _is_wanted(row: ThirdPartySums, wanted: str, *, moved_only: bool) -> bool:
    if moved_only and not row.sums.has_moved:
        return False
    return not wanted or wanted in plain(row.name) or wanted in row.code.lower()


def sum_of(rows: Sequence[ThirdPartySums]) -> Sums:
    """The sum of some third parties."""
    return sum((row.sums for row in rows), NOTHING)
