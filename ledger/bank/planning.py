"""Which lines of a statement are new, known already, or given twice by the bank.  Plain Python.

A line is known by the bank's own name of it where that name can be trusted, else by its day,
amount, label and rank among its equals: two coffees of the same day stay two.  The bank's balances
settle what a repeated line is: if they hold with it, it moved twice; if they hold without it, the
bank wrote it twice.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from ledger.bank.lines import Line, Statement

NEW, KNOWN, REPEATED = "new", "known", "repeated"
Key = tuple[dt.date, int, str]


class Held(NamedTuple):
    """A transaction that the account holds; `repeats` as on the model."""

    date: dt.date
    amount: int
    label: str
    external_id: str
    repeats: int


@dataclass
class Plan:
    """What would be written: `states` of the lines in their order, `fresh` with their repeats."""

    states: list[str] = field(default_factory=list)
    fresh: list[tuple[Line, int]] = field(default_factory=list)
    net: int = 0

    def count(self, state: str) -> int:
        """How many lines are so."""
        return self.states.count(state)


def key_of(date: dt.date, amount: int, label: str) -> Key:
    """What tells a line from another when the bank names neither."""
    return date, amount, " ".join(label.lower().split())


def plan(statement: Statement, held: Iterable[Held]) -> Plan:
    """Part the lines; `net` is the sum in cents of those that count once."""
    names = _trusted(statement)
    found = _Finder(held)
    surplus = _surplus(statement, names)
    made = Plan()
    first: dict[Key, int] = {}
    for at, line in enumerate(statement.lines):
        key, name = key_of(line.date, line.amount, line.label), names[at]
        if at in surplus:
            made.states.append(REPEATED)
            if key in first:
                rank = first[key]
                made.fresh[rank] = (made.fresh[rank][0], made.fresh[rank][1] + 1)
            continue
        made.net += line.amount
        state = found.state(key, name)
        made.states.append(state)
        if state == NEW:
            first[key] = len(made.fresh)
            kept = "" if found.is_taken(name) else name
            made.fresh.append((replace(line, external_id=kept), 0))
            found.taken.add(name)
    return made


def _trusted(statement: Statement) -> list[str]:
    """The bank's name of each line; "" where it gives one name to lines that differ."""
    meant: dict[str, set[Key]] = defaultdict(set)
    for line in statement.lines:
        if line.external_id:
            meant[line.external_id].add(key_of(line.date, line.amount, line.label))
    return [
        line.external_id if line.external_id and len(meant[line.external_id]) == 1 else ""
        for line in statement.lines
    ]


def _surplus(statement: Statement, names: list[str]) -> set[int]:
    """Positions of the lines that the bank wrote once too often."""
    named: set[int] = set()
    equal: set[int] = set()
    seen: Counter[tuple[Key, str]] = Counter()
    for at, line in enumerate(statement.lines):
        mark = key_of(line.date, line.amount, line.label), names[at]
        if seen[mark]:
            (named if names[at] else equal).add(at)
        seen[mark] += 1
    if statement.opening is None or statement.closing is None:
        return named
    moved = statement.closing - statement.opening
    every = sum(line.amount for line in statement.lines)
    for without in (set[int](), named, named | equal, equal):
        if every - sum(statement.lines[at].amount for at in without) == moved:
            return without
    return named


class _Finder:
    """Looks lines up among the transactions held, each of which is found once."""

    def __init__(self, held: Iterable[Held]) -> None:
        self.by_name: dict[str, Held] = {}
        self.by_key: dict[Key, list[Held]] = defaultdict(list)
        self.taken: set[str] = set()
        for one in held:
            if one.external_id:
                self.by_name[one.external_id] = one
            self.by_key[key_of(one.date, one.amount, one.label)] += [one] * (1 + one.repeats)

    def state(self, key: Key, name: str) -> str:
        """`known` or `new`."""
        same = self.by_name.get(name) if name else None
        if same and same.amount == key[1]:
            pool = self.by_key[key_of(same.date, same.amount, same.label)]
            if same in pool:
                pool.remove(same)
            return KNOWN
        pool = self.by_key[key]
        for one in pool:
            if not (name and one.external_id):
                pool.remove(one)
                return KNOWN
        return NEW

    def is_taken(self, name: str) -> bool:
        """Whether a transaction of the account, or of this very plan, has this name already."""
        return name in self.by_name or name in self.taken
