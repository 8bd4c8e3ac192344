"""The passes, the surest first; each takes what it finds out of the lines that are left."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from ledger.matching import words
from ledger.matching.items import Budget, Found, Item, Side, may_join
from ledger.matching.sums import by_sum

_WORD = re.compile(r"[0-9A-Z][0-9A-Z/_.-]{2,}[0-9A-Z]")
MOST_TOLD = 60  # lines of one ambiguous case that are told


def propose(
    items: Iterable[Item], *, side: Side = "", tolerance: int = 0, budget: Budget | None = None
) -> list[Found]:
    """What settles what among the open lines of one account and third party.

    `tolerance` is the largest difference to write off, in cents, included.
    """
    left = sorted((item for item in items if item.cents), key=_place)
    budget = budget or Budget()
    found: list[Found] = []
    left = _take(left, found, by_piece(left, 0))
    left = _take(left, found, by_cited_piece(left, 0))
    if tolerance:
        left = _take(left, found, by_piece(left, tolerance))
        left = _take(left, found, by_cited_piece(left, tolerance))
    left = _take(left, found, by_amount(left))
    left = _take(left, found, by_sum(left, side, budget))
    if tolerance:
        _take(left, found, by_near_amount(left, tolerance))
    return found


def _place(item: Item) -> tuple[object, ...]:
    return (item.date, item.entry, item.line, item.lettering or 0)


def _take(left: list[Item], found: list[Found], more: Iterable[Found]) -> list[Item]:
    """Add what a pass found; answers the lines that it left, without those it told as ambiguous."""
    gone: set[int] = set()  # by identity: the same lines go from pass to pass
    for one in more:
        found.append(one)
        gone.update(map(id, one.items))
    return [item for item in left if id(item) not in gone] if gone else left


def by_piece(items: Sequence[Item], tolerance: int) -> Iterator[Found]:
    """Lines of one piece that settle each other."""
    pieces: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        if key := piece_key(item.piece):
            pieces[key].append(item)
    for same in pieces.values():
        if len(same) > 1 and abs(sum(one.cents for one in same)) <= tolerance and may_join(same):
            why = words.of_piece(same, same[0].piece.strip(), is_cited=False)
            yield Found("piece", why, tuple(same))


def by_cited_piece(items: Sequence[Item], tolerance: int) -> Iterator[Found]:
    """Lines whose labels cite the pieces of others, all of them together."""
    owners: dict[str, list[int]] = defaultdict(list)
    for rank, item in enumerate(items):
        if is_citable(key := piece_key(item.piece)):
            owners[key].append(rank)
    if not owners:
        return
    cited = [(rank, word) for rank, item in enumerate(items) for word in _cited(item, owners)]
    joined = _Joined(len(items))
    for rank, other in _links(owners, cited):
        joined.join(rank, other)
    named = {joined.top(rank): word for rank, word in cited}
    groups: dict[int, list[Item]] = defaultdict(list)
    for rank, item in enumerate(items):
        if (top := joined.top(rank)) in named:
            groups[top].append(item)
    for top, same in groups.items():
        if abs(sum(one.cents for one in same)) <= tolerance and may_join(same):
            yield Found("cited", words.of_piece(same, named[top], is_cited=True), tuple(same))


def _links(
    owners: dict[str, list[int]], cited: Iterable[tuple[int, str]]
) -> Iterator[tuple[int, int]]:
    """Lines of one piece, and lines that cite it."""
    for ranks in owners.values():
        yield from ((rank, ranks[0]) for rank in ranks[1:])
    for rank, word in cited:
        yield rank, owners[word][0]


def _cited(item: Item, owners: dict[str, list[int]]) -> list[str]:
    """The pieces of other lines that the label holds."""
    own = piece_key(item.piece)
    return [word for word in _WORD.findall(item.label.upper()) if word != own and word in owners]


class _Joined:
    """Ranks that belong together, by whatever links were told."""

    def __init__(self, count: int) -> None:
        self.above = list(range(count))

    def top(self, rank: int) -> int:
        """The rank that stands for all those joined with this one."""
        above = self.above
        while above[rank] != rank:
            above[rank] = rank = above[above[rank]]
        return rank

    def join(self, one: int, other: int) -> None:
        """Have both belong together."""
        self.above[self.top(one)] = self.top(other)


def piece_key(piece: str) -> str:
    """A piece as it is compared."""
    return " ".join(piece.split()).upper()


def is_citable(key: str) -> bool:
    """Whether a piece is told from an ordinary word or number when a label holds it."""
    return len(key) > 3 and any(letter.isdigit() for letter in key)


def by_amount(items: Sequence[Item]) -> Iterator[Found]:
    """A debit and a credit of the same amount, if each is the only one."""
    same: dict[int, list[Item]] = defaultdict(list)
    for item in items:
        same[abs(item.cents)].append(item)
    for equal in same.values():
        if len(equal) > 1 and may_join(equal):
            if len(equal) == 2:
                yield Found("amount", words.of_amount(equal), tuple(equal))
            else:
                told = tuple(equal[:MOST_TOLD])
                yield Found("amount", words.of_equals(equal), told, is_ambiguous=True)


def by_near_amount(items: Sequence[Item], tolerance: int) -> Iterator[Found]:
    """A debit and a credit that differ by no more than the tolerance, if each is the only one."""
    due = sorted((item for item in items if item.cents > 0), key=lambda one: one.cents)
    owed = sorted((item for item in items if item.cents < 0), key=lambda one: -one.cents)
    near_due = _near(due, owed, tolerance)
    near_owed = _near(owed, due, tolerance)
    for rank, debit in enumerate(due):
        first, count = near_due[rank]
        if not count:
            continue
        if count == 1 and near_owed[first][1] == 1:
            pair = (debit, owed[first])
            if may_join(pair):
                yield Found("near", words.of_near(pair), pair)
        elif count > 1:
            told = (debit, *owed[first : first + min(count, MOST_TOLD)])
            yield Found("near", words.of_several_near(debit), told, is_ambiguous=True)


def _near(ours: Sequence[Item], theirs: Sequence[Item], tolerance: int) -> list[tuple[int, int]]:
    """For each of ours, the first of theirs within the tolerance and how many there are."""
    sizes = [abs(item.cents) for item in theirs]
    out = []
    for item in ours:
        first = bisect_left(sizes, abs(item.cents) - tolerance)
        last = bisect_left(sizes, abs(item.cents) + tolerance + 1)
        out.append((first, last - first))
    return out
