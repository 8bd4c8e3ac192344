"""Granting and taking back the right to a dossier; guardian's rows follow in the same act."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.contrib.auth.models import Permission
from django.db import connection, transaction
from guardian.shortcuts import assign_perm, remove_perm

from clients.models import Dossier, DossierGrant, DossierUserObjectPermission
from firm import audit
from firm.errors import BusinessError
from firm.models import CustomRole, User

DERIVED = "clients.view_dossier"


class LastListed(BusinessError):
    """A confidential dossier would open to nobody of the firm any more."""

    code = "last_listed"
    title = "Dernier accès au dossier confidentiel"


@transaction.atomic
def grant_access(
    dossier: Dossier,
    *,
    to: User,
    role: str,
    by: User | None,
    custom_role: CustomRole | None = None,
    expires_at: dt.datetime | None = None,
    reason: str = "",
    is_break_glass: bool = False,
) -> DossierGrant:
    """Give a person a role in the dossier, in place of the one he has; it ends at `expires_at`."""
    grant, _created = DossierGrant.objects.update_or_create(
        user=to,
        dossier=dossier,
        defaults={
            "role": role,
            "custom_role": custom_role,
            "granted_by": by,
            "expires_at": expires_at,
            "reason": reason[:300],
            "is_break_glass": is_break_glass,
        },
    )
    assign_perm(DERIVED, to, dossier)
    until: dict[str, Any] = {}
    if expires_at:
        until = {"until": expires_at.isoformat(), "reason": reason}
    audit.record(
        "clients.access_granted", by=by, dossier_id=dossier.id, to=to.id, role=role, **until
    )
    return grant


@transaction.atomic
def assign_all(
    pairs: Sequence[tuple[User, Dossier]],
    *,
    by: User,
    expires_at: dt.datetime | None = None,
    reason: str = "",
) -> None:
    """Assign each person to the dossier beside him, in a constant number of statements a batch.

    Only the trail takes one each.  An assignment that exists takes the new term.
    """
    DossierGrant.objects.bulk_create(
        [
            DossierGrant(user=person, dossier=dossier, role=DossierGrant.Role.ASSIGNED,
                         granted_by=by, expires_at=expires_at, reason=reason[:300])
            for person, dossier in pairs
        ],
        batch_size=1000, update_conflicts=True, unique_fields=["user", "dossier"],
        update_fields=["role", "granted_by", "expires_at", "reason", "is_break_glass"],
    )  # fmt: skip
    derived = Permission.objects.get(content_type__app_label="clients", codename="view_dossier")
    DossierUserObjectPermission.objects.bulk_create(
        [
            DossierUserObjectPermission(user=person, permission=derived, content_object=dossier)
            for person, dossier in pairs
        ],
        batch_size=1000,
        ignore_conflicts=True,
    )
    role = DossierGrant.Role.ASSIGNED.value
    until: dict[str, Any] = (
        {"until": expires_at.isoformat(), "reason": reason} if expires_at else {}
    )
    for person, dossier in pairs:
        audit.record("clients.access_granted", by=by, dossier_id=dossier.pk, to=person.pk,
                     role=role, **until)  # fmt: skip


@transaction.atomic
def revoke_access(dossier: Dossier, *, of: User, by: User | None) -> None:
    """Take a person's role in the dossier away; the next request already fails.

    Raises:
        LastListed: the dossier is confidential and he is the last who is listed on it.
    """
    keep_somebody_listed(dossier, without={of.id})
    DossierGrant.objects.filter(user=of, dossier=dossier).delete()
    remove_perm(DERIVED, of, dossier)
    audit.record("clients.access_revoked", by=by, dossier_id=dossier.id, of=of.id)


def keep_somebody_listed(dossier: Dossier, *, without: set[int]) -> None:
    """Refuse that the list of a confidential dossier opens it to nobody of the firm any more.

    A temporary access is no list, and whoever the firm has blocked opens nothing.  The dossier's
    row and its list are locked: two last removals at once cannot both pass.

    Raises:
        LastListed: nobody would be left.
    """
    locked = Dossier.objects.select_for_update(of=("self",)).get(pk=dossier.pk)
    if not locked.is_confidential:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('listed', %s))", (locked.pk,))
        cursor.execute("SELECT listed_on(%s)", (locked.pk,))
        before = {row[0] for row in cursor.fetchall()}
    if before & without and not before - without:
        raise LastListed(
            "C’est la dernière personne du cabinet qui ouvre ce dossier confidentiel : "
            "donnez d’abord l’accès à une autre."
        )
