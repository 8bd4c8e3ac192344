"""What follows a lettering: its invoices are paid, the dossier's counter is right."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

from django.db import connection

from ledger.actions.scripts import statements

_UNLETTERED = """
INSERT INTO clients_dossierstats AS d (dossier_id, unlettered, updated_at)
SELECT %(dossier)s, count(*), now() FROM ledger_lettering
WHERE dossier_id = %(dossier)s AND NOT is_balanced
ON CONFLICT (dossier_id) DO UPDATE SET unlettered = excluded.unlettered, updated_at = now()
"""
_BACK = """
UPDATE ledger_invoice i SET state = b.state, paid_on = b.paid_on
FROM unnest(%(ids)s::bigint[], %(states)s::text[], %(days)s::date[], %(now)s::text[])
    AS b (id, state, paid_on, now)
WHERE i.dossier_id = %(dossier)s AND i.id = b.id AND i.state = b.now
"""


class Followed(NamedTuple):
    """An invoice that a lettering paid: its state and day before, its state now."""

    id: int
    state: str
    paid_on: dt.date | None
    now: str


def settle(dossier_id: int, lettering_ids: Sequence[int]) -> list[Followed]:
    """Have invoices follow these letterings; answers what they were.

    Paid on the latest day of the lines of the other side.
    """
    (statement,) = statements("settle")
    with connection.cursor() as cursor:
        cursor.execute(statement.text, {"dossier": dossier_id, "letterings": list(lettering_ids)})
        return [Followed(*row) for row in cursor.fetchall()]


def unsettle(dossier_id: int, followed: Sequence[Followed]) -> None:
    """Give invoices back the state that they had, those apart that have changed since."""
    if not followed:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            _BACK,
            {
                "dossier": dossier_id,
                "ids": [one.id for one in followed],
                "states": [one.state for one in followed],
                "days": [one.paid_on for one in followed],
                "now": [one.now for one in followed],
            },
        )


def refresh_unlettered(dossier_id: int) -> None:
    """Count the letterings that do not balance anew; call it last, as `refresh_stats`."""
    with connection.cursor() as cursor:
        cursor.execute(_UNLETTERED, {"dossier": dossier_id})
