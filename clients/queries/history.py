"""« Historique »: the trail of a dossier, in plain French."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from clients.models import Dossier
from clients.queries.history_words import sentence
from firm.models import AuditEvent, User


@dataclass(frozen=True, slots=True)
class Happened:
    """One act: when, by whom, what, and the figures behind it."""

    at: dt.datetime
    who: str
    what: str
    more: list[str]


def history(dossier: Dossier, *, limit: int = 100) -> list[Happened]:
    """The latest acts on the dossier, newest first, in two queries; the dossier is in scope."""
    events = list(AuditEvent.objects.filter(dossier_id=dossier.pk).order_by("-at", "-id")[:limit])
    ids = {event.user_id or 0 for event in events} | {
        person for event in events for person in _people(event.details)
    }
    names = {user.pk: user.get_full_name() for user in User.objects.filter(pk__in=ids)}
    return [
        Happened(event.at, names.get(event.user_id or 0, "La plateforme"), what, more)
        for event in events
        for what, more in [sentence(event.action, event.details, names)]
    ]


def _people(details: dict[str, Any]) -> set[int]:
    """Ids of the people whom an event speaks of."""
    named = [details.get(key) for key in ("to", "of", "old", "new", "person", "user")]
    listed = details.get("listed") or []
    return {value for value in [*named, *listed] if isinstance(value, int)}
