"""A person's API tokens, as he reads them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone

from firm import tokens
from firm.models import ApiToken, User


@dataclass(frozen=True, slots=True)
class TokenRow:
    """One token; `dossiers` are names, none meaning all."""

    id: int
    name: str
    prefix: str
    scopes: list[str]
    dossiers: list[str]
    created_at: dt.datetime
    last_used_at: dt.datetime | None
    expires_at: dt.datetime | None
    revoked_at: dt.datetime | None

    @property
    def is_live(self) -> bool:
        """Whether it still opens anything."""
        over = self.expires_at is not None and self.expires_at <= timezone.now()
        return self.revoked_at is None and not over

    @property
    def dialog(self) -> str:
        """Id of the page's dialog that revokes it."""
        return f"revoquer-{self.id}"


def tokens_of(user: User) -> list[TokenRow]:
    """His tokens, the live ones first, then the latest made; in two queries.

    A dossier that is no longer open to him is said so: its name is not his to read any more.
    """
    rows = list(ApiToken.objects.filter(user_id=user.pk).order_by("-created_at", "-id"))
    names = dict(tokens.dossiers_of(user)) if any(row.dossiers for row in rows) else {}
    made = [
        TokenRow(
            id=row.pk,
            name=row.name,
            prefix=row.prefix,
            scopes=row.scopes,
            dossiers=[names.get(slug, "dossier fermé") for slug in row.dossiers],
            created_at=row.created_at,
            last_used_at=row.last_used_at,
            expires_at=row.expires_at,
            revoked_at=row.revoked_at,
        )
        for row in rows
    ]
    return sorted(made, key=lambda row: not row.is_live)
