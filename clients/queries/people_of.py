"""Everybody who may open a dossier, by name."""

from __future__ import annotations

from django.db.models import Q
from django.db.models.functions import Now

from clients.models import Dossier, DossierGrant
from firm.models import Membership, User


def people_of(dossier: Dossier) -> list[User]:
    """Its owner, those it is granted to, and the firm's people who see every dossier; one query.

    The firm must be in scope for the last.
    """
    lasting = Q(expires_at=None) | Q(expires_at__gt=Now())
    granted = DossierGrant.objects.filter(lasting, dossier=dossier).values("user_id")
    may = Q(pk=dossier.owner_id) | Q(pk__in=granted)
    if not dossier.is_confidential:
        every = Membership.objects.filter(firm__dossiers=dossier, sees_all=True)
        may |= Q(pk__in=every.values("user_id"))
    return list(User.objects.filter(may, is_active=True).order_by("name", "id"))
