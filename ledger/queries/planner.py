"""How PostgreSQL is to meet the rows of a statement, where it cannot know how many there are."""

from __future__ import annotations

from django.db import connection

_PLAN = """
SELECT set_config('work_mem', '128MB', true), set_config('enable_nestloop', %(loops)s, true)
"""


def meet_by(*, hashes: bool) -> None:
    """Have many rows met by hashes for the rest of the transaction, a few by indexes.

    The planner cannot know which: a wall's estimate is a few rows whatever there is, and tables
    fill and empty between two vacuums.  A loop over pairs of rows would take minutes.
    """
    with connection.cursor() as cursor:
        cursor.execute(_PLAN, {"loops": "off" if hashes else "on"})
