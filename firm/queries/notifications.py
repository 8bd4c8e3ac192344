"""One's own bell."""

from __future__ import annotations

from firm.models import Notification, User

SHOWN = 100
MOST_COUNTED = 99


def latest(person: User, *, limit: int = SHOWN) -> list[Notification]:
    """The latest lines of a person's bell, newest first, in one query."""
    return list(
        Notification.objects.filter(user_id=person.pk).order_by("-created_at", "-id")[:limit]
    )


def unread(person: User) -> int:
    """How many lines he has not read, at most 99, in one query."""
    lines = Notification.objects.filter(user_id=person.pk, read_at=None).values("pk")
    return lines[:MOST_COUNTED].count()
