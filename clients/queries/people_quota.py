"""How many collaborators a client has in his dossier, of the four that he may invite."""

from __future__ import annotations

from django.db.models.functions import Now

from clients.models import Dossier, DossierGrant
from firm.models import Invitation, Membership, User

QUOTA = 4


def seats_taken(dossier: Dossier, *, by: User) -> int | None:
    """Active collaborators and open invitations beside himself; None for the firm's people.

    The firm's staff never count.  The firm must be in scope, for its people to be known.
    """
    staff = Membership.objects.filter(firm_id=dossier.firm_id or 0).values("user_id")
    if Membership.objects.filter(firm_id=dossier.firm_id or 0, user=by).exists():
        return None
    active = (
        DossierGrant.objects.lasting()
        .filter(dossier=dossier)
        .exclude(role=DossierGrant.Role.ASSIGNED)
        .exclude(user=by)
        .exclude(user__in=staff)
        .count()
    )
    pending = (
        Invitation.objects.filter(dossier_id=dossier.pk, accepted_at=None, revoked_at=None)
        .exclude(expires_at__lte=Now())
        .count()
    )
    return active + pending
