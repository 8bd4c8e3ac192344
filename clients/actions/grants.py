"""Granting and taking back the right to a dossier; guardian's rows follow in the same act."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from guardian.shortcuts import assign_perm, remove_perm

from clients.models import Dossier, DossierGrant
from firm import audit
from firm.models import User

DERIVED = "clients.view_dossier"


@transaction.atomic
def grant_access(
    dossier: Dossier, *, to: User, role: str, by: User | None, expires_at: dt.datetime | None = None
) -> DossierGrant:
    """Give a person a role in the dossier, in place of the one he has; it ends at `expires_at`."""
    grant, _created = DossierGrant.objects.update_or_create(
        user=to,
        dossier=dossier,
        defaults={"role": role, "granted_by": by, "expires_at": expires_at},
    )
    assign_perm(DERIVED, to, dossier)
    audit.record("clients.access_granted", by=by, dossier_id=dossier.id, to=to.id, role=role)
    return grant


@transaction.atomic
def revoke_access(dossier: Dossier, *, of: User, by: User | None) -> None:
    """Take a person's role in the dossier away; the next request already fails."""
    DossierGrant.objects.filter(user=of, dossier=dossier).delete()
    remove_perm(DERIVED, of, dossier)
    audit.record("clients.access_revoked", by=by, dossier_id=dossier.id, of=of.id)
