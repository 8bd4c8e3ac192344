"""The owner of the database, for the few questions that whoever runs the installation may ask.

The runtime role cannot look past the walls; functions named `operator_…` answer one question each,
to the owner alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, LiteralString

import psycopg
from django.conf import settings
from django.db import connection

from firm.errors import BusinessError


class OperatorUnknown(BusinessError):
    """The command does not run as the owner of the database."""

    code = "operator_unknown"
    title = "Accès d’exploitation manquant"


def ask_owner(
    question: LiteralString, values: Mapping[str, Any] | None = None
) -> list[tuple[Any, ...]]:
    """The rows that answer one question, asked as the owner of the database.

    Raises:
        OperatorUnknown: `DATABASE_OWNER_URL` does not name the owner of the database.
    """
    owner = settings.DATABASE_OWNER
    try:
        with psycopg.connect(
            dbname=connection.settings_dict["NAME"],
            user=owner["USER"] or None,
            password=owner["PASSWORD"] or None,
            host=owner["HOST"] or None,
            port=owner["PORT"] or None,
            **owner["OPTIONS"],
        ) as asked:
            return asked.execute(question, values).fetchall()
    except psycopg.errors.InsufficientPrivilege as refused:
        raise OperatorUnknown(
            "Cette commande interroge la base au nom de son propriétaire : renseignez "
            "DATABASE_OWNER_URL, puis recommencez."
        ) from refused
