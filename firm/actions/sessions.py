"""Ending sessions: one's own, one by one or all the others."""

from __future__ import annotations

from allauth.usersessions.models import UserSession
from django.db import transaction

from firm import audit
from firm.errors import NotFound
from firm.models import User


@transaction.atomic
def end_session(session_id: int, *, by: User) -> None:
    """Sign one of the person's own browsers out, at its next request.

    Raises:
        NotFound: no such session, or not his.
    """
    row = UserSession.objects.filter(pk=session_id, user_id=by.pk).first()
    if row is None:
        raise NotFound("Cette session n’existe plus.")
    row.end()
    audit.record("firm.session_ended", by=by, ip=row.ip)


@transaction.atomic
def end_other_sessions(*, keep: str | None, by: User) -> int:
    """Sign every browser of the person out but the one whose session key is `keep`; how many."""
    rows = list(UserSession.objects.filter(user_id=by.pk).exclude(session_key=keep or ""))
    for row in rows:
        row.end()
    audit.record("firm.sessions_ended", by=by, count=len(rows))
    return len(rows)
