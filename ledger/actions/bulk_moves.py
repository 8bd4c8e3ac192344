"""Rows into the bins and back, a table in one statement; column lists come from the models.

`b_items` and `b_entries` are the temporary tables of the pick (see `bulk_pick.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.db import connection, models

from ledger.models import (
    BankTransaction,
    BinnedBankTransaction,
    BinnedEntry,
    BinnedEntryLine,
    BinnedInvoice,
    BinnedInvoiceLine,
    BinnedLettering,
    Entry,
    EntryLine,
    Invoice,
    InvoiceLine,
    Lettering,
)

Model = type[models.Model]
ENTRIES = "b_entries x WHERE r.dossier_id = %(dossier)s AND r.id = x.id"
LINES = "b_entries x WHERE r.dossier_id = %(dossier)s AND r.entry_id = x.id"
LETTERINGS = "b_letterings x WHERE r.dossier_id = %(dossier)s AND r.id = x.id"
INVOICES = (
    "b_items x WHERE x.what = 'i' AND x.reason IS NULL AND r.dossier_id = %(dossier)s"
    " AND r.id = x.id"
)
INVOICE_LINES = INVOICES.replace("r.id", "r.invoice_id")
TRANSACTIONS = INVOICES.replace("'i'", "'t'")
IS_SAME = " AND r.booking = x.booking AND r.entry_id IS NOT DISTINCT FROM x.entry_now"

_OUT = """
WITH gone AS (DELETE FROM {table} r USING {which} RETURNING {columns}{more_of})
INSERT INTO {bin} (job_id, {names}{more_names}) SELECT %(job)s, {names}{more} FROM gone g{joined}
"""
_BACK = """
WITH gone AS (DELETE FROM {bin} r USING {which} RETURNING {columns})
INSERT INTO {table} ({names}) SELECT {values} FROM gone g{joined}
"""
_LETTERED = (
    "lettering_code",
    "lettered_on",
)


def columns(model: Model) -> list[str]:
    """The columns of a table, by the model."""
    return [field.column for field in model._meta.local_concrete_fields if field.column]


def run(statement: str, values: Mapping[str, Any]) -> int:
    """Run one statement; answers its rows."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        done: int = cursor.rowcount
    return done


def out(
    original: Model,
    into: Model,
    which: str,
    values: Mapping[str, Any],
    *,
    more: Mapping[str, str] | None = None,
    returning: str = "",
    joined: str = "",
) -> int:
    """Move rows into a bin; `more` gives its columns beside the original's."""
    names = columns(original)
    more = more or {}
    return run(
        _OUT.format(
            table=original._meta.db_table, bin=into._meta.db_table, which=which,
            columns=", ".join(f"r.{name}" for name in names), names=", ".join(names),
            more_of=returning, more_names="".join(f", {name}" for name in more),
            more="".join(f", {value}" for value in more.values()), joined=joined,
        ),
        values,
    )  # fmt: skip


def back(
    original: Model,
    held: Model,
    which: str,
    values: Mapping[str, Any],
    *,
    joined: str = "",
    instead: Mapping[str, str] | None = None,
) -> int:
    """Move rows from a bin to where they were; `instead` gives other values for some columns."""
    names = columns(original)
    instead = instead or {}
    return run(
        _BACK.format(
            table=original._meta.db_table, bin=held._meta.db_table, which=which,
            columns=", ".join(f"r.{name}" for name in names), names=", ".join(names),
            values=", ".join(instead.get(name, f"g.{name}") for name in names), joined=joined,
        ),
        values,
    )  # fmt: skip


def entry_rows_out(values: Mapping[str, Any]) -> dict[str, int]:
    """Lines, then letterings, then entries: children before their parents."""
    return {
        "lines": out(EntryLine, BinnedEntryLine, LINES, values),
        "letterings": out(
            Lettering, BinnedLettering, LETTERINGS, values, returning=", x.taken",
            more={"line_count": "g.taken + coalesce(u.n, 0)"},
            joined=(
                " LEFT JOIN (SELECT lettering_id, count(*) AS n FROM ledger_unletteredline"
                " WHERE dossier_id = %(dossier)s GROUP BY 1) u ON u.lettering_id = g.id"
            ),
        ),
    }  # fmt: skip


def entries_out(values: Mapping[str, Any]) -> int:
    """The entries themselves, drafts only; nothing points to them any more."""
    return out(
        Entry, BinnedEntry, ENTRIES + " AND r.state = 'draft'", values, returning=", x.is_alone",
        more={"is_alone": "g.is_alone", "is_deleted": "%(is_deleted)s"},
    )  # fmt: skip


def entries_back(values: Mapping[str, Any]) -> int:
    """The entries, before what points to them."""
    return back(Entry, BinnedEntry, ENTRIES, values)


def letterings_back(values: Mapping[str, Any]) -> int:
    """The letterings that are whole again."""
    return back(Lettering, BinnedLettering, LETTERINGS, values)


def lines_back(values: Mapping[str, Any]) -> int:
    """The lines, lettered where their lettering is back."""
    kept = "CASE WHEN g.lettering_id IS NULL OR w.id IS NOT NULL THEN g.{} END"
    return back(
        EntryLine, BinnedEntryLine, LINES, values,
        joined=" LEFT JOIN b_letterings w ON w.id = g.lettering_id",
        instead={"lettering_id": "w.id", **{name: kept.format(name) for name in _LETTERED}},
    )  # fmt: skip


def item_rows_out(values: Mapping[str, Any]) -> int:
    """Invoices with their lines, and bank transactions; answers how many, lines apart."""
    out(InvoiceLine, BinnedInvoiceLine, INVOICE_LINES, values)
    same = IS_SAME.replace("x.entry_now", "CASE WHEN NOT x.was_binned THEN x.entry_id END")
    return out(Invoice, BinnedInvoice, INVOICES + same, values) + out(
        BankTransaction, BinnedBankTransaction, TRANSACTIONS + same, values
    )


def item_rows_back(values: Mapping[str, Any]) -> int:
    """Invoices, their lines and bank transactions as they were."""
    found = back(Invoice, BinnedInvoice, INVOICES, values)
    back(InvoiceLine, BinnedInvoiceLine, INVOICE_LINES, values)
    return found + back(BankTransaction, BinnedBankTransaction, TRANSACTIONS, values)


def update_items(
    values: Mapping[str, Any],
    *,
    now: str,
    to: Mapping[str, str],
    kinds: tuple[str, ...] = ("i", "k", "t"),
) -> int:
    """Write the state of invoices and transactions: `to` gives SQL for booking, entry_id, line_no,
    archived_at, archived_by; `now` is the entry that each must have, else it is not written.
    """
    done = 0
    for table, of, names in _updated():
        if not of & set(kinds):
            continue
        which = ", ".join(f"'{kind}'" for kind in sorted(of & set(kinds)))
        sets = ", ".join(f"{name} = {to[name]}" for name in names)
        done += run(
            f"UPDATE {table} r SET {sets} FROM b_items x WHERE x.what IN ({which})"  # noqa: S608
            " AND x.reason IS NULL AND r.dossier_id = %(dossier)s AND r.id = x.id"
            f" AND r.booking = x.booking AND r.entry_id IS NOT DISTINCT FROM {now}"
            # Asked once: without such rows the planner would still try every pair.
            f" AND EXISTS (SELECT 1 FROM b_items WHERE what IN ({which}) AND reason IS NULL)",
            values,
        )
    return done


def _updated() -> Iterator[tuple[str, set[str], tuple[str, ...]]]:
    own = ("booking", "entry_id", "archived_at", "archived_by")
    yield Invoice._meta.db_table, {"i", "k"}, own
    yield BankTransaction._meta.db_table, {"t"}, (*own, "line_no")
