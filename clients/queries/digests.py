"""Whose digests leave when."""

from __future__ import annotations

from typing import NamedTuple

from clients.models import Dossier
from firm.models import DigestPreference, User


class DigestRow(NamedTuple):
    """One of a person's digests."""

    dossier: Dossier
    chosen: DigestPreference


def digest_of(person: User, dossier: Dossier) -> DigestPreference | None:
    """The person's digest of the dossier, in one query."""
    return DigestPreference.objects.filter(user=person, dossier_id=dossier.pk).first()


def digests_of(person: User) -> list[DigestRow]:
    """All of a person's digests of dossiers that he may still see, by name, in two queries."""
    chosen = {one.dossier_id: one for one in DigestPreference.objects.filter(user=person)}
    dossiers = Dossier.objects.filter(pk__in=list(chosen)).order_by("name", "id")
    return [DigestRow(dossier, chosen[dossier.pk]) for dossier in dossiers]
