"""The side menu and the palette: each app adds its own entries, the shell shows them in order."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from django.http import HttpRequest


@dataclass(frozen=True)
class NavItem:
    """One entry; `rank` orders it in its group.

    It is the current one on its own page and below; `covers` are other addresses that it stands
    for, `is_alone` keeps a space's first page from standing for all the others.
    """

    label: str
    url: str
    icon: str
    rank: int = 0
    count: int = 0
    current: bool = False
    covers: tuple[str, ...] = ()
    is_alone: bool = False

    def reach(self, path: str) -> int:
        """How much of a path the entry accounts for; 0 when it is not there."""
        if self.is_alone:
            return len(path) if path == self.url else 0
        held = [url for url in (self.url, *self.covers) if path.startswith(url)]
        return max(map(len, held), default=0)


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
    farthest = max((item.reach(request.path) for _label, item in entries), default=0)
    for label, item in sorted(entries, key=lambda entry: entry[1].rank):
        is_here = 0 < farthest == item.reach(request.path)
        groups[label].items.append(replace(item, current=is_here))
    return [group for group in groups.values() if group.items]


def find(request: HttpRequest, query: str) -> list[Found]:
    """What the palette shows for a query, in the order of registration."""
    return [found for finder in _finders for found in finder(request, query) if found[1]]
