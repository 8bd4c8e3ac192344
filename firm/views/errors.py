"""Refusals and failures as answers: a page, an htmx fragment or `application/problem+json`."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from firm.errors import BusinessError


def wants_json(request: HttpRequest) -> bool:
    """Whether the caller is a program rather than a browser."""
    first = request.headers.get("Accept", "").split(",")[0]
    return request.path.startswith("/api/") or first == "application/json"


def problem_body(error: BusinessError) -> dict[str, Any]:
    """The body of a refusal, by RFC 9457; `code` is stable."""
    return {
        "type": "about:blank",
        "title": error.title,
        "status": error.status,
        "code": error.code,
        "detail": error.message,
        "errors": error.details.get("errors", []),
        **{key: value for key, value in error.details.items() if key != "errors"},
    }


def refusal(request: HttpRequest, error: BusinessError) -> HttpResponse:
    """Answer a refused request in the form its author reads."""
    if wants_json(request):
        return JsonResponse(
            problem_body(error), status=error.status, content_type="application/problem+json"
        )
    fragment = bool(request.headers.get("HX-Request"))
    template = "errors/refusal_fragment.html" if fragment else "errors/refusal.html"
    if error.status in {403, 404} and not fragment:
        template = f"errors/{error.status}.html"
    return render(request, template, {"error": error}, status=error.status)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's key was missing or stale."""
    del reason
    return refusal(
        request,
        StaleForm(
            "Cette page était ouverte depuis trop longtemps. Rechargez-la, puis recommencez."
        ),
    )


class StaleForm(BusinessError):
    """A form without its cross-site key."""

    code = "stale_form"
    status = 403
    title = "Page périmée"
