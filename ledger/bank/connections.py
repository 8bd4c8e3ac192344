"""Where statements come from by themselves: one interface, two adapters.

An adapter takes what is there and answers files; `settle` is called once they are safely imported
or refused.  Taking the same file twice harms nothing: its bytes are known.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


class ConnectionDown(Exception):
    """The bank's side cannot be reached or answers nonsense; the sentence says what to do."""


class AccessExpired(ConnectionDown):
    """The bank's side refuses the token: somebody must renew it."""


@dataclass(frozen=True)
class Taken:
    """A file that came; `handle` is the adapter's own name of it."""

    name: str
    content: bytes
    handle: str = ""


class Adapter(Protocol):
    """A way for statements to come."""

    def take(self) -> list[Taken]:
        """What is there now, at most a few files.

        Raises:
            ConnectionDown, AccessExpired
        """

    def settle(self, taken: Taken, *, refused: str = "") -> None:
        """The file has been imported, or `refused` for this reason: never give it again."""
