"""The people of one dossier: its owner, the company's users, the firm's accountants."""

from __future__ import annotations

from dataclasses import dataclass

from clients.models import AccessRequest, Dossier, DossierGrant
from clients.queries.people_quota import QUOTA, seats_taken
from firm import scope
from firm.models import Invitation, Membership, User


@dataclass(frozen=True, slots=True)
class Seats:
    """How many collaborators a client's administrator has, of those that he may invite."""

    taken: int
    most: int = QUOTA

    @property
    def is_full(self) -> bool:
        """Whether the next one is refused."""
        return self.taken >= self.most


@dataclass(frozen=True, slots=True)
class Page:
    """What « Utilisateurs » of a dossier shows; `seats` is None for the firm's people."""

    owner: User | None
    users: list[DossierGrant]
    accountants: list[DossierGrant]
    invitations: list[Invitation]
    seats: Seats | None


def users_of(dossier: Dossier, *, by: User) -> Page:
    """Everybody with a role in the dossier, by name, in a constant number of queries."""
    grants = list(
        DossierGrant.objects.select_related("user", "custom_role", "granted_by")
        .lasting()
        .filter(dossier=dossier)
        .order_by("user__name", "user__email")
    )
    return Page(
        owner=dossier.owner,
        users=[row for row in grants if row.role != DossierGrant.Role.ASSIGNED],
        accountants=[row for row in grants if row.role == DossierGrant.Role.ASSIGNED],
        invitations=list(
            Invitation.objects.select_related("custom_role")
            .filter(dossier_id=dossier.pk, accepted_at=None, revoked_at=None)
            .order_by("email")
        ),
        seats=seats(dossier, by=by),
    )


def seats(dossier: Dossier, *, by: User) -> Seats | None:
    """The client's seats as they stand for who looks; None for the firm's people."""
    with scope.extended(firm=dossier.firm_id):
        taken = seats_taken(dossier, by=by)
    return None if taken is None else Seats(taken)


def is_colleague(dossier: Dossier, user_id: int) -> bool:
    """Whether somebody works for the firm in scope that follows the dossier."""
    return Membership.objects.filter(firm_id=dossier.firm_id or 0, user_id=user_id).exists()


def open_requests(dossier: Dossier) -> list[AccessRequest]:
    """Who asks for the dossier and has no answer yet, oldest first."""
    return list(
        AccessRequest.objects.select_related("user")
        .filter(dossier=dossier, state=AccessRequest.State.REQUESTED)
        .order_by("created_at", "pk")
    )
