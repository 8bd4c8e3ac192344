"""Keep processes running: one that ends by itself is started again, ever more slowly."""

from __future__ import annotations

import time

from firm.launcher.console import say
from firm.launcher.data_folder import DataFolder
from firm.launcher.processes import Child

_FIRST_WAIT, _LONGEST_WAIT = 0.5, 30.0  # seconds
_STEADY = 60.0  # seconds of life after which earlier failures are forgotten


class Watch:
    """Looks after one process, whichever run of it."""

    def __init__(self, child: Child, data: DataFolder) -> None:
        self.child = child
        self._data = data
        self._failures = 0
        self._started = time.monotonic()
        self._due: float | None = None

    def look(self) -> None:
        """Start it again if it has ended and its wait is over; called every so often."""
        now = time.monotonic()
        if self._due is None and self.child.exit_code is not None:
            self._due = now + self._report(now - self._started)
        if self._due is not None and now >= self._due:
            self._due = None
            self._started = now
            self.child = Child(self.child.program, self._data)

    def _report(self, lived: float) -> float:
        """Say what happened; the answer is how many seconds to wait."""
        self._failures = 0 if lived > _STEADY else self._failures + 1
        wait = min(_FIRST_WAIT * 2.0**self._failures, _LONGEST_WAIT)
        name = self.child.program.name
        say(f"{name} ended by itself ({_how(self.child.exit_code)}); starting it again")
        for line in self.child.last_lines().splitlines():
            say(f"  {name} | {line}")
        self.child.stop(patience=0)  # what it left of its group
        return wait


def _how(exit_code: int | None) -> str:
    return f"signal {-exit_code}" if exit_code and exit_code < 0 else f"exit code {exit_code}"


def stop_all(children: list[Child], *, patience: float) -> None:
    """End them side by side, within `patience` seconds in all, then at once."""
    for child in children:
        child.ask_to_stop()
    until = time.monotonic() + patience
    for child in children:
        child.stop(patience=until - time.monotonic())
