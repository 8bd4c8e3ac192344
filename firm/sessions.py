"""Sessions end: after three hours without a request, and twelve hours after they began.

In the place of allauth's middleware of the same purpose: it reads one row a request and writes it
once a minute, where that one writes at every request.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from allauth.account.internal.flows.logout import logout
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

IDLE = dt.timedelta(hours=3)
LONGEST = dt.timedelta(hours=12)
SEEN_EVERY = dt.timedelta(minutes=1)


class SessionsMiddleware:
    """Keeps the person's list of sessions, and closes those that are too old."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Note that the session lives, or end it before the page runs."""
        if request.session.session_key and request.user.is_authenticated and not _lives(request):
            logout(request, show_message=False)
            messages.info(request, "Votre session a expiré. Connectez-vous pour continuer.")
        return self.get_response(request)


def renew_key(request: HttpRequest) -> None:
    """Go on under a new session key, as the same session of the person's list."""
    former = request.session.session_key
    request.session.cycle_key()
    UserSession.objects.filter(session_key=former).update(session_key=request.session.session_key)


def _lives(request: HttpRequest) -> bool:
    row = UserSession.objects.filter(session_key=request.session.session_key).first()
    now = timezone.now()
    if row is None or row.user_id != request.user.pk:
        UserSession.objects.create_from_request(request)
        return True
    if now - row.last_seen_at > IDLE or now - row.created_at > LONGEST:
        return False
    if now - row.last_seen_at > SEEN_EVERY:
        UserSession.objects.create_from_request(request)
    return True
