"""Who works on a dossier for its firm."""

from __future__ import annotations

from clients.models import Dossier, DossierGrant
from firm.models import Block, Membership, User


def assigned_accountants(dossier: Dossier) -> list[User]:
    """Active members of the firm who are assigned to the dossier, by name, in one query."""
    assigned = DossierGrant.objects.lasting().filter(
        dossier=dossier, role=DossierGrant.Role.ASSIGNED, is_break_glass=False
    )
    members = Membership.objects.filter(firm__dossiers=dossier)
    blocked = Block.objects.filter(firm__dossiers=dossier)
    return list(
        User.objects.filter(
            pk__in=assigned.values("user_id"), memberships__in=members, is_active=True
        )
        .exclude(pk__in=blocked.values("user_id"))
        .order_by("name", "id")
    )
