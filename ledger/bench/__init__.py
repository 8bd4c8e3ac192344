"""Benchmarks: work timed beside its limit, in the same run, so that ratios mean something.

One module a benchmark, each with `run(size) -> list[Result]`; `manage bench NAME` prints them.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

STATUS = Path("/proc/self/status")
CLEAR = Path("/proc/self/clear_refs")


@dataclass(frozen=True)
class Result:
    """One line: what was done, how long it took, its limit, the goal for their ratio.

    `goal` is a ratio to the limit, or a number of seconds when there is no limit.
    """

    name: str
    seconds: float
    limit: str = ""
    limit_seconds: float | None = None
    goal: float | None = None
    peak_mib: float | None = None

    @property
    def ratio(self) -> float | None:
        """How many times the limit."""
        return self.seconds / self.limit_seconds if self.limit_seconds else None


class Clock:
    """Seconds that a block took."""

    seconds = 0.0

    @contextmanager
    def timed(self) -> Iterator[None]:
        """Time the block."""
        start = time.perf_counter()
        yield
        self.seconds = time.perf_counter() - start


def best_of(times: int, work: Callable[[], object]) -> float:
    """The median of several runs, in seconds."""
    taken = []
    for _again in range(times):
        clock = Clock()
        with clock.timed():
            work()
        taken.append(clock.seconds)
    return sorted(taken)[len(taken) // 2]


def memory(name: str) -> float:
    """`VmRSS` (now) or `VmHWM` (peak since the last reset) of this process, in MiB; 0 elsewhere."""
    if not STATUS.exists():
        return 0.0
    found = re.search(rf"{name}:\s+(\d+)", STATUS.read_text())
    return int(found[1]) / 1024 if found else 0.0


def reset_peak() -> None:
    """Start a new measure of the peak."""
    if CLEAR.exists():
        CLEAR.write_text("5")
