"""A person's open sessions, as he reads them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from allauth.usersessions.models import UserSession

from firm.devices import device_name, is_phone, place_of
from firm.models import User


@dataclass(frozen=True, slots=True)
class SessionRow:
    """One browser in which the person is signed in."""

    id: int
    device: str
    is_phone: bool
    place: str
    began_at: dt.datetime
    last_seen_at: dt.datetime
    is_current: bool


def open_sessions(user: User, *, current_key: str | None) -> list[SessionRow]:
    """His open sessions, this one first, then the latest seen; the dead ones are forgotten."""
    rows = UserSession.objects.purge_and_list(user)
    made = [
        SessionRow(
            id=row.pk,
            device=device_name(row.user_agent),
            is_phone=is_phone(row.user_agent),
            place=place_of(row.ip),
            began_at=row.created_at,
            last_seen_at=row.last_seen_at,
            is_current=row.session_key == current_key,
        )
        for row in rows
    ]
    return sorted(made, key=lambda row: (not row.is_current, -row.last_seen_at.timestamp()))
