"""Handing a dossier over: its owner offers, one of its administrators accepts.

The owner is one column of the dossier, so there is exactly one at any time; whoever changes it
holds the dossier's row.
"""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from clients.actions.grants import grant_access, revoke_access
from clients.models import Dossier, DossierGrant, OwnershipTransfer
from firm import audit, mailer, scope
from firm.errors import BusinessError, Conflict
from firm.models import Membership, User

ADMIN = DossierGrant.Role.CLIENT_ADMIN


class NotTheOwner(BusinessError):
    """Only the owner hands his dossier over."""

    code = "not_the_owner"
    title = "Propriétaire requis"


class NotAnAdministrator(BusinessError):
    """The next owner is an administrator of the dossier, here and now."""

    code = "not_an_administrator"
    title = "Administrateur requis"


class TransferOpen(Conflict):
    """One offer at a time."""

    code = "transfer_open"
    title = "Une cession est déjà proposée"


class TransferOver(Conflict):
    """The offer was accepted, declined or taken back."""

    code = "transfer_over"
    title = "Cette cession n’est plus ouverte"


@transaction.atomic
def offer_ownership(dossier: Dossier, *, to: User, by: User) -> OwnershipTransfer:
    """Offer the dossier to one of its administrators; nothing changes until he accepts.

    Raises:
        NotTheOwner: `by` does not own the dossier.
        NotAnAdministrator: `to` is not an active administrator of it, or is its owner.
        TransferOpen: another offer waits.
    """
    locked = _locked(dossier)
    if locked.owner_id != by.id:
        raise NotTheOwner("Seul le propriétaire du dossier peut le céder.")
    if to.id == by.id or not _is_administrator(locked, to):
        raise NotAnAdministrator(
            "Le futur propriétaire doit être un administrateur actif de ce dossier. "
            "Donnez-lui d’abord ce rôle."
        )
    try:
        with transaction.atomic():
            offer = OwnershipTransfer.objects.create(
                dossier=locked, dossier_name=locked.name, from_user=by, to_user=to
            )
    except IntegrityError as error:
        raise TransferOpen(
            "Une cession de ce dossier attend déjà une réponse. Retirez-la d’abord."
        ) from error
    audit.record(
        "clients.ownership_offered", by=by, dossier_id=locked.id, firm_id=locked.firm_id, to=to.id
    )
    for person, text in (
        (to, f"{by} vous propose de devenir propriétaire du dossier « {locked.name} ». "
             "Ouvrez le dossier, puis Paramètres > Actions, pour accepter ou refuser."),
        (by, f"Vous avez proposé à {to} de devenir propriétaire du dossier « {locked.name} ». "
             "Vous le restez tant que la cession n’est pas acceptée."),
    ):  # fmt: skip
        write_to(offer, locked, person, "offered", f"Cession du dossier {locked.name}", text)
    return offer


@transaction.atomic
def accept_ownership(offer: OwnershipTransfer, *, by: User) -> Dossier:
    """Become the owner; the former one becomes an administrator, whom one may then remove.

    The dossier must be in the writing scope.

    Raises:
        TransferOver: the offer is not open any more, or its author owns the dossier no longer.
        NotAnAdministrator: `by` is not whom it was made to, or lost his role since.
    """
    dossier = _locked(offer.dossier)
    held = OwnershipTransfer.objects.select_for_update(of=("self",)).get(pk=offer.pk)
    if held.accepted_at and held.to_user_id == by.id == dossier.owner_id:
        return dossier
    if held.accepted_at or held.ended_at or dossier.owner_id != held.from_user_id:
        raise TransferOver("Cette cession a été retirée, refusée ou acceptée entre-temps.")
    if held.to_user_id != by.id or not _is_administrator(dossier, by):
        raise NotAnAdministrator("Cette cession ne vous est pas proposée.")
    former = held.from_user
    Dossier.objects.filter(pk=dossier.pk).update(owner=by)
    OwnershipTransfer.objects.filter(pk=held.pk).update(
        accepted_at=Now(), from_firm_id=_firm_of(former, dossier)
    )
    revoke_access(dossier, of=by, by=by)
    if not DossierGrant.objects.filter(dossier=dossier, user=former).exists():
        grant_access(dossier, to=former, role=ADMIN, by=by)
    audit.record(
        "clients.ownership_transferred", by=by, dossier_id=dossier.id, firm_id=dossier.firm_id,
        old=former.id, new=by.id,
    )  # fmt: skip
    dossier.refresh_from_db()
    for person, text in (
        (by, f"Vous êtes désormais propriétaire du dossier « {dossier.name} ». {former} peut "
             "annuler la cession pendant 72 heures."),
        (former, f"{by} est désormais propriétaire du dossier « {dossier.name} ». Vous pouvez "
                 "annuler la cession pendant 72 heures, dans Mon compte > Cessions."),
    ):  # fmt: skip
        write_to(held, dossier, person, "done", f"Nouveau propriétaire de {dossier.name}", text)
    return dossier


@transaction.atomic
def end_transfer(offer: OwnershipTransfer, *, by: User) -> None:
    """Decline the offer, or take one's own back; the owner stays.

    Raises:
        TransferOver: it was accepted or ended already.
        NotTheOwner: `by` is neither side of it.
    """
    dossier = _locked(offer.dossier)
    held = OwnershipTransfer.objects.select_for_update(of=("self",)).get(pk=offer.pk)
    if by.id not in {held.from_user_id, held.to_user_id}:
        raise NotTheOwner("Cette cession ne vous concerne pas.")
    if held.accepted_at or held.ended_at:
        raise TransferOver("Cette cession a été retirée, refusée ou acceptée entre-temps.")
    OwnershipTransfer.objects.filter(pk=held.pk).update(ended_at=Now())
    audit.record(
        "clients.ownership_kept", by=by, dossier_id=dossier.id, firm_id=dossier.firm_id,
        declined=by.id == held.to_user_id,
    )  # fmt: skip
    other = held.from_user if by.id == held.to_user_id else held.to_user
    word = "refusé" if by.id == held.to_user_id else "retiré"
    write_to(
        held, dossier, other, "ended", f"Cession du dossier {dossier.name}",
        f"{by} a {word} la cession du dossier « {dossier.name} ». Le propriétaire ne change pas.",
    )  # fmt: skip


def _locked(dossier: Dossier) -> Dossier:
    return Dossier.objects.select_for_update(of=("self",)).get(pk=dossier.pk)


def _firm_of(person: User, dossier: Dossier) -> int | None:
    """The firm that follows the dossier, if the person works there."""
    if dossier.firm_id is None:
        return None
    with scope.extended(firm=dossier.firm_id):
        works = Membership.objects.filter(firm_id=dossier.firm_id, user=person).exists()
    return dossier.firm_id if works else None


def _is_administrator(dossier: Dossier, person: User) -> bool:
    """Whether he holds the role now, and may sign in."""
    held = DossierGrant.objects.lasting().filter(dossier=dossier, user=person, role=ADMIN)
    return person.is_active and held.exists()


def write_to(  # noqa: PLR0917 (what a letter is made of)
    offer: OwnershipTransfer, dossier: Dossier, person: User, what: str, subject: str, text: str
) -> None:
    """Tell one side of a transfer, once for each thing that happens to it."""
    mailer.queue(
        kind="ownership",
        key=f"ownership:{offer.pk}:{what}:{person.pk}",
        to=person.email,
        subject=subject,
        text=text + "\n",
        dossier_id=dossier.id,
        user_id=person.pk,
    )
