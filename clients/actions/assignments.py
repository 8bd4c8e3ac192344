"""Assigning a firm's accountants to dossiers, for good or until a day, and answering who asks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import connection, transaction
from django.db.models.functions import Now

from clients.actions.grants import assign_all, grant_access, revoke_access
from clients.models import AccessRequest, Dossier, DossierGrant
from firm import audit
from firm.errors import BusinessError, NotFound
from firm.models import Firm, Membership, Notification, User

NOT_OURS = "{} ne travaille pas dans le cabinet."
CLIENT_ROLE = "{} est utilisateur de {} : retirez-lui d’abord ce rôle pour l’affecter."


class ReasonMissing(BusinessError):
    """A temporary access, or the wish for one, says why."""

    code = "access_reason_missing"
    title = "Motif manquant"


class PastExpiry(BusinessError):
    """An access that would have ended before it begins."""

    code = "past_expiry"
    title = "Échéance passée"


class NotOfTheFirm(BusinessError):
    """Only the firm's people are assigned to its dossiers."""

    code = "not_of_the_firm"
    title = "Hors du cabinet"


class HasClientRole(BusinessError):
    """Whoever is the client's user in a dossier keeps that one role there."""

    code = "has_client_role"
    title = "Déjà utilisateur de l’entreprise"


@transaction.atomic
def assign(
    dossier: Dossier,
    person: User,
    *,
    by: User,
    expires_at: dt.datetime | None = None,
    reason: str = "",
) -> None:
    """Assign one of the firm's people to a dossier; with `expires_at` (exclusive), say why.

    Raises:
        NotOfTheFirm: he does not work for the firm that follows it.
        ReasonMissing, PastExpiry: a temporary access without reason, or already over.
        HasClientRole: he is the client's user there.
    """
    _check_term(expires_at, reason)
    if not Membership.objects.filter(firm_id=dossier.firm_id or 0, user=person).exists():
        raise NotOfTheFirm(NOT_OURS.format(person))
    others = DossierGrant.objects.filter(dossier=dossier, user=person)
    if others.exclude(role=DossierGrant.Role.ASSIGNED).exists():
        raise HasClientRole(CLIENT_ROLE.format(person, dossier))
    grant_access(dossier, to=person, role=DossierGrant.Role.ASSIGNED, by=by,
                 expires_at=expires_at, reason=reason.strip())  # fmt: skip


def _check_term(expires_at: dt.datetime | None, reason: str) -> None:
    if expires_at is None:
        return
    if not reason.strip():
        raise ReasonMissing("Un accès temporaire a un motif : dites pourquoi en quelques mots.")
    if expires_at <= dt.datetime.now(dt.UTC):
        raise PastExpiry("L’échéance est passée : choisissez un jour à venir.")


@transaction.atomic
def assign_many(
    firm: Firm,
    people: Iterable[User],
    dossiers: Iterable[Dossier],
    *,
    by: User,
    expires_at: dt.datetime | None = None,
    reason: str = "",
) -> tuple[int, list[str]]:
    """Assign several of the firm's people to several dossiers in the write scope.

    Returns how many assignments were made, and why others were not, a sentence each.  Who is
    assigned already keeps his assignment and its term.
    """
    _check_term(expires_at, reason)
    chosen, listed = list(people), list(dossiers)
    ours = set(Membership.objects.filter(firm=firm).values_list("user_id", flat=True))
    roles = {
        (user, dossier): (role, term)
        for user, dossier, role, term in DossierGrant.objects.filter(
            dossier__in=listed, user__in=chosen
        ).values_list("user_id", "dossier_id", "role", "expires_at")
    }
    pairs, skipped = [], [NOT_OURS.format(one) for one in chosen
                          if one.pk not in ours]  # fmt: skip
    for one in chosen:
        for dossier in listed if one.pk in ours else []:
            role, term = roles.get((one.pk, dossier.pk), (None, None))
            if role not in {None, DossierGrant.Role.ASSIGNED}:
                skipped.append(CLIENT_ROLE.format(one, dossier))
            elif role is None or term is not None:
                pairs.append((one, dossier))
    assign_all(pairs, by=by, expires_at=expires_at, reason=reason.strip())
    audit.record("clients.assigned_many", by=by, firm_id=firm.pk, made=len(pairs),
                 skipped=len(skipped))  # fmt: skip
    return len(pairs), skipped


@transaction.atomic
def unassign(dossier: Dossier, person: User, *, by: User) -> None:
    """Take an accountant off this one dossier; his others stay.

    Raises:
        NotFound: he is not assigned to it.
        LastListed: the dossier is confidential and he is the last on its list.
    """
    listed = DossierGrant.objects.filter(dossier=dossier, role=DossierGrant.Role.ASSIGNED)
    if not listed.filter(user=person).exists():
        raise NotFound("Cette personne n’est pas affectée à ce dossier.")
    revoke_access(dossier, of=person, by=by)


@transaction.atomic
def request_access(firm: Firm, *, wanted: str, reason: str, by: User) -> None:
    """Ask for a dossier of the firm by its short name or SIREN, seen or not.

    Nothing of the outcome tells whether there is such a dossier.  Its administrators find the
    request on their page; for a confidential one, those alone who are listed.

    Raises:
        ReasonMissing: no reason was given.
    """
    if not reason.strip():
        raise ReasonMissing("Dites pourquoi vous avez besoin de ce dossier.")
    with connection.cursor() as cursor:
        cursor.execute("SELECT dossier, is_hidden FROM dossier_asked_for(%s, %s)",
                       (firm.pk, "".join(wanted.split()).lower()))  # fmt: skip
        found = cursor.fetchone()
    audit.record("clients.access_requested", by=by, firm_id=firm.pk)
    if found is None:
        return
    # No RETURNING and no error: asking twice is asking once.
    AccessRequest.objects.bulk_create(
        [AccessRequest(dossier_id=found[0], user=by, reason=reason.strip()[:300])],
        ignore_conflicts=True,
    )
    if not found[1]:
        _tell_administrators(firm, by)


def _tell_administrators(firm: Firm, asker: User) -> None:
    chiefs = Membership.objects.filter(
        firm=firm, role__in=[Membership.Role.OWNER, Membership.Role.ADMIN]
    )
    # No RETURNING: another's notification is not ours to read.
    Notification.objects.bulk_create((
        Notification(user_id=chief.user_id, kind="access_request", text=f"{asker} demande l’accès "
                     "à un dossier.", url=f"/cabinet/{firm.slug}/utilisateurs/?vue=demandes")
        for chief in chiefs), ignore_conflicts=True)  # fmt: skip


@transaction.atomic
def answer_request(
    request: AccessRequest,
    *,
    by: User,
    is_granted: bool,
    expires_at: dt.datetime | None = None,
) -> None:
    """Grant or refuse an access that was asked for; the dossier is in the write scope.

    Raises:
        NotFound: it has been answered already.
        NotOfTheFirm, HasClientRole, PastExpiry: as for an assignment.
    """
    open_ones = AccessRequest.objects.filter(pk=request.pk, state=AccessRequest.State.REQUESTED)
    state = AccessRequest.State.GRANTED if is_granted else AccessRequest.State.REFUSED
    if not open_ones.update(state=state, answered_by=by, answered_at=Now()):
        raise NotFound("Quelqu’un a répondu entre-temps à cette demande.")
    dossier = request.dossier
    if is_granted:
        assign(dossier, request.user, by=by, expires_at=expires_at, reason=request.reason)
    said = f"Votre accès à {dossier} est ouvert." if is_granted else "Votre demande est refusée."
    Notification.objects.bulk_create([
        Notification(user_id=request.user_id, dossier_id=dossier.pk if is_granted else None,
                     kind="access_answer", text=said,
                     url=f"/dossier/{dossier.slug}/" if is_granted else "")
    ], ignore_conflicts=True)  # fmt: skip
    audit.record("clients.access_request_answered", by=by, dossier_id=dossier.pk,
                 person=request.user_id, granted=is_granted)  # fmt: skip
