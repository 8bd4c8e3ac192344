"""A read that Postgres stops at a deadline, so that a large dossier never holds a page."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django.db import OperationalError, connection, transaction

T = TypeVar("T")


def within(milliseconds: int, read: Callable[[], T]) -> T | None:
    """What `read` answers, or None when it was stopped at the deadline; the transaction goes on."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(milliseconds)])
            answer = read()
            cursor.execute("SET LOCAL statement_timeout TO DEFAULT")
            return answer
    except OperationalError as error:
        if "statement timeout" not in str(error):
            raise
        return None
