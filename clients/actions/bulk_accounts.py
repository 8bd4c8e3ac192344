"""The same act on many dossiers: previewed, confirmed, then a job that does one after the other.

What is here says beforehand what would become of each, in a constant number of queries; each has
its own outcome, and none undoes another's.  The acts themselves are in `clients.actions.bulk_acts`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

from clients.actions.assignments import CLIENT_ROLE, NotOfTheFirm
from clients.actions.connection import refusal_to_disconnect
from clients.actions.locks import LockReasonMissing, checked_lock, is_looser
from clients.bulk_kinds import ASSIGN, DISCONNECT, LOCK
from clients.models import Dossier, DossierGrant
from clients.queries.people_access import reasons, rights_from
from firm import audit, scope
from firm.errors import BusinessError
from firm.job_batches import Target, confirm, preview
from firm.job_kinds import KINDS
from firm.models import Firm, Job, Membership, User

MOST = 20_000
NO_RIGHT = "Vous n’avez pas ce droit sur ce dossier."
Look = Callable[[Dossier], str]


class TooManyAccounts(BusinessError):
    """More than one job carries."""

    code = "too_many_accounts"
    title = "Trop de dossiers à la fois"


def preview_disconnection(firm: Firm, dossiers: Sequence[Dossier], *, by: User) -> Job:
    """Say of each dossier whether it would be parted from the firm, or why not.

    Raises:
        TooManyAccounts: over 20 000.
    """
    busy = set(
        Job.objects.filter(firm_id=firm.pk, state__in=Job.ACTIVE).values_list(
            "dossier_id", flat=True
        )
    )

    def look(dossier: Dossier) -> str:
        refused = refusal_to_disconnect(dossier, is_busy=dossier.pk in busy)
        return refused.message if refused else ""

    return _preview(DISCONNECT, firm, dossiers, by, look, {})


def preview_lock(
    firm: Firm,
    dossiers: Sequence[Dossier],
    *,
    lock_date: dt.date | None,
    lock_mode: str,
    reason: str,
    by: User,
) -> Job:
    """Say of each dossier whether its restriction (last locked day, included) would move.

    Raises:
        LockIncomplete: a mode without its date, or a date without its mode.
        TooManyAccounts: over 20 000.
    """
    checked_lock(lock_date, lock_mode)
    wanted = (lock_date, lock_mode)

    def look(dossier: Dossier) -> str:
        before = (dossier.lock_date, dossier.lock_mode)
        if before == wanted:
            return "La restriction est déjà celle-là."
        if is_looser(before, wanted) and not reason.strip():
            return LockReasonMissing.SENTENCE
        return ""

    asked = {
        "date": lock_date.isoformat() if lock_date else "",
        "mode": lock_mode,
        "reason": reason.strip()[:300],
    }
    return _preview(LOCK, firm, dossiers, by, look, asked)


def preview_assignment(firm: Firm, dossiers: Sequence[Dossier], *, person: User, by: User) -> Job:
    """Say of each dossier whether a colleague would be assigned to it for good.

    Raises:
        NotOfTheFirm: he does not work there.
        TooManyAccounts: over 20 000.
    """
    if not Membership.objects.filter(firm=firm, user=person).exists():
        raise NotOfTheFirm(f"{person} ne travaille pas dans le cabinet.")
    with scope.extended(read=frozenset(row.pk for row in dossiers), write=frozenset()):
        held = dict(
            DossierGrant.objects.filter(user=person, expires_at=None).values_list(
                "dossier_id", "role"
            )
        )

    def look(dossier: Dossier) -> str:
        role = held.get(dossier.pk)
        if role == DossierGrant.Role.ASSIGNED:
            return f"{person} y est déjà affecté."
        return CLIENT_ROLE.format(person, dossier) if role else ""

    return _preview(ASSIGN, firm, dossiers, by, look, {"person": person.pk})


def _preview(  # noqa: PLR0917 (what is done, to what, by whom, and what it would come to)
    kind: str,
    firm: Firm,
    dossiers: Sequence[Dossier],
    by: User,
    look: Look,
    params: dict[str, Any],
) -> Job:
    if len(dossiers) > MOST:
        raise TooManyAccounts(f"Cochez {MOST} dossiers au plus à la fois.")
    held = _rights(firm, dossiers, by)
    targets = []
    for row in dossiers:
        needs = {KINDS[kind].needs, "dossier.confidential" if _lists(kind, row) else "dossier.open"}
        may = needs <= held.get(row.pk, frozenset())
        targets.append(Target(row.pk, row.name, params, look(row) if may else NO_RIGHT))
    return preview(kind, by=by, firm_id=firm.pk, targets=targets)


def _lists(kind: str, dossier: Dossier) -> bool:
    """Whether the act puts somebody on the list of a confidential dossier."""
    return kind == ASSIGN and dossier.is_confidential


def _rights(firm: Firm, dossiers: Sequence[Dossier], by: User) -> dict[int, frozenset[str]]:
    """The rights that a person holds in each dossier, in two queries."""
    ids = frozenset(row.pk for row in dossiers)
    with scope.extended(read=ids, write=frozenset()):
        held = reasons(firm.pk, ids, person=by.pk)
    return {dossier: rights_from(why).held for (_person, dossier), why in held.items()}


def confirm_bulk(job: Job, *, by: User) -> None:
    """Let what was previewed be done.

    Raises:
        NothingToDo, PreviewOver: as for any previewed job.
    """
    confirm(job, by=by)
    audit.record(
        "clients.bulk_confirmed", by=by, firm_id=job.firm_id, job=job.pk, kind=job.kind,
        dossiers=job.total,
    )  # fmt: skip
