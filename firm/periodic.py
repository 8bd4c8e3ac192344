"""Work that comes round by the clock: apps register it, beat asks for all of it every minute.

Each piece finds by itself what is due and is harmless when called too often.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

log = logging.getLogger(__name__)

Work = Callable[[], object]
_works: dict[str, Work] = {}


def register(name: str, work: Work) -> None:
    """Have `work` called every minute, in a worker, outside any scope."""
    _works[name] = work


def run_all() -> None:
    """Call each; one that fails does not keep the others from their turn."""
    for name, work in _works.items():
        try:
            work()
        except Exception:
            log.exception("Periodic work %s", name)
