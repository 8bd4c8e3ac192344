"""Guards of pages outside any dossier: public, signed-in, firm."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed

from firm import scope
from firm.errors import Forbidden, NotFound
from firm.models import Firm, Membership, User

View = Callable[..., HttpResponseBase]
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class FirmRequest(HttpRequest):
    """A request whose firm has been opened by `firm_view`."""

    user: User
    firm: Firm
    membership: Membership


def require_person(request: HttpRequest) -> HttpResponseBase | None:
    """The answer to give instead of the page to whoever has not signed in."""
    if not request.user.is_authenticated:
        if request.headers.get("HX-Request"):
            answer = HttpResponse(status=401)
            answer["HX-Redirect"] = redirect_to_login(
                request.headers.get("HX-Current-URL", "/")
            ).url
            return answer
        return redirect_to_login(request.get_full_path())
    return None


def require_method(request: HttpRequest, methods: tuple[str, ...]) -> HttpResponseBase | None:
    """The answer to give instead of the page to a method that it does not take."""
    allowed = (*methods, "HEAD") if "GET" in methods else methods
    if request.method not in allowed:
        return HttpResponseNotAllowed(allowed)
    return None


def public(view: View) -> View:
    """A page that anyone may see."""
    view.needs = "public"  # type: ignore[attr-defined]
    return view


def person_view(
    *, methods: tuple[str, ...] = ("GET",), staff: bool = False
) -> Callable[[View], View]:
    """A page of the signed-in person himself; `staff` is for the installation's operators."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            refused = require_person(request) or require_method(request, methods)
            if refused:
                return refused
            if staff and not cast(User, request.user).is_staff:
                raise NotFound("Cette page n’existe pas.")
            return view(request, *args, **kwargs)

        guarded.needs = "staff" if staff else "person"  # type: ignore[attr-defined]
        return guarded

    return decorate


def open_firm(user: User, slug: str, *, write: bool) -> tuple[Firm, Membership]:
    """Find a firm where the person works and put it in scope.

    Raises:
        NotFound: no such firm, or he does not work there.
    """
    membership = (
        Membership.objects.select_related("firm", "custom_role")
        .filter(firm__slug=slug, user_id=user.id)
        .first()
    )
    if membership is None:
        raise NotFound("Ce cabinet n’existe pas ou ne vous est pas ouvert.")
    scope.extend(firm=membership.firm_id, firm_write=write)
    return membership.firm, membership


def firm_view(
    *, needs: str, may: Callable[[Membership, str], bool], methods: tuple[str, ...] = ("GET",)
) -> Callable[[View], View]:
    """Guard a page of `/cabinet/<firm>/`; `may(membership, right)` reads the permission table."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, firm: str, *args: Any, **kwargs: Any) -> HttpResponseBase:
            refused = require_person(request)
            if refused:
                return refused
            opened = cast(FirmRequest, request)
            opened.firm, opened.membership = open_firm(
                opened.user, firm, write=request.method not in SAFE
            )
            if not may(opened.membership, needs):
                raise Forbidden("Votre rôle dans ce cabinet ne le permet pas.", right=needs)
            return require_method(request, methods) or view(opened, *args, **kwargs)

        guarded.needs = needs  # type: ignore[attr-defined]
        return guarded

    return decorate
