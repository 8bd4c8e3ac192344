"""Bearer tokens: 256 random bits shown once, of which only the SHA-256 is stored."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable

from django.db.models import Q
from django.db.models.functions import Now

from firm.models import ApiToken, User

PREFIX = "cab_"
SHOWN = 12
SCOPES = (
    ("read", "Lire"),
    ("write", "Écrire : créer, modifier, importer"),
    ("destructive", "Détruire : supprimer, réinitialiser, annuler un import"),
)
USUAL = ("read", "write")

# (slug, name) of each dossier that the person in scope may open, by name, in one query.
Dossiers = Callable[[User], list[tuple[str, str]]]
_dossiers: list[Dossiers] = []


def register_dossiers(find: Dossiers) -> None:
    """Say how to list the dossiers that a person may open: a token may be kept to some of them."""
    _dossiers[:] = [find]


def dossiers_of(user: User) -> list[tuple[str, str]]:
    """(slug, name) of the dossiers that a person may open, by name; his scope is in force."""
    return _dossiers[0](user) if _dossiers else []


def new_secret() -> str:
    """A fresh token; it starts with a fixed prefix so that leaks can be searched for."""
    return PREFIX + secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """What is stored of it."""
    return hashlib.sha256(secret.encode()).hexdigest()


def person_of_token(secret: str) -> ApiToken | None:
    """The live token of an active person, or nothing; its use is dated."""
    token = (
        ApiToken.objects.select_related("user")
        .filter(Q(expires_at=None) | Q(expires_at__gt=Now()))
        .filter(digest=digest(secret), revoked_at=None, user__is_active=True)
        .first()
    )
    if token:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=Now())
    return token
