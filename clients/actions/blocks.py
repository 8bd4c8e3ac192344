"""Blocking: a firm shuts a person out of all that is its own, from the next request."""

from __future__ import annotations

from django.db import transaction

from clients.actions.last_listed import hand_lists_over
from clients.actions.members import keep_an_owner, refuse_above
from firm import audit
from firm.errors import BusinessError
from firm.models import Block, Firm, Membership, User


class BlocksHimself(BusinessError):
    """Nobody shuts himself out."""

    code = "blocks_himself"
    title = "Vous-même"


@transaction.atomic
def block(firm: Firm, person: User, *, by: User, reason: str = "") -> None:
    """Shut a person out of the firm's workspace and of all its dossiers; nothing is taken away.

    Where he alone opens a confidential dossier, an owner of the firm is put on its list.

    Raises:
        BlocksHimself: it is oneself.
        RoleTooHigh: his role is larger than theirs.
        LastOwner: he is the firm's only owner.
    """
    if person.pk == by.pk:
        raise BlocksHimself("Vous ne pouvez pas vous bloquer vous-même.")
    refuse_above(firm, person, by=by)
    if Membership.objects.filter(firm=firm, user=person, role=Membership.Role.OWNER).exists():
        keep_an_owner(firm, without=person)
    hand_lists_over(firm, person, by=by)
    Block.objects.get_or_create(
        firm=firm, user=person, defaults={"reason": reason[:300], "created_by": by}
    )
    audit.record("clients.blocked", by=by, firm_id=firm.pk, person=person.pk, reason=reason)


@transaction.atomic
def unblock(firm: Firm, person: User, *, by: User) -> None:
    """Let him in again, with the roles that he had.

    Raises:
        RoleTooHigh: his role is larger than theirs.
    """
    refuse_above(firm, person, by=by)
    Block.objects.filter(firm=firm, user=person).delete()
    audit.record("clients.unblocked", by=by, firm_id=firm.pk, person=person.pk)
