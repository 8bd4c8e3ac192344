"""Several lines for one: a bounded search of the sums that make an amount.

Two kinds of sums are looked at: any run of lines that follow each other by date, and any few of the
nearest ones.  A wider search would find sums that mean nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ledger.matching import words
from ledger.matching.items import Budget, Found, Item, Side, may_join

NEAREST, FEW, LONGEST = 12, 5, 60
SHARE = 150_000  # steps that one third party may take of the dossier's


def by_sum(items: Sequence[Item], side: Side, budget: Budget) -> Iterator[Found]:
    """Lines of one side whose sum is one line of the other, if no other sum is."""
    used: set[int] = set()
    least = max(budget.steps - SHARE, 0)
    for target in sorted(items, key=lambda one: -abs(one.cents)):
        if id(target) in used:
            continue
        if budget.steps < least or not budget.spend(len(items)):
            budget.is_short = True
            return
        sign = 1 if target.cents > 0 else -1
        others = [
            one
            for one in items
            if one.cents * sign < 0 and abs(one.cents) < abs(target.cents) and id(one) not in used
        ]
        if len(others) < 2:
            continue
        sums = _sums(target, others, budget)
        if len(sums) == 1 and may_join((target, *sums[0])):
            used.update(map(id, (target, *sums[0])))
            yield Found("sum", words.of_sum(sums[0], side), (*sums[0], target))
        elif len(sums) > 1:
            used.add(id(target))
            told = dict.fromkeys(one for some in sums for one in some)
            yield Found("sum", words.of_several(target), (target, *told), is_ambiguous=True)


def _sums(target: Item, others: Sequence[Item], budget: Budget) -> list[tuple[Item, ...]]:
    """Two different sums at most: a second one is enough to doubt."""
    found: dict[frozenset[int], tuple[Item, ...]] = {}
    for some in _runs(abs(target.cents), others):
        found[frozenset(map(id, some))] = some
        if len(found) > 1:
            return list(found.values())
    nearest = sorted(others, key=lambda one: abs((one.date - target.date).days))[:NEAREST]
    nearest.sort(key=lambda one: -abs(one.cents))
    for some in _few(abs(target.cents), nearest, budget):
        found[frozenset(map(id, some))] = tuple(sorted(some, key=lambda one: one.date))
        if len(found) > 1:
            break
    return list(found.values())


def _runs(wanted: int, others: Sequence[Item]) -> Iterator[tuple[Item, ...]]:
    """Lines that follow each other; all have the same sign, so two ends that move forward do."""
    start, total = 0, 0
    for end, one in enumerate(others):
        total += abs(one.cents)
        while total > wanted:
            total -= abs(others[start].cents)
            start += 1
        if total == wanted and 1 < end - start + 1 <= LONGEST:
            yield tuple(others[start : end + 1])


def _few(wanted: int, others: Sequence[Item], budget: Budget) -> Iterator[tuple[Item, ...]]:
    """Two to five of a dozen lines, the largest first."""
    sizes = [abs(one.cents) for one in others]
    rest = [0] * (len(sizes) + 1)
    for rank in range(len(sizes) - 1, -1, -1):
        rest[rank] = rest[rank + 1] + sizes[rank]
    chosen: list[int] = []

    def walk(rank: int, left: int) -> Iterator[tuple[Item, ...]]:
        if not left:
            if len(chosen) > 1:
                yield tuple(others[one] for one in chosen)
            return
        if len(chosen) == FEW:
            return
        for at in range(rank, len(sizes)):
            if rest[at] < left or not budget.spend():
                return
            if sizes[at] <= left:
                chosen.append(at)
                yield from walk(at + 1, left - sizes[at])
                chosen.pop()

    yield from walk(0, wanted)
