"""Pages of the installation itself: its health and its components."""

from __future__ import annotations

from typing import cast

from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from firm import pulse
from firm.access import person_view, public
from firm.errors import NotFound
from firm.models import User


@public
def healthz(request: HttpRequest) -> HttpResponse:
    """200 when the engines answer; with `?all=1` the worker and beat must have shown life too."""
    checks = {"database": _database(), "redis": _redis()}
    if request.GET.get("all"):
        checks["worker"] = _worker()
    healthy = all(checks.values())
    return JsonResponse({"ok": healthy, **checks}, status=200 if healthy else 503)


def _database() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _redis() -> bool:
    return bool(cache.is_redis_there())  # type: ignore[attr-defined]


def _worker() -> bool:
    return pulse.both_live()


@person_view()
def ui_page(request: HttpRequest) -> HttpResponse:
    """Every component once: for the operators, and for anyone in a demonstration."""
    if not (settings.DEMO or cast(User, request.user).is_staff):
        raise NotFound("Cette page n’existe pas.")
    return render(request, "ui/index.html")
