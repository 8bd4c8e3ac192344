"""The API's manners: who asks, how it refuses, how lists are paged.  The doors are in the apps."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, JsonResponse
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from firm.errors import BusinessError, Forbidden, TooMany, Unauthenticated, refusal_of
from firm.models import ApiToken
from firm.views.errors import problem_body

PAGE = 50
MOST = 200
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class FirmAPIView(APIView):
    """A call outside any dossier.  `needs` names the right by method; scopes of the token apply."""

    needs: dict[str, str] = {}

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Authenticate, throttle, then check what the token may do."""
        super().initial(request, *args, **kwargs)
        require_token_scope(request)


def require_token_scope(request: Request, *, destructive: bool = False) -> None:
    """A token may read, write, or destroy only if its maker said so.

    Raises:
        Forbidden: the token lacks the scope.
    """
    token = request.auth
    if not isinstance(token, ApiToken):
        return
    wanted = "destructive" if destructive else "read" if request.method in SAFE else "write"
    if wanted not in token.scopes and "*" not in token.scopes:
        raise Forbidden(
            f"Ce jeton n’a pas la portée « {wanted} ». Créez-en un autre dans votre compte."
        )


def money(cents: int) -> str:
    """Signed integer cents as the API writes them: "-1234.56"."""
    whole, rest = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}{whole}.{rest:02d}"


def page_limit(request: Request) -> int:
    """`limit`, from 1 to 200; 50 when absent or absurd."""
    typed = request.query_params.get("limit", "")
    return min(max(int(typed), 1), MOST) if typed.isdigit() else PAGE


def problem(error: Exception, context: dict[str, Any]) -> Response | HttpResponse | None:
    """Answer any refusal as `application/problem+json`."""
    del context
    known = _known(error)
    if known is None:
        return None
    answer = JsonResponse(
        problem_body(known), status=known.status, content_type="application/problem+json"
    )
    answer.rolls_back = True  # type: ignore[attr-defined]
    if known.status == Unauthenticated.status:
        answer["WWW-Authenticate"] = "Bearer"
    wait = getattr(error, "wait", None) if isinstance(error, exceptions.Throttled) else None
    if wait:
        answer["Retry-After"] = str(int(wait) + 1)
    return answer


class InvalidRequest(BusinessError):
    """Fields missing or of the wrong kind; `errors` names them."""

    code = "invalid"
    status = 422
    title = "Demande incomplète ou invalide"


class BadRequest(BusinessError):
    """The body cannot be read, or the method does not exist here."""

    code = "bad_request"
    status = 400
    title = "Demande illisible"


NO_TOKEN = "Présentez un jeton valide (Authorization: Bearer …)."  # noqa: S105 (a sentence)
PLAIN: tuple[tuple[type[exceptions.APIException], type[BusinessError], str], ...] = (
    (exceptions.NotAuthenticated, Unauthenticated, NO_TOKEN),
    (exceptions.AuthenticationFailed, Unauthenticated, NO_TOKEN),
    (exceptions.Throttled, TooMany, "Trop de demandes en peu de temps. Réessayez dans un instant."),
    (exceptions.PermissionDenied, Forbidden, "Cette demande n’est pas permise."),
)


def _known(error: Exception) -> BusinessError | None:
    refused = refusal_of(error)
    if refused or not isinstance(error, exceptions.APIException):
        return refused
    for kind, refusal, message in PLAIN:
        if isinstance(error, kind):
            return refusal(message)
    if isinstance(error, exceptions.ValidationError):
        return InvalidRequest("Corrigez les champs indiqués.", errors=_fields(error.detail))
    unread = BadRequest(str(error.detail))
    unread.status = error.status_code
    return unread


def _fields(detail: Any) -> list[dict[str, str]]:
    if isinstance(detail, dict):
        return [
            {
                "field": name,
                "message": " ".join(
                    map(str, messages if isinstance(messages, list) else [messages])
                ),
            }
            for name, messages in detail.items()
        ]
    return [{"field": "", "message": str(message)} for message in detail]
