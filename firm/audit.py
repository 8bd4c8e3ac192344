"""The audit trail: one row per act, in the act's own transaction, chained per firm at commit.

What happened, by whom, when; reading the trail back never needs the rows that it speaks of.
"""

from __future__ import annotations

from typing import Any

from firm import scope
from firm.models import AuditEvent, User


def record(
    action: str,
    *,
    by: User | None,
    firm_id: int | None = None,
    dossier_id: int | None = None,
    **details: Any,
) -> None:
    """Write down that `by` did `action` (`app.verb_in_the_past`); call it last in an action.

    Without `firm_id` the firm in scope is taken.  `details` must be JSON-able.
    """
    current = scope.current()
    event = AuditEvent(
        firm_id=firm_id if firm_id is not None else (current.firm if current else None),
        dossier_id=dossier_id,
        user_id=by.id if by else None,
        action=action,
        details=details,
    )
    # No RETURNING: it would have to pass the policies of a reader.
    AuditEvent.objects.bulk_create([event], ignore_conflicts=True)
