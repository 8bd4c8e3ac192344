"""Who calls the API, and how often: what the framework loads before any view exists."""

from __future__ import annotations

from rest_framework import authentication, exceptions
from rest_framework.request import Request
from rest_framework.throttling import UserRateThrottle

from firm.models import ApiToken, User


class BearerAuthentication(authentication.BaseAuthentication):
    """`Authorization: Bearer …`, resolved by the scope middleware before the view runs."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        """The token's person; a header with a wrong token is refused, not ignored."""
        token: ApiToken | None = request._request.api_token  # type: ignore[attr-defined]
        if token is None:
            if request.headers.get("Authorization"):
                raise exceptions.AuthenticationFailed("Jeton inconnu, expiré ou révoqué.")
            return None
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        """Makes an anonymous call answer 401."""
        del request
        return "Bearer"


class SessionAuthentication(authentication.SessionAuthentication):
    """The signed-in browser, with its cross-site key."""


class PersonThrottle(UserRateThrottle):
    """One bucket a person."""

    scope = "person"
