"""The same act on several accounts: each has its own outcome, and none undoes another's."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db import transaction

from clients.access import rights_on
from clients.actions.connection import disconnect, refusal_to_disconnect
from clients.actions.locks import set_lock
from clients.models import Dossier
from firm import scope
from firm.errors import BusinessError
from firm.models import User

MOST = 500


class TooManyAccounts(BusinessError):
    """More than one request carries."""

    code = "too_many_accounts"
    title = "Trop de comptes à la fois"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one account: `done`, `same` (nothing to do) or `refused`, and why."""

    dossier: Dossier
    state: str
    reason: str = ""


def plan_disconnection(dossiers: Sequence[Dossier], *, by: User) -> list[Outcome]:
    """Say of each account whether it would be disconnected, or why not; nothing is written."""

    def look(dossier: Dossier) -> str:
        refused = refusal_to_disconnect(dossier)
        if refused:
            raise refused
        return "done"

    return _each(dossiers, by, "dossier.disconnect", look)


def disconnect_accounts(dossiers: Sequence[Dossier], *, by: User) -> list[Outcome]:
    """Disconnect each account that can be.

    Raises:
        TooManyAccounts: over 500.
    """

    def part(dossier: Dossier) -> str:
        disconnect(dossier, by=by)
        return "done"

    return _each(dossiers, by, "dossier.disconnect", part)


def lock_accounts(
    dossiers: Sequence[Dossier],
    *,
    lock_date: dt.date | None,
    lock_mode: str,
    reason: str,
    by: User,
) -> list[Outcome]:
    """Set the restriction date (last locked day, included) of each account that one may lock.

    Raises:
        TooManyAccounts: over 500.
    """

    def lock(dossier: Dossier) -> str:
        moved = set_lock(dossier, lock_date=lock_date, lock_mode=lock_mode, reason=reason, by=by)
        return "done" if moved else "same"

    return _each(dossiers, by, "dossier.lock", lock)


def _each(
    dossiers: Sequence[Dossier], by: User, needs: str, act: Callable[[Dossier], str]
) -> list[Outcome]:
    if len(dossiers) > MOST:
        raise TooManyAccounts(f"Cochez {MOST} comptes au plus à la fois.")
    return [_one(dossier, by, needs, act) for dossier in dossiers]


def _one(dossier: Dossier, by: User, needs: str, act: Callable[[Dossier], str]) -> Outcome:
    """One account in a savepoint and a scope of its own."""
    if not rights_on(by, dossier.pk).may(needs):
        return Outcome(dossier, "refused", "Vous n’avez pas ce droit sur ce dossier.")
    only = frozenset({dossier.pk})
    try:
        with scope.extended(read=only, write=only), transaction.atomic():
            return Outcome(dossier, act(dossier))
    except BusinessError as error:
        return Outcome(dossier, "refused", error.message)
