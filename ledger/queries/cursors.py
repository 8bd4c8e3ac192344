"""Keyset cursors: where a page of a list begins, as text for an address.

A cursor may carry a running balance, which nobody may alter: it is signed, together with what the
list was asked for, so that it counts for that list alone.
"""

from __future__ import annotations

from django.core.signing import BadSignature, Signer


def pack(about: str, *parts: object) -> str:
    """The cursor of the list `about`; a part holds no « ~ »."""
    return _signer(about).sign("~".join(str(part) for part in parts))


def unpack(about: str, cursor: str, size: int) -> list[str] | None:
    """The parts of a cursor of the same list; None for any other text: the list starts again."""
    if not cursor:
        return None
    try:
        parts = _signer(about).unsign(cursor).split("~")
    except BadSignature:
        return None
    return parts if len(parts) == size else None


def _signer(about: str) -> Signer:
    return Signer(salt=f"ledger.cursor/{about}", sep=".")
