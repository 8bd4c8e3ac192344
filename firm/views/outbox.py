"""`/outbox/`: the embedded mailbox, for whoever sits at this machine.

It opens without signing in, since a forgotten password is read there; so it answers nothing at all
when mail goes through a real server, or to a request that comes from elsewhere.
"""

from __future__ import annotations

import ipaddress
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import render

from firm import mailbox
from firm.access import View, public
from firm.errors import NotFound

FORWARDED = ("X-Forwarded-For", "X-Real-IP", "Forwarded")
# The message's own page: no script, no form, no link to follow, nothing fetched from outside.
LETTER_CSP = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"
)


def is_open_here(request: HttpRequest) -> bool:
    """Whether mail stays here and the request comes from this very machine."""
    if not settings.IS_EMBEDDED_MAIL or any(name in request.headers for name in FORWARDED):
        return False
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def embedded(view: View) -> View:
    """Guard a page of the embedded mailbox; elsewhere it does not exist."""

    @public
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not is_open_here(request):
            raise NotFound("Cette page n’existe pas.")
        if request.method not in {"GET", "HEAD"}:
            return HttpResponseNotAllowed(["GET", "HEAD"])
        return view(request, *args, **kwargs)

    return guarded


def _letter(name: str) -> mailbox.Letter:
    found = mailbox.letter(name)
    if found is None:
        raise NotFound("Ce message n’existe plus.")
    return found


@embedded
def outbox(request: HttpRequest) -> HttpResponse:
    """The latest messages."""
    return render(request, "outbox/liste.html", {"letters": mailbox.letters()})


@embedded
def outbox_letter(request: HttpRequest, name: str) -> HttpResponse:
    """One message: its text, and its HTML in a frame of its own."""
    return render(request, "outbox/message.html", {"letter": _letter(name)})


@embedded
def outbox_html(request: HttpRequest, name: str) -> HttpResponse:
    """The HTML part as it was sent, harmless."""
    del request
    response = HttpResponse(_letter(name).html)
    response["Content-Security-Policy"] = LETTER_CSP
    response["X-Frame-Options"] = "SAMEORIGIN"
    return response
