"""The guard of `/compte/`: the person himself, in a browser."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

from firm.access import View, person_view
from firm.errors import Forbidden
from firm.navigation import Entry, NavItem


def own_page(*methods: str) -> Callable[[View], View]:
    """A page of the signed-in person about himself.

    A bearer token does not open it: a token could otherwise make itself a stronger one.
    """

    def decorate(view: View) -> View:
        @person_view(methods=methods or ("GET",))
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if getattr(request, "api_token", None):
                raise Forbidden(
                    "Un jeton n’ouvre pas votre compte. Connectez-vous dans un navigateur."
                )
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def _is_own(request: HttpRequest) -> bool:
    pages = (reverse("account"), reverse("notifications"), reverse("api_docs"))
    return request.path.startswith(pages)


def describe(request: HttpRequest) -> dict[str, Any]:
    """Fields of the shell on these pages."""
    if not _is_own(request):
        return {}
    return {"space_label": "Mon compte", "crumbs": [("Mon compte", reverse("account"))]}


def menu(request: HttpRequest) -> Iterable[Entry]:
    """The side menu of these pages."""
    if not _is_own(request):
        return
    yield "", NavItem("Mes espaces", "/", "arrow-left", 1)
    yield "", NavItem("Profil", reverse("account"), "user-circle", 10)
    yield "", NavItem("Sécurité", reverse("mfa_index"), "shield-lock", 20)
    yield (
        "",
        NavItem(
            "Jetons d’API", reverse("account_tokens"), "key", 30, covers=(reverse("api_docs"),)
        ),
    )
    yield "", NavItem("Notifications", reverse("notifications"), "bell", 40)
    yield "", NavItem("Points par e-mail", reverse("digests:mine"), "mail", 50)
    yield "", NavItem("Cabinets", reverse("people:firms"), "briefcase", 60)
    yield "", NavItem("Cessions", reverse("accounts:transfers"), "transfer", 70)
