"""What every page's shell shows: person, space, menu, theme."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from firm import navigation
from firm.models import Job, User
from firm.queries.notifications import unread

THEMES = {"light", "dark"}
Space = Callable[[HttpRequest], "dict[str, Any]"]
_spaces: list[Space] = []


@dataclass
class Shell:
    """The variables of `templates/base.html`."""

    user: dict[str, str] | None = None
    firm: Any = None
    dossier: dict[str, Any] | None = None
    nav: list[navigation.NavGroup] = field(default_factory=list)
    crumbs: list[tuple[str, str | None]] = field(default_factory=list)
    jobs_running: int = 0
    notifications: int = 0
    theme: str = ""
    single_keys: bool = True
    demo: bool = False
    space_label: str = ""
    rights: frozenset[str] = frozenset()
    back_url: str = ""


def register_space(space: Space) -> Space:
    """Let an app say what space the page is in: fields of `Shell` for this request."""
    _spaces.append(space)
    return space


def shell(request: HttpRequest) -> dict[str, Shell]:
    """The context processor."""
    theme = request.COOKIES.get("theme", "")
    made = Shell(theme=theme if theme in THEMES else "", demo=settings.DEMO)
    person = getattr(request, "user", None)
    if isinstance(person, User) and person.is_authenticated:
        _fill(made, request, person)
    return {"shell": made}


def _fill(made: Shell, request: HttpRequest, person: User) -> None:
    made.user = {
        "name": person.get_full_name(),
        "initials": person.initials,
        "email": person.email,
        "role_label": "",
    }
    made.single_keys = person.single_keys
    made.notifications = unread(person)
    made.firm = getattr(request, "firm", None)
    for space in _spaces:
        for name, value in space(request).items():
            if name == "role_label":
                made.user["role_label"] = value
            else:
                setattr(made, name, value)
    made.nav = navigation.menu(request)
    made.jobs_running = Job.objects.filter(requested_by=person.id, state__in=Job.ACTIVE).count()
