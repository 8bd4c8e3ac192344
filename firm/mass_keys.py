"""Foreign keys of tables of millions of rows: one set-based check a statement, by trigger.

Row-wise keys double the time of a load.  The promise is the same as theirs: a child points to a row
of its own dossier, which cannot go while the child stays.  Parents are locked FOR KEY SHARE as
Postgres' own keys do, except those that this very transaction wrote: nobody else can take them away
before it ends.  (What a savepoint wrote has another xmin, and is locked.)

A statement of many rows is planned for its own size (EXECUTE); a small one reuses its plan.
Otherwise a session's first small statement would fix the plan of its later large ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

MANY = 200
Key = tuple[str, str]  # a column and the table it points to


class Watch(NamedTuple):
    """What the trigger of new rows asks beside a key, in the same pass over them.

    `call` names a function (boolean, bigint[], bigint[]): whether a parent `p` is `met`, then the
    dossiers and the values of `column` whose rows do not `total` zero.
    """

    column: str
    met: str
    total: str
    call: str


_ADDED = """
CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE me CONSTANT xid := pg_current_xact_id()::xid; key record; locked bigint;
BEGIN
    PERFORM 1 FROM fresh OFFSET {many} LIMIT 1;
    IF FOUND THEN
        FOR key IN EXECUTE $probe${dynamic}$probe$ USING me LOOP{body}
        END LOOP;
    ELSE
        FOR key IN {static} LOOP{body}
        END LOOP;
    END IF;
    RETURN NULL;
END $body$;
CREATE TRIGGER {name} AFTER {event} ON {table}
    REFERENCING {transition} FOR EACH STATEMENT EXECUTE FUNCTION {name}();
"""
# One pass over the rows gives the distinct values of every column, the others being NULL beside it.
_DISTINCT = """
    SELECT dossier_id AS d, {columns} FROM {rows} GROUP BY GROUPING SETS ({sets})"""
_PROBE = """WITH k AS MATERIALIZED ({wanted})
{parts}"""
_PART = """SELECT {rank} AS n, count(*) FILTER (WHERE p.id IS NULL) AS missing,
    array_agg(k.d) FILTER (WHERE p.xmin <> {me}) AS dossiers,
    array_agg(k.{column}) FILTER (WHERE p.xmin <> {me}) AS ids{watched}
FROM k LEFT JOIN {parent} p ON p.dossier_id = k.d AND p.id = k.{column}
WHERE k.{column} IS NOT NULL"""
_WATCHED = """,
    bool_or({met}) AS met, array_agg(k.d) FILTER (WHERE k.total <> 0) AS uneven_d,
    array_agg(k.{column}) FILTER (WHERE k.total <> 0) AS uneven"""
_UNWATCHED = ", NULL::boolean AS met, NULL::bigint[] AS uneven_d, NULL::bigint[] AS uneven"
_JUDGE = """
            IF key.n = {rank} THEN
                PERFORM {call}(key.met, key.uneven_d, key.uneven);
            END IF;"""
_LOCK = """
                {word} key.n = {rank} THEN
                    PERFORM 1 FROM {parent} p JOIN unnest(key.dossiers, key.ids) AS t (d, x)
                        ON p.dossier_id = t.d AND p.id = t.x FOR KEY SHARE OF p;"""
_BODY = """
            IF key.missing > 0 OR key.ids IS NOT NULL THEN{locks}
                END IF;
                GET DIAGNOSTICS locked = ROW_COUNT;
                IF key.missing > 0 OR locked <> cardinality(key.ids) THEN
                    RAISE foreign_key_violation USING
                        MESSAGE = '{table}: ' || ({names})[key.n]
                            || ' points to no row of the dossier',
                        CONSTRAINT = '{table}_' || ({names})[key.n] || '_fk';
                END IF;
            END IF;{judge}"""
_KEPT = """
CREATE FUNCTION {table}_{column}_kept() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE is_kept boolean;
BEGIN
    PERFORM 1 FROM gone OFFSET {many} LIMIT 1;
    IF FOUND THEN
        -- count, not EXISTS: hoping for an early match, the planner would try every pair of rows.
        EXECUTE $probe$SELECT count(*) > 0 {pairs}$probe$ INTO is_kept;
    ELSE
        is_kept := EXISTS (SELECT 1 {pairs});
    END IF;
    IF is_kept THEN
        RAISE foreign_key_violation USING
            MESSAGE = 'a row of {parent} is still referred to by {table}.{column}',
            CONSTRAINT = '{table}_{column}_fk';
    END IF;
    RETURN NULL;
END $body$;
CREATE TRIGGER {table}_{column}_kept AFTER DELETE ON {parent}
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION {table}_{column}_kept();
"""
_PAIRS = "FROM gone g JOIN {table} c ON c.dossier_id = g.dossier_id AND c.{column} = g.id"
_DROPPED = """
DO $body$ DECLARE made record; BEGIN
    FOR made IN SELECT oid::regprocedure::text AS name FROM pg_proc
        WHERE pronamespace = current_schema()::regnamespace
          AND proname ~ '^{table}_(keys_(insert|update)|[a-z_]+_kept)$'
    LOOP EXECUTE concat('DROP FUNCTION ', made.name, ' CASCADE'); END LOOP;
END $body$;
"""
_FIXED = """
CREATE OR REPLACE FUNCTION app_key_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    RAISE restrict_violation USING MESSAGE = 'the key of ' || TG_TABLE_NAME || ' never changes';
END $body$;
CREATE TRIGGER {table}_key_is_fixed BEFORE UPDATE OF dossier_id, id ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION app_key_is_fixed();
"""


def mass_keys(table: str, keys: Sequence[Key], *, watch: Watch | None = None) -> str:
    """SQL of the triggers that keep `keys`; what is to `watch` is asked of new rows alone.

    An update checks only values that none of its rows had before.
    """
    fresh, gone = "NEW TABLE AS fresh", "OLD TABLE AS gone"
    changed = f"{_distinct(keys, 'fresh')} EXCEPT {_distinct(keys, 'gone')}"
    return (
        _checked(table, ("insert", fresh), keys, _distinct(keys, "fresh", watch), watch)
        + _checked(table, ("update", f"{fresh} {gone}"), keys, changed)
        + "".join(_kept(table, column, parent) for column, parent in keys)
    )


def drop_mass_keys(table: str) -> str:
    """SQL that takes the triggers of `mass_keys` away, whatever the columns they were made for."""
    return _DROPPED.format(table=table)


def fixed_key(table: str) -> str:
    """SQL of the trigger that keeps a row's key, to which children may point, as it was made."""
    return _FIXED.format(table=table)


def _checked(
    table: str, on: tuple[str, str], keys: Sequence[Key], wanted: str, watch: Watch | None = None
) -> str:
    """The trigger of one event, `on` its name and its transition tables."""
    event, transition = on
    parts = "\nUNION ALL ".join(
        _PART.format(
            rank=rank, column=column, parent=parent, me="{me}", watched=_watched(column, watch)
        )
        for rank, (column, parent) in enumerate(keys, 1)
    )
    probe = _PROBE.format(wanted=wanted, parts=parts)
    locks = "".join(
        _LOCK.format(word="IF" if rank == 1 else "ELSIF", rank=rank, parent=parent)
        for rank, (_column, parent) in enumerate(keys, 1)
    )
    columns = [column for column, _parent in keys]
    names = "ARRAY[" + ", ".join(f"'{column}'" for column in columns) + "]"
    judge = _JUDGE.format(rank=columns.index(watch.column) + 1, call=watch.call) if watch else ""
    return _ADDED.format(
        name=f"{table}_keys_{event}", table=table, event=event.upper(), transition=transition,
        many=MANY, dynamic=probe.replace("{me}", "$1"), static=probe.replace("{me}", "me"),
        body=_BODY.format(table=table, locks=locks, names=names, judge=judge),
    )  # fmt: skip


def _watched(column: str, watch: Watch | None) -> str:
    if watch is None:
        return ""
    if column != watch.column:
        return _UNWATCHED
    return _WATCHED.format(met=watch.met, column=column)


def _distinct(keys: Sequence[Key], rows: str, watch: Watch | None = None) -> str:
    columns = [column for column, _parent in keys]
    sets = ", ".join(f"(dossier_id, {column})" for column in columns)
    asked = [*columns, f"sum({watch.total}) AS total"] if watch else columns
    return _DISTINCT.format(columns=", ".join(asked), rows=rows, sets=sets)


def _kept(table: str, column: str, parent: str) -> str:
    pairs = _PAIRS.format(table=table, column=column)
    return _KEPT.format(table=table, column=column, parent=parent, pairs=pairs, many=MANY)
