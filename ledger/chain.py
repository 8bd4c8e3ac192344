"""The chain of the validated entries of a year: plain Python, so that anybody can follow it.

The first head is that of the year; each next one is the SHA-256 of the head before and of the
entry's content, itself a SHA-256 (`ledger.queries.chain.CONTENT` says of what).  A link that was
altered, left out or put elsewhere gives other heads from there on (PCG 921-3).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from hashlib import sha256

SIZE = 32  # bytes of a head, and of a content
VERSION = 1


def first_head(start: dt.date, end: dt.date) -> bytes:
    """What the first link of a year (both days included) follows."""
    return sha256(f"{VERSION}|{start.isoformat()}|{end.isoformat()}".encode()).digest()


def heads(before: bytes, contents: bytes) -> Iterator[bytes]:
    """The heads of contents set end to end, each of `SIZE` bytes, after the head `before`."""
    head = before
    for place in range(0, len(contents), SIZE):
        head = sha256(head + contents[place : place + SIZE]).digest()
        yield head
