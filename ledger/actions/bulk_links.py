"""What other tables hang on a row that goes: a link that may be empty is cut, a row that cannot
live without it goes along; both are written down and mended when the row comes back.

The links are read from the models, so that a table made later is taken care of without a word here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from django.apps import apps
from django.db import models

from firm.tenancy import TenantForeignKey
from ledger.actions.bulk_moves import run
from ledger.models import (
    Account,
    AccountMonth,
    BankAccount,
    BankTransaction,
    Entry,
    EntryLine,
    FiscalYear,
    Invoice,
    InvoiceLine,
    Journal,
    JournalMonth,
    ThirdParty,
    ThirdPartyMonth,
)

Model = type[models.Model]
GOING: dict[Model, str] = {
    Entry: "SELECT id FROM b_entries",
    Invoice: "SELECT id FROM b_items WHERE what = 'i' AND reason IS NULL",
    BankTransaction: "SELECT id FROM b_items WHERE what = 't' AND reason IS NULL",
}
# Links that the moves themselves take care of.
KNOWN = {
    (EntryLine, "entry_id"),
    (Invoice, "entry_id"),
    (BankTransaction, "entry_id"),
    (InvoiceLine, "invoice_id"),
}
# The chart and the years, children first; sums have gone with their entries before.
CHART: tuple[Model, ...] = (BankAccount, ThirdParty, Account, Journal, FiscalYear)
SUMS = (AccountMonth, ThirdPartyMonth, JournalMonth)

_WRITE = """
INSERT INTO ledger_binnedrow (dossier_id, job_id, table_name, "column", row)
SELECT %(dossier)s, %(job)s, '{table}', '{column}', to_jsonb(r) FROM {table} r
WHERE r.dossier_id = %(dossier)s AND {which}
"""


class Link(NamedTuple):
    """A column of a table that names a row of another."""

    child: Model
    column: str
    may_be_empty: bool

    @property
    def table(self) -> str:
        """The table that holds the column."""
        return self.child._meta.db_table


def links_to(parent: Model) -> Iterator[Link]:
    """Every column that names rows of a table, those apart that the moves know."""
    for child in apps.get_models():
        for field in child._meta.local_fields:
            is_link = isinstance(field, TenantForeignKey) and field.related_model is parent
            if is_link and (child, field.column) not in KNOWN:
                yield Link(child, field.column or "", field.null)


def cut(parent: Model, values: Mapping[str, Any]) -> None:
    """Cut what hangs on the rows of `parent` that go; a row that goes itself keeps its links."""
    going = GOING[parent]
    for link in links_to(parent):
        which = f"r.{link.column} IN ({going})"
        if link.child in GOING:
            which += f" AND r.id NOT IN ({GOING[link.child]})"
        named = link.column if link.may_be_empty else ""
        if not run(_WRITE.format(table=link.table, column=named, which=which), values):
            continue
        act = f"UPDATE {link.table} r SET {link.column} = NULL"  # noqa: S608 (names of models)
        if not link.may_be_empty:
            act = f"DELETE FROM {link.table} r"  # noqa: S608 (idem)
        run(f"{act} WHERE r.dossier_id = %(dossier)s AND {which}", values)


def mend(values: Mapping[str, Any]) -> None:
    """Give the rows that have come back what hung on them: whole rows first, then links."""
    every = [(parent, link) for parent in GOING for link in links_to(parent)]
    for parent, link in sorted(every, key=lambda one: one[1].may_be_empty):
        of = (
            f"b.dossier_id = %(dossier)s AND b.table_name = '{link.table}' AND b.\"column\" ="
            f" '{link.column if link.may_be_empty else ''}'"
            f" AND (b.row->>'{link.column}')::bigint IN ({GOING[parent]})"
        )
        if link.may_be_empty:
            run(
                f"UPDATE {link.table} r SET {link.column} = (b.row->>'{link.column}')::bigint"  # noqa: S608
                f" FROM ledger_binnedrow b WHERE {of} AND r.dossier_id = b.dossier_id"
                f" AND r.id = (b.row->>'id')::bigint AND r.{link.column} IS NULL",
                values,
            )
        else:
            run(_given_back(link.table, of), values)
        run(f"DELETE FROM ledger_binnedrow b WHERE {of}", values)  # noqa: S608


def _given_back(table: str, which: str) -> str:
    return (
        f"INSERT INTO {table} SELECT p.* FROM ledger_binnedrow b,"  # noqa: S608
        f" jsonb_populate_record(NULL::{table}, b.row) p WHERE {which} ORDER BY b.id"
    )


def take_chart(values: Mapping[str, Any]) -> dict[str, int]:
    """Take the chart, journals and years away, those apart that something which stays refers to."""
    taken = {}
    for model in CHART:
        table = model._meta.db_table
        free = " AND ".join(
            f"r.id NOT IN (SELECT c.{link.column} FROM {link.table} c"  # noqa: S608 (idem)
            f" WHERE c.dossier_id = %(dossier)s AND c.{link.column} IS NOT NULL)"
            for link in links_to(model)
            if link.child not in SUMS
        )
        taken[model._meta.model_name or ""] = run(
            _WRITE.format(table=table, column="", which=free or "true"), values
        )
        run(
            f"DELETE FROM {table} r USING ledger_binnedrow b"  # noqa: S608
            " WHERE b.dossier_id = %(dossier)s AND b.job_id = %(job)s AND b.\"column\" = ''"
            f" AND b.table_name = '{table}' AND r.dossier_id = b.dossier_id"
            " AND r.id = (b.row->>'id')::bigint",
            values,
        )
    return taken


def give_chart(values: Mapping[str, Any]) -> None:
    """Give the chart, journals and years of the job `about` back, parents first."""
    for model in reversed(CHART):
        which = (
            "b.dossier_id = %(dossier)s AND b.job_id = %(about)s AND b.\"column\" = ''"
            f" AND b.table_name = '{model._meta.db_table}'"
        )
        run(_given_back(model._meta.db_table, which), values)
        run(f"DELETE FROM ledger_binnedrow b WHERE {which}", values)  # noqa: S608


def end_imports(values: Mapping[str, Any]) -> int:
    """The files whose books go are undone; what they were is written down."""
    which = "r.state = 'imported'"
    ended = run(_WRITE.format(table="ledger_fecimport", column="state", which=which), values)
    run(
        "UPDATE ledger_fecimport r SET state = 'undone', undone_at = %(now)s"  # noqa: S608 (ours)
        f" WHERE r.dossier_id = %(dossier)s AND {which}",
        values,
    )
    return ended


def resume_imports(values: Mapping[str, Any]) -> None:
    """The files are imported again, their texts to be made anew."""
    of = (
        "b.dossier_id = %(dossier)s AND b.job_id = %(about)s"
        " AND b.table_name = 'ledger_fecimport' AND b.\"column\" = 'state'"
    )
    run(
        "UPDATE ledger_fecimport r SET state = 'imported', undone_at = NULL,"  # noqa: S608 (ours)
        " searchable_at = NULL"
        f" FROM ledger_binnedrow b WHERE {of} AND r.dossier_id = b.dossier_id"
        " AND r.id = (b.row->>'id')::bigint",
        values,
    )
    run(f"DELETE FROM ledger_binnedrow b WHERE {of}", values)  # noqa: S608
