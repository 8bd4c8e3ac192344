"""What only the shell uses: breadcrumb, navigation keys, links that may not exist yet."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from django import template
from django.urls import NoReverseMatch, reverse

register = template.Library()

# « G puis … »: last part of a page's address → key
GO_KEYS = {
    "clients": "c", "balance": "b", "grand-livre": "g", "achats": "a", "ventes": "v",
    "documents": "d", "journaux": "j", "ecritures": "e", "lettrage": "l", "imports": "i",
    "banque": "q", "demandes": "m", "rapports": "r", "travaux": "t", "exercices": "x",
    "echeances": "h", "utilisateurs": "u",
}  # fmt: skip


@register.inclusion_tag("ui/breadcrumbs.html")
def breadcrumbs(crumbs: Sequence[tuple[str, str | None]] | None, *more: str) -> dict[str, Any]:
    """`{% breadcrumbs shell.crumbs "Imports FEC" url "Import FEC 2025" %}`: label, url, … label."""
    pairs = [
        (more[at], more[at + 1] if at + 1 < len(more) else "") for at in range(0, len(more), 2)
    ]
    every = [(label, url or "") for label, url in crumbs or ()] + pairs
    return {"before": every[:-1], "last": every[-1] if every else None}


@register.filter
def go_key(url: str) -> str:
    """The letter of « G puis … » for this address, or nothing."""
    return GO_KEYS.get(url.partition("?")[0].rstrip("/").rpartition("/")[2], "")


@register.simple_tag
def url_or_nothing(*names: str) -> str:
    """The first of these pages that exists, or nothing: error pages must not fail."""
    for name in names:
        with suppress(NoReverseMatch):
            return reverse(name)
    return ""
