"""The scope of a unit of work: who acts, and which dossiers it may read and write.

Every query on business data runs inside one.  The scope lives in a context variable and, for the
length of the transaction, in Postgres settings that the row-level policies read: a forgotten filter
finds nothing, a missing scope raises.  Settings are transaction-local because session-level ones
leak to the next client of a pooled connection.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from django.db import connection, transaction

_SETTINGS = "SELECT " + ", ".join(
    f"set_config('app.{name}', %s, true)"
    for name in ("user", "firm", "firm_write", "dossiers", "writable", "token")
)


class NoScope(RuntimeError):
    """Business data was asked for outside any scope: a defect of ours, never the user's fault."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What one unit of work may touch.

    `read` and `write` are dossier ids; `read=None` means that no dossier has been opened yet, and
    reading business rows then raises.  `write` is always within `read`.
    """

    user: int | None = None
    firm: int | None = None
    firm_write: bool = False
    read: frozenset[int] | None = None
    write: frozenset[int] = frozenset()
    token: str = ""

    def settings(self) -> tuple[str, ...]:
        """The values of the Postgres settings, in the order of `_SETTINGS`."""
        return (
            "" if self.user is None else str(self.user),
            "" if self.firm is None else str(self.firm),
            "on" if self.firm_write else "",
            "" if self.read is None else _array(self.read),
            "" if self.read is None else _array(self.write),
            self.token,
        )


_current: ContextVar[Scope | None] = ContextVar("scope", default=None)
_NOTHING = ("",) * 6


@lru_cache(maxsize=8)
def _array(ids: frozenset[int]) -> str:
    """Written once for the several statements of a page: thousands of ids take milliseconds."""
    return "{" + ",".join(map(str, sorted(ids))) + "}"


def current() -> Scope | None:
    """The scope in force, if any."""
    return _current.get()


def dossiers_in_scope() -> frozenset[int]:
    """Ids that may be read now.

    Raises:
        NoScope: no dossier has been opened.
    """
    scope = _current.get()
    if scope is None or scope.read is None:
        raise NoScope("No dossier is open: wrap the work in firm.scope.open_scope() and extend().")
    return scope.read


def apply(db: Any = None) -> None:
    """Tell Postgres the scope in force, for the rest of the transaction."""
    db = db or connection
    scope = _current.get()
    with db.cursor() as cursor:
        cursor.execute(_SETTINGS, _NOTHING if scope is None else scope.settings())


@contextmanager
def open_scope(scope: Scope | None = None, **changes: Any) -> Iterator[Scope]:
    """Run a block in one transaction under `scope` (or the fields given), then restore the outer
    one.

    The only way in: middleware, jobs, commands and tests call it.
    """
    inner = replace(scope or Scope(), **changes)
    token = _current.set(inner)
    try:
        with transaction.atomic():
            if connection.savepoint_ids:
                apply()
            yield inner
    finally:
        _current.reset(token)
        _restore()


@contextmanager
def extended(**changes: Any) -> Iterator[Scope]:
    """Run a block with fields of the scope in force changed, in the same transaction."""
    outer = _current.get()
    if outer is None:
        raise NoScope("There is no scope to extend.")
    inner = replace(outer, **changes)
    token = _current.set(inner)
    apply()
    try:
        yield inner
    finally:
        _current.reset(token)
        _restore()


def extend(**changes: Any) -> Scope:
    """Change fields of the scope in force until the block that opened it ends."""
    outer = _current.get()
    if outer is None:
        raise NoScope("There is no scope to extend.")
    inner = replace(outer, **changes)
    _current.set(inner)
    apply()
    return inner


def _restore() -> None:
    """Give an enclosing transaction its own settings back; SET LOCAL survives RELEASE SAVEPOINT."""
    if connection.in_atomic_block and not connection.needs_rollback:
        apply()
