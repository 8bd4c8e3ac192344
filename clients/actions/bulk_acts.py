"""What a job over many dossiers does to one of them, and how that is taken back.

Each runs in a transaction and a scope of its own, with the rights that the person has then.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from clients.access import rights_on
from clients.actions.assignments import assign
from clients.actions.grants import revoke_access
from clients.actions.locks import set_lock
from clients.models import Dossier, DossierGrant
from firm.errors import Conflict
from firm.models import User


class ChangedSince(Conflict):
    """What the job did has been changed by somebody: it is not taken back over that."""

    code = "changed_since"
    title = "Modifié depuis"


def lock_one(dossier: Dossier, asked: dict[str, Any], *, by: User) -> dict[str, Any]:
    """Set the restriction; the one before and the one after, or nothing when it does not move.

    Raises:
        LockReasonMissing, LockBusy: as for one dossier.
    """
    old = _lock_of(_held(dossier))
    date = dt.date.fromisoformat(asked["date"]) if asked["date"] else None
    moved = set_lock(
        dossier, lock_date=date, lock_mode=asked["mode"], reason=asked["reason"], by=by
    )
    return {"old": old, "new": _lock_of(dossier)} if moved else {}


def unlock_one(dossier: Dossier, done: dict[str, Any], *, by: User) -> None:
    """Put the restriction back as it was before a job.

    Raises:
        ChangedSince: it is not the one that the job set any more.
        LockBusy: a job is writing in the dossier.
    """
    if _lock_of(_held(dossier)) != done["new"]:
        raise ChangedSince("La restriction a été changée depuis : elle n’est pas remise.")
    date, mode = done["old"]["date"], done["old"]["mode"]
    set_lock(
        dossier, lock_date=dt.date.fromisoformat(date) if date else None, lock_mode=mode,
        reason=f"Annulation du travail n° {done['job']}", by=by,
    )  # fmt: skip


def _held(dossier: Dossier) -> Dossier:
    """The dossier as it is, which nobody changes before this commits."""
    return Dossier.objects.select_for_update(of=("self",)).get(pk=dossier.pk)


def _lock_of(dossier: Dossier) -> dict[str, str]:
    day = dossier.lock_date
    return {"date": day.isoformat() if day else "", "mode": str(dossier.lock_mode)}


def assign_one(dossier: Dossier, asked: dict[str, Any], *, by: User) -> dict[str, Any]:
    """Assign the colleague for good; nothing when he is already.

    Raises:
        NotOfTheFirm, HasClientRole: as for one dossier.
        Forbidden: the dossier is confidential, and its list is not his to choose.
    """
    if _held(dossier).is_confidential:
        rights_on(by, dossier.pk).require("dossier.confidential")
    person = User.objects.get(pk=asked["person"])
    grants = DossierGrant.objects.filter(dossier=dossier, user=person)
    if grants.filter(role=DossierGrant.Role.ASSIGNED, expires_at=None).exists():
        return {}
    assign(dossier, person, by=by)
    made = grants.get()
    return {"person": person.pk, "grant": made.pk, "by": by.pk}


def unassign_one(dossier: Dossier, done: dict[str, Any], *, by: User) -> None:
    """Take the colleague off again.

    Raises:
        ChangedSince: his assignment is not the one that the job made any more.
        LastListed: the dossier is confidential by now, and he is the last on its list.
    """
    _held(dossier)
    same = DossierGrant.objects.filter(
        pk=done["grant"], role=DossierGrant.Role.ASSIGNED, expires_at=None, granted_by=done["by"]
    )
    if not same.exists():
        raise ChangedSince("Cette affectation a été changée ou retirée depuis.")
    revoke_access(dossier, of=User.objects.get(pk=done["person"]), by=by)
