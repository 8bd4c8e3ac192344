"""Pages of lists that are read whole: a cursor names the last row shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Cut(NamedTuple):
    """Rows `start` to `end` (excluded), and the cursor of what follows, empty at the end."""

    start: int
    end: int
    after: str


def cut(keys: Sequence[str], cursor: str, size: int) -> Cut:
    """The page after the row named by the cursor; an unknown cursor starts again."""
    start = keys.index(cursor) + 1 if cursor in keys else 0
    end = min(start + size, len(keys))
    return Cut(start, end, keys[end - 1] if end < len(keys) else "")
