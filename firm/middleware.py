"""Middleware: the person's scope around each request, refusals as answers, private caching."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from psycopg.pq import TransactionStatus

from firm import scope
from firm.errors import refusal_of
from firm.tokens import person_of_token
from firm.views import errors

Next = Callable[[HttpRequest], HttpResponse]


class HeadersMiddleware:
    """Nothing of a person's pages is kept by a cache between him and us."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Mark the answer private and give it a number for the logs."""
        request.request_id = uuid.uuid4().hex[:12]  # type: ignore[attr-defined]
        response = self.get_response(request)
        if not response.has_header("Cache-Control"):
            response["Cache-Control"] = "private, no-store"
        response["X-Request-Id"] = request.request_id  # type: ignore[attr-defined]
        patch_vary_headers(response, ["Cookie"])
        return response


def _revive() -> None:
    """Let the refusal's page be rendered after a guard of the database ended the transaction."""
    driver = connection.connection
    if driver.info.transaction_status == TransactionStatus.INERROR:
        driver.rollback()
        scope.apply()


class ScopeMiddleware:
    """Open the person's scope for the whole request, in one transaction.

    The transaction of an answer ≥ 500, or of a refusal, is rolled back: Django has turned the
    exception into a response before this block ends, so it must be said.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Run the view inside the scope of whoever asks: a session, or a token on the API alone."""
        request.api_token = None  # type: ignore[attr-defined]
        header = request.headers.get("Authorization", "")
        if header.startswith("Bearer ") and request.path.startswith("/api/"):
            request.api_token = person_of_token(header.removeprefix("Bearer ").strip())  # type: ignore[attr-defined]
            if request.api_token:  # type: ignore[attr-defined]
                request.user = request.api_token.user  # type: ignore[attr-defined]
        with scope.open_scope(scope.Scope(user=request.user.pk)):
            response = self.get_response(request)
            if response.status_code >= 500 or getattr(response, "rolls_back", False):
                transaction.set_rollback(True)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A refusal becomes a page, a fragment or a problem, and writes nothing."""
        refusal = refusal_of(exception)
        if refusal is None:
            return None
        if connection.in_atomic_block:
            transaction.set_rollback(False)
            _revive()
        response = errors.refusal(request, refusal)
        response.rolls_back = True  # type: ignore[attr-defined]
        return response
