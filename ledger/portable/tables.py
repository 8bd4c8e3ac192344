"""Which tables an archive holds, in which order, and what their columns point to."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

from django.apps import apps
from django.conf import settings

from firm.tenancy import TenantForeignKey, TenantManager

# What is made anew where the dossier arrives, or has no sense there: jobs and what they take back,
# and the links to a bank, whose keys never leave the installation.
LEFT_OUT = frozenset({
    "clients.dossierstats", "clients.dossiermerge", "clients.lockexception",
    "clients.plansubscription", "firm.jobitem", "ledger.bankalert", "ledger.bankconnection",
    "ledger.binnedbanktransaction", "ledger.binnedentry", "ledger.binnedentryline",
    "ledger.binnedinvoice", "ledger.binnedinvoiceline", "ledger.binnedlettering",
    "ledger.binnedrow", "ledger.entrytext", "ledger.jobrow", "ledger.letteringproposal",
    "ledger.sealedarchive", "ledger.unletteredline",
})  # fmt: skip
# A pair of ids whose table depends on another column of the row.
PAIRS = {"ledger.duplicateflag": ("first_id", "second_id")}
PAIRED = {"ledger.duplicateflag": ("ledger.invoice", "ledger.banktransaction")}
# Ids that are no keys: they follow what they name, and are emptied when it is not in the archive.
LOOSE = {
    "ledger.anomalydismissal": {"entry_id": "ledger.entry"},
    "ledger.assetcharge": {"entry_id": "ledger.entry"},
    "ledger.cutoff": {"source_entry_id": "ledger.entry"},
    "ledger.cutoffwriting": {"entry_id": "ledger.entry", "reversal_id": "ledger.entry"},
    "ledger.fixedasset": {"exit_entry_id": "ledger.entry", "source_entry_id": "ledger.entry"},
}
# Written with these values, and given their own once the rows below them are there.
LATER = {"ledger.entry": ("state", "draft"), "ledger.fiscalyear": ("state", "open")}

# The planner takes a table filled since its last vacuum for an empty one, and loops over joins.
FRESH_STATISTICS = """SELECT app_analyze('ledger_entry'), app_analyze('ledger_entryline'),
    app_analyze('ledger_invoice'), app_analyze('ledger_lettering'),
    app_analyze('ledger_thirdparty')"""


class Table(NamedTuple):
    """One table: its columns, those that point to another of them, those that are emptied.

    `told` are ids without key that are never empty.
    """

    label: str
    name: str
    columns: tuple[str, ...]
    has_id: bool
    keys: dict[str, str]
    emptied: frozenset[str]
    told: frozenset[str] = frozenset()

    @property
    def path(self) -> str:
        """Its file below the archive's folder of rows."""
        return f"{self.label}.jsonl"


def business_models() -> Iterator[Any]:
    """Every model whose rows are behind a dossier's wall."""
    for model in apps.get_models():
        names = {field.attname for field in model._meta.local_fields}
        if isinstance(model._default_manager, TenantManager) and "dossier_id" in names:
            yield model


def in_order(models: list[Any]) -> list[Any]:
    """Models so that each comes after those that its keys point to.

    Raises:
        ValueError: two tables point to each other.
    """
    left, out = {model: _parents(model) & set(models) for model in models}, []
    while left:
        free = [model for model, parents in left.items() if not parents]
        if not free:
            raise ValueError(f"Keys run in a circle between {sorted(map(str, left))}.")
        out += free
        left = {model: parents - set(free) for model, parents in left.items() if model not in free}
    return out


@cache
def portable_tables() -> tuple[Table, ...]:
    """The tables of an archive, parents first."""
    kept = [model for model in business_models() if model._meta.label_lower not in LEFT_OUT]
    return tuple(_table(model, set(kept)) for model in in_order(kept))


def _parents(model: Any) -> set[Any]:
    keys = (f for f in model._meta.local_fields if isinstance(f, TenantForeignKey))
    paired = {apps.get_model(name) for name in PAIRED.get(model._meta.label_lower, ())}
    loose = {apps.get_model(name) for name in LOOSE.get(model._meta.label_lower, {}).values()}
    return {field.remote_field.model for field in keys} - {model} | paired | loose


def _table(model: Any, kept: set[Any]) -> Table:
    meta = model._meta
    fields = [field for field in meta.local_fields if field.column]
    keys = {
        field.column: field.remote_field.model._meta.db_table
        for field in fields
        if isinstance(field, TenantForeignKey) and field.remote_field.model in kept
    }
    loose = LOOSE.get(meta.label_lower, {})
    keys |= {column: apps.get_model(name)._meta.db_table for column, name in loose.items()}
    return Table(
        label=meta.label_lower, name=meta.db_table,
        columns=tuple(field.column for field in fields),
        has_id=any(field.column == "id" for field in fields),
        keys=keys, emptied=frozenset(f.column for f in fields if _is_foreign(f)),
        told=frozenset(f.column for f in fields if f.column in loose and not f.null),
    )  # fmt: skip


def _is_foreign(field: Any) -> bool:
    """People or a job of the installation that made the archive: unknown elsewhere."""
    target = getattr(field.remote_field, "model", None)
    if target is not None and target._meta.label == settings.AUTH_USER_MODEL:
        return bool(field.null)
    name = field.column
    return bool(field.null) and (
        name.endswith("_by") or name in {"job_id", "previous", "searchable_at"}
    )
