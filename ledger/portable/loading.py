"""Taking the rows of an archive into a new dossier: ids made anew, keys following them.

One set-based statement a table, in the caller's transaction.  Whose row it was elsewhere is not
known here: persons and jobs are emptied.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import connection

from ledger.portable.reading import Opened
from ledger.portable.tables import FRESH_STATISTICS, LATER, PAIRS, Table, portable_tables

_COPY = "COPY t_in FROM STDIN WITH (FORMAT csv, DELIMITER E'\\x02', QUOTE E'\\x01')"
_IDS = """
CREATE TEMP TABLE {map} ON COMMIT DROP AS
SELECT old, nextval(pg_get_serial_sequence('{table}', 'id')) AS new
FROM (SELECT (doc->>'id')::bigint AS old FROM t_in ORDER BY 1) o
"""
_INSERT = """
INSERT INTO {table} ({columns})
SELECT {values}
FROM t_in CROSS JOIN LATERAL jsonb_populate_record(NULL::{table}, doc) r
{joins}{order}
"""

_PAIR = """(CASE r.kind WHEN 'invoice'
    THEN (SELECT new FROM m_ledger_invoice WHERE old = r."{column}")
    ELSE (SELECT new FROM m_ledger_banktransaction WHERE old = r."{column}") END)"""


def load_rows(
    archive: Opened, dossier_id: int, *, progress: Callable[[int, int], None]
) -> dict[str, int]:
    """Write every table that this version knows and the archive holds; answers the rows of each."""
    tables = portable_tables()
    counts: dict[str, int] = {}
    with connection.cursor() as cursor:
        for rank, table in enumerate(tables):
            progress(rank, len(tables))
            written = archive.manifest["columns"].get(table.label, [])
            counts[table.label] = _load(cursor, archive, table, set(written), dossier_id)
        cursor.execute(FRESH_STATISTICS)
        for label, (column, _held) in LATER.items():
            _give_back(cursor, archive, next(t for t in tables if t.label == label), column)
    return counts


def _stage(cursor: Any, archive: Opened, table: Table) -> None:
    cursor.execute("DROP TABLE IF EXISTS t_in")
    cursor.execute("CREATE TEMP TABLE t_in (doc jsonb) ON COMMIT DROP")
    with cursor.copy(_COPY) as copy:
        for block in archive.rows(table.path):
            copy.write(block)
    cursor.execute("ANALYZE t_in")


def _load(cursor: Any, archive: Opened, table: Table, written: set[str], dossier_id: int) -> int:
    _stage(cursor, archive, table)
    if table.has_id:
        name = f"m_{table.name}"
        cursor.execute(f"DROP TABLE IF EXISTS {name}")
        cursor.execute(_IDS.format(map=name, table=table.name))
        cursor.execute(f"CREATE UNIQUE INDEX ON {name} (old)")
        cursor.execute(f"ANALYZE {name}")
    columns = [column for column in table.columns if column in written]
    values, joins = [], []
    for column in columns:
        value, join = _value(table, column, dossier_id)
        values.append(value)
        joins += [join] if join else []
    statement = _INSERT.format(
        table=table.name, columns=", ".join(f'"{column}"' for column in columns),
        values=", ".join(values), joins="\n".join(dict.fromkeys(joins)),
        order=" ORDER BY r.id" if table.has_id else "",
    )  # fmt: skip
    cursor.execute(statement)
    return int(cursor.rowcount)


def _value(table: Table, column: str, dossier_id: int) -> tuple[str, str]:
    """What a column is written with, and the join that this needs."""
    value, join = f'r."{column}"', ""
    later = LATER.get(table.label)
    if column == "dossier_id":
        value = str(int(dossier_id))
    elif column == "id":
        value, join = "own.new", f"JOIN m_{table.name} own ON own.old = r.id"
    elif column in table.keys:
        alias = f"k_{column}"
        join = f'LEFT JOIN m_{table.keys[column]} {alias} ON {alias}.old = r."{column}"'
        # What must be told, of a row that is gone, keeps a number that no row has.
        value = f'coalesce({alias}.new, -r."{column}")' if column in table.told else f"{alias}.new"
    elif column in PAIRS.get(table.label, ()):
        value = _PAIR.format(column=column)
    elif column in table.emptied:
        value = "NULL"
    elif later and later[0] == column:
        value = f"'{later[1]}'"
    return value, join


def _give_back(cursor: Any, archive: Opened, table: Table, column: str) -> None:
    """Give the rows the value that would have kept others from being written below them."""
    _stage(cursor, archive, table)
    cursor.execute(
        f"UPDATE {table.name} t SET \"{column}\" = doc->>'{column}' FROM t_in"  # noqa: S608 (of constants)
        f" JOIN m_{table.name} m ON m.old = (doc->>'id')::bigint"
        f" WHERE t.id = m.new AND t.\"{column}\" <> doc->>'{column}'"
    )
