"""Confidential dossiers that one person of the firm alone opens, on the day he is shut out.

Whoever shuts him out need not see them: nothing here names one to him.
"""

from __future__ import annotations

from django.db import connection

from clients.actions.grants import grant_access
from clients.models import Dossier, DossierGrant
from firm import audit, mailer, scope
from firm.errors import BusinessError
from firm.models import Block, Firm, Membership, User

ASSIGNED = DossierGrant.Role.ASSIGNED


class ListedAlone(BusinessError):
    """Confidential dossiers would open to nobody of the firm any more."""

    code = "listed_alone"
    title = "Dossiers confidentiels à remettre"


def refuse_listed_alone(person: User) -> None:
    """Let nobody leave the firm in scope who alone opens one of its confidential dossiers.

    Raises:
        ListedAlone: he does; the sentence names none of them.
    """
    if _alone(person):
        raise ListedAlone(
            f"{person} est la seule personne du cabinet à ouvrir au moins un dossier confidentiel :"
            " il faut d’abord qu’elle y inscrive quelqu’un. Sinon, bloquez-la : le propriétaire "
            "du cabinet prend alors sa place sur la liste."
        )


def hand_lists_over(firm: Firm, person: User, *, by: User) -> None:
    """Put an owner of the firm on the lists where a person stands alone, and tell him by mail.

    The firm is in scope; the dossiers need not be, and are opened for this one act.
    """
    alone = frozenset(_alone(person))
    if not alone:
        return
    with scope.extended(read=alone, write=alone):
        for dossier in Dossier.objects.filter(pk__in=alone).order_by("pk"):
            heir = _owner(firm, dossier, person)
            if heir is not None:
                _list(firm, dossier, heir, person, by)


def _alone(person: User) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT listed_alone(%s)", (person.pk,))
        return [row[0] for row in cursor.fetchall()]


def _owner(firm: Firm, dossier: Dossier, person: User) -> User | None:
    """The firm's first owner who may enter and has no client's role in the dossier."""
    shut_out = Block.objects.filter(firm=firm).values("user_id")
    clients = DossierGrant.objects.filter(dossier=dossier).exclude(role=ASSIGNED).values("user_id")
    owners = (
        Membership.objects.filter(firm=firm, role=Membership.Role.OWNER, user__is_active=True)
        .exclude(user=person)
        .exclude(user_id__in=shut_out)
        .exclude(user_id__in=clients)
    )
    first = owners.select_related("user").order_by("pk").first()
    return first.user if first else None


def _list(firm: Firm, dossier: Dossier, heir: User, person: User, by: User) -> None:
    grant_access(dossier, to=heir, role=ASSIGNED, by=by)
    audit.record(
        "clients.list_inherited", by=by, firm_id=firm.pk, dossier_id=dossier.pk, to=heir.pk,
        of=person.pk,
    )  # fmt: skip
    mailer.queue(
        kind="list_inherited",
        key=f"inherited:{dossier.pk}:{heir.pk}:{person.pk}",
        to=heir.email,
        subject=f"Vous êtes inscrit sur la liste du dossier confidentiel {dossier.name}",
        text=(
            f"{person}, que le cabinet vient de bloquer, était la seule personne à ouvrir le "
            f"dossier confidentiel « {dossier.name} ». Vous prenez sa place sur la liste d’accès : "
            "inscrivez qui doit s’en charger, puis retirez-vous si besoin.\n"
        ),
        dossier_id=dossier.pk,
        user_id=heir.pk,
    )
