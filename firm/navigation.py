"""The side menu and the palette: each app adds its own entries, the shell shows them in order."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest


@dataclass(frozen=True)
class NavItem:
    """One entry; `right` hides it from whoever lacks it, `rank` orders it in its group."""

    label: str
    url: str
    icon: str
    rank: int = 0
    count: int = 0
    current: bool = False


@dataclass
class NavGroup:
    """A titled part of the side menu."""

    label: str
    items: list[NavItem] = field(default_factory=list)


Entry = tuple[str, NavItem]
Source = Callable[[HttpRequest], Iterable[Entry]]
Found = tuple[str, list[tuple[str, str, str, str]]]
Finder = Callable[[HttpRequest, str], Iterable[Found]]

GROUPS = ("", "Comptabilité", "Dossier client", "Gestion interne", "Cabinet", "Paramètres")
_sources: list[Source] = []
_finders: list[Finder] = []


def register(source: Source) -> Source:
    """Add entries to the side menu: (group label, item) pairs for a request."""
    _sources.append(source)
    return source


def register_finder(finder: Finder) -> Finder:
    """Add results to the palette: (title, [(icon, label, hint, url)]) for a query."""
    _finders.append(finder)
    return finder


def menu(request: HttpRequest) -> list[NavGroup]:
    """The side menu of this page, its current entry marked."""
    groups = {label: NavGroup(label) for label in GROUPS}
    entries = [entry for source in _sources for entry in source(request)]
    here = max(
        (item.url for _label, item in entries if request.path.startswith(item.url)), key=len, default=""
    )
    for label, item in sorted(entries, key=lambda entry: entry[1].rank):
        marked: dict[str, Any] = {**item.__dict__, "current": item.url == here}
        groups[label].items.append(NavItem(**marked))
    return [group for group in groups.values() if group.items]


def find(request: HttpRequest, query: str) -> list[Found]:
    """What the palette shows for a query, in the order of registration."""
    return [found for finder in _finders for found in finder(request, query) if found[1]]
