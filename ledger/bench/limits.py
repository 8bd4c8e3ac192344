"""What the machine can do at best, measured as the owner of the database, in the same run.

Nothing of it stays: what is created is dropped, or rolled back.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, LiteralString

import psycopg
from django.conf import settings
from django.db import connection
from psycopg import sql

from clients.models import Dossier
from ledger.bench import Clock, best_of

BLOCK = 1 << 20
RAW = "bench_raw_lines"
# What the writing of the books fills, parents first.
WRITTEN: tuple[LiteralString, ...] = (
    "ledger_thirdparty", "ledger_entry", "ledger_lettering", "ledger_entryline", "ledger_invoice",
    "ledger_invoiceline", "ledger_banktransaction", "ledger_accountmonth",
    "ledger_thirdpartymonth", "ledger_journalmonth",
)  # fmt: skip


def raw_copy(path: Path) -> float:
    """Seconds to COPY the bytes into an unlogged table, one row a line: the median of three."""
    with _owner(autocommit=True) as owner:
        owner.execute(f"DROP TABLE IF EXISTS {RAW}")
        owner.execute(f"CREATE UNLOGGED TABLE {RAW} (line text)")
        try:
            return best_of(3, lambda: _copy(owner, path))
        finally:
            owner.execute(f"DROP TABLE {RAW}")


def _copy(owner: psycopg.Connection[Any], path: Path) -> None:
    options = "(FORMAT csv, DELIMITER E'\\x02', QUOTE E'\\x01')"
    with (
        owner.cursor() as cursor,
        cursor.copy(f"COPY {RAW} FROM STDIN {options}") as copy,
        path.open("rb") as source,
    ):
        while block := source.read(BLOCK):
            copy.write(block)


def bare_insert(dossier: Dossier) -> float:
    """Seconds to INSERT … SELECT the dossier's rows into ordinary copies of their tables.

    The copies have the same indexes and no trigger nor row-level security: what remains is what
    PostgreSQL itself takes for these rows.
    """
    clock = Clock()
    with _owner() as owner:
        scope = f"{{{dossier.pk}}}"
        owner.execute("SELECT set_config('app.dossiers', %s, true)", (scope,))
        for table in WRITTEN:
            copy = "CREATE TABLE {copy} (LIKE {table} INCLUDING ALL)"
            owner.execute(sql.SQL(copy).format(**_names(table)))
        with clock.timed():
            for table in WRITTEN:
                insert = "INSERT INTO {copy} SELECT * FROM {table} WHERE dossier_id = %s"
                owner.execute(sql.SQL(insert).format(**_names(table)), (dossier.pk,))
        owner.rollback()
    return clock.seconds


def _names(table: str) -> dict[str, sql.Identifier]:
    return {"table": sql.Identifier(table), "copy": sql.Identifier(f"bench_{table}")}


def _owner(*, autocommit: bool = False) -> psycopg.Connection[Any]:
    owner = settings.DATABASE_OWNER
    return psycopg.connect(
        dbname=connection.settings_dict["NAME"],
        user=owner["USER"] or None,
        password=owner["PASSWORD"] or None,
        host=owner["HOST"] or None,
        port=owner["PORT"] or None,
        autocommit=autocommit,
        **owner["OPTIONS"],
    )
