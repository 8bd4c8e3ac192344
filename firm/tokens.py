"""Bearer tokens: 256 random bits shown once, of which only the SHA-256 is stored."""

from __future__ import annotations

import hashlib
import secrets

from django.db.models import Q
from django.db.models.functions import Now

from firm.models import ApiToken

PREFIX = "cab_"


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
