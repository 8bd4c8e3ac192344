"""What `manage doctor --deep` recomputes: an app adds the checks of its own tables.

Apart from `firm.doctor`, whose imports no other process needs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

Check = Callable[[], Iterator[str]]

DEEP: dict[str, Check] = {}


def register_deep(name: str, check: Check) -> None:
    """Add what an app can recompute of its own tables."""
    DEEP[name] = check
