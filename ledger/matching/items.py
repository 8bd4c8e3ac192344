"""Open lines as the passes see them, and what they find."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

Side = Literal["customer", "supplier", ""]
Reason = Literal["piece", "cited", "amount", "sum", "near"]


class Item(NamedTuple):
    """One open line, or what a partial lettering leaves over (`lettering` is then its id).

    `cents` are signed: a debit is positive.  `date` is the line's, or the latest of the lettering.
    `debit` and `credit` are the sums behind `cents`.
    """

    entry: int
    line: int
    cents: int
    date: dt.date
    piece: str
    label: str
    lettering: int | None = None
    is_foreign: bool = False
    debit: int = 0
    credit: int = 0


class Found(NamedTuple):
    """Lines that belong together, and the sentence that says why.

    Their cents sum to nothing, or to a difference within the tolerance; not so if `is_ambiguous`.
    """

    reason: Reason
    why: str
    items: tuple[Item, ...]
    is_ambiguous: bool = False

    @property
    def gap(self) -> int:
        """Debit minus credit, in cents."""
        return sum(item.cents for item in self.items)


@dataclass
class Budget:
    """How many steps the search for sums may still take, over a whole dossier.

    A count, not a clock: the same books give the same proposals on any machine.
    """

    steps: int = 1_000_000
    is_short: bool = False

    def spend(self, steps: int = 1) -> bool:
        """Whether there was enough left."""
        if self.steps < steps:
            self.is_short = True
            return False
        self.steps -= steps
        return True


def may_join(items: Sequence[Item]) -> bool:
    """Whether a group has both sides, and completes one partial lettering at most."""
    partial = sum(item.lettering is not None for item in items)
    return (
        partial < 2
        and any(item.cents > 0 for item in items)
        and any(item.cents < 0 for item in items)
    )
