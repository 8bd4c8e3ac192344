"""The scope of the firm's pages about people: every dossier that the person may see, to read."""

from __future__ import annotations

from django.http import HttpRequest

from clients.models import Dossier
from clients.queries.people import person_of
from clients.queries.people_access import reasons, rights_from
from firm import scope
from firm.access import FirmRequest
from firm.errors import NotFound
from firm.models import User


def open_clients(request: FirmRequest) -> frozenset[int]:
    """Put the firm's dossiers that the person may see in scope for reading, in one query."""
    ids = frozenset(Dossier.objects.filter(firm=request.firm).values_list("pk", flat=True))
    scope.extend(read=ids)
    return ids


def open_for(request: FirmRequest, ids: frozenset[int], *needs: str) -> frozenset[int]:
    """Of these dossiers, those on which the person holds the rights; they may then be written."""
    held = reasons(request.firm.pk, ids, person=request.user.pk)
    may = frozenset(
        dossier
        for (_person, dossier), rows in held.items()
        if all(rights_from(rows).may(right) for right in needs)
    )
    scope.extend(write=may)
    return may


def assignable_dossiers(request: FirmRequest) -> frozenset[int]:
    """Dossiers whose accountants the person may choose; for confidential ones, the list too."""
    ids = open_clients(request)
    hidden = frozenset(
        Dossier.objects.filter(pk__in=ids, is_confidential=True).values_list("pk", flat=True)
    )
    may = open_for(request, ids - hidden, "dossier.assign")
    may |= open_for(request, hidden, "dossier.assign", "dossier.confidential") if hidden else set()
    scope.extend(write=may)
    return may


def find_person(request: FirmRequest, user_id: int) -> User:
    """A person whom the firm's page shows.

    Raises:
        NotFound: nobody, or nobody of this firm's.
    """
    person = person_of(request.firm, user_id)
    if person is None:
        raise NotFound("Cette personne n’existe pas ou ne vous est pas montrée.")
    return person


def is_fragment(request: HttpRequest) -> bool:
    """Whether the drawer asks, rather than the address bar."""
    return bool(request.headers.get("HX-Request"))
