"""What is known before a file is read: its dossier, and what a person settled about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True)
class Corrections:
    """What a person settled beside the findings; the original file is never touched.

    `dates`: the date of the piece that has this line; `accounts`: old number → (new, label);
    `excluded`: pieces (journal, number) left out; `encoding` and `standard_order` are choices of
    the reading.
    """

    dates: dict[int, date] = field(default_factory=dict)
    accounts: dict[str, tuple[str, str | None]] = field(default_factory=dict)
    excluded: frozenset[tuple[str, str]] = frozenset()
    encoding: str | None = None
    standard_order: bool = False


@dataclass(frozen=True)
class Context:
    """The dossier a file is meant for; all of it may be unknown.

    `previous_closing`: account → balance at the end of the year before, in signed cents (debit
    positive), charges and income included; `previous_lines`: account → a line of that year's file,
    to be named beside this one's.  `exercise` has both ends included.
    """

    siren: str | None = None
    takeover_date: date | None = None
    previous_closing: Mapping[str, int] | None = None
    exercise: tuple[date, date] | None = None
    corrections: Corrections = field(default_factory=Corrections)
    previous_lines: Mapping[str, int] = field(default_factory=dict)
