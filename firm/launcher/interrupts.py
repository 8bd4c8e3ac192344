"""Ctrl-C, `kill` and a closed terminal all mean the same: end everything in order, once."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Iterator
from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(BaseException):
    """Someone asked us to end; not an Exception, so that nothing swallows it."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


@contextlib.contextmanager
def raising_stopped() -> Iterator[None]:
    """Raise `Stopped` at the first signal and ignore the others: the end is under way.

    Handlers are set even where the shell had us ignore Ctrl-C (`./run &` in a script).
    """
    before = {number: signal.signal(number, _raise_once) for number in _SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _raise_once(number: int, _frame: FrameType | None) -> None:
    ignore()
    raise Stopped(number)


def ignore() -> None:
    """Let nothing disturb what follows."""
    for each in _SIGNALS:
        signal.signal(each, signal.SIG_IGN)
