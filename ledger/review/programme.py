"""The cycles of a review, read from `data/programme-N.yaml`: the latest version."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import yaml

DATA = Path(__file__).parent / "data"
VERSION = 1
OTHERS = "autres"


@dataclass(frozen=True, slots=True)
class Step:
    """One question of a cycle."""

    key: str
    label: str


@dataclass(frozen=True, slots=True)
class Cycle:
    """One cycle: the roots of its accounts, and its questions in order."""

    key: str
    title: str
    roots: tuple[str, ...]
    steps: tuple[Step, ...] = field(default=())

    def step(self, key: str) -> Step | None:
        """A question by its key."""
        return next((step for step in self.steps if step.key == key), None)


@cache
def cycles(version: int = VERSION) -> tuple[Cycle, ...]:
    """The cycles of a version, in order.

    Raises:
        FileNotFoundError: there is no such version.
        ValueError: two cycles claim the same root.
    """
    text = (DATA / f"programme-{version}.yaml").read_text(encoding="utf-8")
    read = tuple(
        Cycle(
            one["key"], one["title"], tuple(str(root) for root in one["roots"]),
            tuple(Step(step["key"], step["label"]) for step in one["steps"]),
        )
        for one in yaml.safe_load(text)["cycles"]
    )  # fmt: skip
    owners: dict[str, str] = {}
    for cycle in read:
        for root in cycle.roots:
            if owners.setdefault(root, cycle.key) != cycle.key:
                raise ValueError(f"The root {root} belongs to {owners[root]} and {cycle.key}.")
    return read


def cycle(key: str) -> Cycle | None:
    """A cycle by its key."""
    return next((one for one in cycles() if one.key == key), None)


@cache
def cycle_of(account: str) -> str:
    """The key of the cycle that an account belongs to: its longest root; « autres » without one."""
    roots = {root: one.key for one in cycles() for root in one.roots}
    for length in range(len(account), 0, -1):
        if found := roots.get(account[:length]):
            return found
    return OTHERS
