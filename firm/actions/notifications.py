"""Telling people: lines in the bell, and reading them."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models.functions import Now

from firm.models import Notification, User


def notify(
    people: Iterable[int], *, kind: str, text: str, url: str = "", dossier_id: int | None = None
) -> None:
    """Put one line into the bell of each person (ids), in the act's own transaction."""
    Notification.objects.bulk_create(
        [
            Notification(user_id=person, kind=kind, text=text[:300], url=url, dossier_id=dossier_id)
            for person in sorted(set(people))
        ],
        ignore_conflicts=True,  # no RETURNING: the reader is somebody else
    )


def mark_read(*, by: User) -> int:
    """Everything in one's own bell has been read; answers how many lines were not."""
    unread = Notification.objects.filter(user_id=by.pk, read_at=None)
    return unread.update(read_at=Now())
