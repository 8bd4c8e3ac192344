"""`/api/docs/`: every call of the API on one page, for programs' authors; nobody need sign in."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from firm import openapi
from firm.access import public

LONGEST = 100


@public
def api_docs(request: HttpRequest) -> HttpResponse:
    """The calls, or those that hold the words searched for."""
    search = request.GET.get("q", "")[:LONGEST]
    groups = openapi.calls(settings.BASE_URL, search)
    total = sum(map(len, groups.values()))
    context = {"groups": groups, "total": total, "search": search, "base": settings.BASE_URL}
    return render(request, "api/docs.html", context)
