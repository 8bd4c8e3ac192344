"""Confidential dossiers: who is listed, and the owner's way in when he is not.

A confidential dossier opens to its listed accountants, its client's people and its owner alone; to
all others it does not exist, name included.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import connection, transaction
from django.utils import timezone

from clients.actions.grants import LastListed, grant_access, revoke_access
from clients.models import Dossier, DossierGrant
from firm import audit, formats, mailer, scope
from firm.errors import BusinessError
from firm.models import Block, Firm, Membership, User

GLASS_LASTS = dt.timedelta(hours=1)
ASSIGNED = DossierGrant.Role.ASSIGNED


class BreakGlassReasonMissing(BusinessError):
    """Breaking in needs a reason that those listed will read."""

    code = "break_glass_reason_missing"
    title = "Motif manquant"


class NothingBehindGlass(BusinessError):
    """No confidential dossier of this short name is closed to this person; the answer is one."""

    code = "nothing_behind_glass"
    title = "Aucun dossier à ouvrir en urgence"


class NotAMember(BusinessError):
    """Only people of the firm can be assigned."""

    code = "not_a_member"
    title = "Personne hors du cabinet"


@transaction.atomic
def assign_accountants(
    dossier: Dossier, *, people: Iterable[int], by: User, confidential: bool | None = None
) -> None:
    """Make the dossier's assigned accountants those of `people` (ids), and it confidential or not.

    `confidential=None` leaves that as it is.  Whoever makes it confidential is put on the list.

    Raises:
        NotAMember: somebody does not work for the firm.
        LastListed: the dossier is confidential and the list would be empty.
    """
    locked = Dossier.objects.select_for_update(of=("self",)).get(pk=dossier.pk)
    wanted = set(people)
    members = _members(locked, wanted | {by.id})
    if wanted - set(members):
        raise NotAMember("Seules les personnes du cabinet peuvent être affectées à ses dossiers.")
    becomes = confidential and not locked.is_confidential
    if becomes and by.id in members:
        wanted.add(by.id)
    is_confidential = locked.is_confidential if confidential is None else confidential
    if is_confidential and not wanted:
        raise LastListed(
            "La liste d’accès d’un dossier confidentiel ne peut pas être vide : gardez au moins "
            "une personne du cabinet."
        )
    if is_confidential and not _may_enter(locked, wanted):
        raise LastListed(
            "Personne de cette liste n’entre plus dans le cabinet : gardez au moins une personne "
            "qui ne soit pas bloquée."
        )
    _list_anew(locked, wanted, by)
    if locked.is_confidential != is_confidential:
        Dossier.objects.filter(pk=dossier.pk).update(is_confidential=is_confidential)
        audit.record(
            "clients.confidentiality_changed", by=by, dossier_id=dossier.id,
            firm_id=locked.firm_id, confidential=is_confidential, listed=sorted(wanted),
        )  # fmt: skip
    dossier.refresh_from_db()


def _members(dossier: Dossier, people: set[int]) -> dict[int, User]:
    """Those of `people` who work for the dossier's firm, by id."""
    rows = Membership.objects.filter(firm=dossier.firm, user_id__in=people)
    return {row.user_id: row.user for row in rows.select_related("user")}


def _may_enter(dossier: Dossier, people: set[int]) -> set[int]:
    """Those of `people` whom the dossier's firm has not blocked."""
    return people - set(
        Block.objects.filter(firm_id=dossier.firm_id or 0).values_list("user_id", flat=True)
    )


def _list_anew(dossier: Dossier, wanted: set[int], by: User) -> None:
    """Grants first, so that the list is at no moment empty; a client's role is never replaced.

    A temporary access is left to end by itself, unless its holder is put on the list for good.
    """
    grants = {row.user_id: row for row in DossierGrant.objects.filter(dossier=dossier)}
    listed = {
        user for user, row in grants.items() if row.role == ASSIGNED and row.expires_at is None
    }
    for person in User.objects.filter(pk__in=wanted - listed).order_by("pk"):
        if person.pk in grants and grants[person.pk].role != ASSIGNED:
            raise NotAMember(
                f"{person} a déjà un rôle d’utilisateur dans ce dossier : retirez-le d’abord."
            )
        grant_access(dossier, to=person, role=ASSIGNED, by=by)
    for person in User.objects.filter(pk__in=listed - wanted).order_by("pk"):
        revoke_access(dossier, of=person, by=by)


@transaction.atomic
def break_glass(firm: Firm, *, slug: str, reason: str, by: User) -> Dossier:
    """Let the firm's owner into a confidential dossier for one hour, and tell those listed.

    The firm must be in the writing scope.  A dossier that does not exist, is not the firm's, is not
    confidential or is open to him already gives one and the same answer.

    Raises:
        BreakGlassReasonMissing: no reason.
        NothingBehindGlass: there is nothing to open.
    """
    if not reason.strip():
        raise BreakGlassReasonMissing(
            "Indiquez le motif : les personnes de la liste d’accès le liront."
        )
    with connection.cursor() as cursor:
        cursor.execute("SELECT dossier_behind_glass(%s)", (slug.strip().lower(),))
        found = cursor.fetchone()[0]
    if found is None or Dossier.objects.filter(pk=found).exists():
        raise NothingBehindGlass(
            "Aucun dossier confidentiel de ce nom court ne vous est fermé dans ce cabinet."
        )
    only = frozenset({int(found)})
    until = timezone.now() + GLASS_LASTS
    with scope.extended(firm=firm.id, read=only, write=only):
        dossier = Dossier.objects.get(pk=found)
        told = _listed(dossier)
        grant_access(
            dossier, to=by, role=ASSIGNED, by=by, expires_at=until, reason=reason.strip(),
            is_break_glass=True,
        )  # fmt: skip
        audit.record(
            "clients.glass_broken", by=by, dossier_id=dossier.id, firm_id=firm.id,
            reason=reason.strip(), until=until.isoformat(),
        )  # fmt: skip
        _tell_listed(dossier, told, by, reason.strip(), until)
    return dossier


def _listed(dossier: Dossier) -> list[User]:
    """Whom a break-in concerns: those listed now, and the dossier's owner."""
    grants = DossierGrant.objects.filter(dossier=dossier, role=ASSIGNED).exclude(
        expires_at__lte=timezone.now()
    )
    ids = set(grants.values_list("user_id", flat=True)) | {dossier.owner_id or 0}
    return list(User.objects.filter(pk__in=ids).order_by("pk"))


def _tell_listed(
    dossier: Dossier, people: list[User], by: User, reason: str, until: dt.datetime
) -> None:
    end = formats.datetime_fr(timezone.localtime(until))
    for person in people:
        mailer.queue(
            kind="glass_broken",
            key=f"glass:{dossier.id}:{until.isoformat()}:{person.id}",
            to=person.email,
            subject=f"Accès d’urgence au dossier confidentiel {dossier.name}",
            text=(
                f"{by.get_full_name()} a ouvert en urgence le dossier confidentiel "
                f"« {dossier.name} ».\n\nMotif : {reason}\n\n"
                f"Cet accès prend fin le {end}. Il figure dans l’historique du dossier.\n"
            ),
            dossier_id=dossier.id,
            user_id=person.id,
        )
