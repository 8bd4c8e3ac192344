"""Taking back an ownership that one has handed over, within 72 hours (security.md, transfers).

Against a hand-over made under a stolen session or under pressure: whatever the new owner has done
meanwhile with the former one's role, the former owner can have the dossier back.
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from clients.actions.grants import grant_access, revoke_access
from clients.actions.ownership import ADMIN, TransferOver, write_to
from clients.models import Dossier, DossierGrant, OwnershipTransfer
from firm import audit, scope
from firm.models import Block, Membership, User

UNDOABLE = dt.timedelta(hours=72)


def undoable_until(transfer: OwnershipTransfer) -> dt.datetime | None:
    """Until when (excluded) its author may take it back; nothing when he may not any more."""
    if transfer.accepted_at is None or transfer.undone_at is not None:
        return None
    until = transfer.accepted_at + UNDOABLE
    return until if until > timezone.now() else None


@transaction.atomic
def undo_transfer(transfer: OwnershipTransfer, *, by: User) -> None:
    """Make the former owner the owner again, and the new one an administrator.

    The dossier is opened for this one act: it may be closed to the former owner by now.

    Raises:
        TransferOver: it is not his, was taken back, 72 hours have passed, the dossier was handed
            on since, or he held it as one of the firm's people and is none any more.
    """
    only = frozenset({transfer.dossier_id})
    with scope.extended(read=only, write=only):
        dossier = Dossier.objects.select_for_update(of=("self",)).get(pk=transfer.dossier_id)
        held = OwnershipTransfer.objects.select_for_update(of=("self",)).get(pk=transfer.pk)
        if held.from_user_id != by.pk or undoable_until(held) is None:
            raise TransferOver(
                "Cette cession ne s’annule pas, ou son délai de 72 heures est passé."
            )
        if dossier.owner_id != held.to_user_id:
            raise TransferOver("Le dossier a changé de propriétaire depuis cette cession.")
        _refuse_outsider(held, dossier, by)
        new = held.to_user
        Dossier.objects.filter(pk=dossier.pk).update(owner=by)
        OwnershipTransfer.objects.filter(pk=held.pk).update(undone_at=Now())
        if DossierGrant.objects.filter(dossier=dossier, user=by, role=ADMIN).exists():
            revoke_access(dossier, of=by, by=by)
        if not DossierGrant.objects.filter(dossier=dossier, user=new).exists():
            grant_access(dossier, to=new, role=ADMIN, by=by)
        OwnershipTransfer.objects.filter(dossier=dossier, accepted_at=None, ended_at=None).update(
            ended_at=Now()
        )
        audit.record(
            "clients.ownership_restored", by=by, dossier_id=dossier.pk, firm_id=dossier.firm_id,
            old=new.pk, new=by.pk,
        )  # fmt: skip
        for person, text in (
            (by, f"Vous êtes de nouveau propriétaire du dossier « {dossier.name} »."),
            (new, f"{by} a annulé la cession du dossier « {dossier.name} » et en est de nouveau "
                  "propriétaire. Vous en restez administrateur."),
        ):  # fmt: skip
            write_to(held, dossier, person, "undone", f"Cession annulée de {dossier.name}", text)


def _refuse_outsider(transfer: OwnershipTransfer, dossier: Dossier, by: User) -> None:
    """What was held in a firm's name does not go back to whom the firm has parted from."""
    if dossier.firm_id is None:
        return
    with scope.extended(firm=dossier.firm_id):
        is_blocked = Block.objects.filter(firm_id=dossier.firm_id, user=by).exists()
        works = Membership.objects.filter(firm_id=dossier.firm_id, user=by).exists()
    if is_blocked or (transfer.from_firm_id == dossier.firm_id and not works):
        raise TransferOver("Vous ne travaillez plus dans le cabinet qui suit ce dossier.")
