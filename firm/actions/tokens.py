"""Making and revoking one's own API tokens."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.db import transaction
from django.db.models.functions import Now

from firm import audit, tokens
from firm.errors import BusinessError, NotFound
from firm.models import ApiToken, User


class UnknownScope(BusinessError):
    """A scope that does not exist."""

    code = "unknown_scope"
    title = "Portée inconnue"


class NotYourDossier(BusinessError):
    """A token for a dossier that its maker may not open."""

    code = "not_your_dossier"
    title = "Dossier indisponible"


@transaction.atomic
def create_token(
    *, name: str, scopes: Collection[str], dossiers: Collection[str] = (),
    expires_at: dt.datetime | None = None, by: User,
) -> tuple[ApiToken, str]:  # fmt: skip
    """Make a token for the person himself; the second value is its secret, told this once.

    It never opens more than its maker may open at the moment of each call.  `dossiers` are slugs;
    none means all of his, present and to come.  It ends at `expires_at` (excluded), or never.

    Raises:
        UnknownScope: a scope is none of `tokens.SCOPES`, or there is none.
        NotYourDossier: a dossier is not open to him.
    """
    known = {scope for scope, _label in tokens.SCOPES}
    if not scopes or not known.issuperset(scopes):
        raise UnknownScope(f"Choisissez parmi les portées {', '.join(sorted(known))}.")
    if dossiers and not {slug for slug, _name in tokens.dossiers_of(by)}.issuperset(dossiers):
        raise NotYourDossier("Un de ces dossiers ne vous est pas ouvert. Retirez-le de la liste.")
    secret = tokens.new_secret()
    token = ApiToken.objects.create(
        user=by,
        name=name,
        digest=tokens.digest(secret),
        prefix=secret[: tokens.SHOWN],
        scopes=sorted(scopes),
        dossiers=sorted(dossiers),
        expires_at=expires_at,
    )
    audit.record(
        "firm.token_created", by=by, token=token.pk, scopes=token.scopes, dossiers=token.dossiers
    )
    return token, secret


@transaction.atomic
def revoke_token(token_id: int, *, by: User) -> None:
    """End one of the person's own tokens at once; ending it again changes nothing.

    Raises:
        NotFound: no such token, or not his.
    """
    own = ApiToken.objects.filter(pk=token_id, user_id=by.pk)
    if not own.exists():
        raise NotFound("Ce jeton n’existe pas.")
    if own.filter(revoked_at=None).update(revoked_at=Now()):
        audit.record("firm.token_revoked", by=by, token=token_id)
