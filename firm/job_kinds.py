"""What a kind of job is, and one attempt at a job as its handler sees it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from typing import Any

from firm import scope
from firm.errors import Forbidden
from firm.models import Job, Membership, User

PAUSES = (2, 4)


class Cancelled(Exception):
    """The person asked to stop; the work rolls back."""


class Lost(Exception):
    """The lease went to another runner; this one's work rolls back."""


class TryLater(Exception):
    """Something outside is away: try again after the kind's pause; this is said at the last."""


@dataclass
class Run:
    """One attempt at a job, as its handler sees it.

    `carried` is whatever `prepare` hands on to `work`; `result` is kept with the job.
    """

    job: Job
    params: dict[str, Any]
    by: User | None
    result: dict[str, Any] = field(default_factory=dict)
    carried: Any = None
    done: int = 0
    total: int = 0
    step: str = ""
    error_code: str = ""
    _stop: threading.Event = field(default_factory=threading.Event)
    _working: threading.Lock = field(default_factory=threading.Lock)
    _is_over: bool = False

    def progress(self, done: int, total: int | None = None, step: str | None = None) -> None:
        """Say how far the work is; the heartbeat writes it, the work's transaction never does.

        Raises:
            Cancelled: the person asked to stop, or the lease was lost.
        """
        self.done = done
        self.total = self.total if total is None else total
        self.step = self.step if step is None else step
        self.check()

    def check(self) -> None:
        """Stop here if asked to.

        Raises:
            Cancelled: the person asked to stop, or the lease was lost.
        """
        if self._stop.is_set():
            raise Cancelled

    def scope(self) -> AbstractContextManager[scope.Scope]:
        """A short transaction in the requester's scope, his rights computed anew."""
        return scope.open_scope(scope_of(KINDS[self.job.kind], self))

    @property
    def should_stop(self) -> bool:
        """Whether somebody asked to stop."""
        return self._stop.is_set()

    def interrupt(self, connection: Any) -> None:
        """Stop the work, and the statement it waits for, unless it is over already."""
        with self._working:
            if not self._is_over:
                self._stop.set()
                connection.cancel_safe(timeout=2)

    def stop_listening(self) -> None:
        """The work is over: from here no statement may be interrupted any more."""
        with self._working:
            self._is_over = True


@dataclass(frozen=True)
class Kind:
    """What a kind of job does.

    `work(run)` is one transaction in the requester's scope on the dossier.  `prepare(run)` comes
    before it, outside any scope and transaction, for what takes long and writes nothing that others
    see (reading a file); it opens `run.scope()` where it needs rows.
    A kind over many dossiers has `each(run, dossier_id)` instead, a transaction for each of them;
    it answers why it had nothing to do there, or nothing.  `undone_by` names the kind that takes
    back what it did.
    `fail(run, message)` tells the job's object that it failed or was stopped, in the transaction
    that says so of the job; `run.error_code` is `cancelled` when a person stopped it.
    `scope(job)` replaces the requester's scope for work that is no person's (sending a message).
    An attempt that breaks is followed by another after `pauses[n]` seconds, after the last none.
    """

    name: str
    label: str
    work: Callable[[Run], None] | None = None
    prepare: Callable[[Run], None] | None = None
    fail: Callable[[Run, str], None] | None = None
    needs: str = ""
    scope: Callable[[Job], scope.Scope] | None = None
    pauses: tuple[int, ...] = PAUSES
    each: Callable[[Run, int], str] | None = None
    undone_by: str = ""


KINDS: dict[str, Kind] = {}
Access = Callable[[User | None, int, str], scope.Scope]
_access: list[Access] = []


def register(kind: Kind) -> Kind:
    """Declare a kind of job; its name is `app.verb`."""
    KINDS[kind.name] = kind
    return kind


def register_access(access: Access) -> None:
    """Say how to recompute, at run time, the scope of a person on a dossier."""
    _access[:] = [access]


def scope_of(kind: Kind, attempt: Run) -> scope.Scope:
    """The requester's rights now: a right lost since he asked stops the job."""
    if kind.scope:
        return kind.scope(attempt.job)
    if attempt.job.dossier_id is None:
        return _scope_in_firm(attempt.by, attempt.job.firm_id)
    return _access[0](attempt.by, attempt.job.dossier_id, kind.needs)


def scope_on(kind: Kind, attempt: Run, dossier_id: int) -> scope.Scope:
    """The requester's rights now on one dossier of a job over many."""
    return _access[0](attempt.by, dossier_id, kind.needs)


def _scope_in_firm(by: User | None, firm_id: int | None) -> scope.Scope:
    """The requester's scope for a job of no dossier: his rows, and his firm's while he is there.

    Raises:
        Forbidden: he has left the platform or the firm since he asked.
    """
    if by is None:
        raise Forbidden("La personne qui a demandé ce travail n’a plus accès à la plateforme.")
    own = scope.Scope(user=by.id, read=frozenset(), write=frozenset())
    if firm_id is None:
        return own
    with scope.open_scope(own):
        if not Membership.objects.filter(user_id=by.id, firm_id=firm_id).exists():
            raise Forbidden("La personne qui a demandé ce travail ne fait plus partie du cabinet.")
    return replace(own, firm=firm_id, firm_write=True)
