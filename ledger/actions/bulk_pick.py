"""What a bulk job is about: the selection, and its rows picked into temporary tables.

`b_items` holds each invoice, transaction or entry that was met, with the reason why it is left
alone (NULL: it goes); `b_entries` the entries that go, each with all that points to it.  The
preview, the archive and the work pick by the same SQL, and compare their marks.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass
from typing import Any

from django.db import connection

from clients.models import Dossier
from ledger.actions.scripts import run_script
from ledger.models import JobRow
from ledger.queries.planner import meet_by

OPERATIONS = ("archive", "restore", "delete", "reset")
KINDS = ("purchases", "sales", "bank", "entries")
DIRECTIONS = {"purchases": "purchase", "sales": "sale"}
# Why a row is left alone.
REASONS = {
    "fec": "issue du FEC",
    "issued": "facture émise : faites un avoir",
    "validated": "écriture validée : passez une contre-passation",
    "vat_return": "écriture d’une déclaration de TVA : retirez-la depuis la déclaration",
    "closed": "exercice clos",
    "year_locked": "exercice verrouillé",
    "locked": "période verrouillée",
    "archived": "déjà archivé",
    "live": "non archivé",
    "changed": "modifié depuis",
}
FEW = 1000
_MARK = """
SELECT md5(concat_ws('|', count(*), sum(amount), sum(hashtextextended(
    concat_ws(',', what, id, entry_id, booking, amount, reason), 0)::numeric),
    (SELECT concat_ws(',', count(*), sum(debit), sum(line_count)) FROM b_entries)))
FROM b_items
"""


@dataclass(frozen=True)
class Selection:
    """What to work on; both days are included, empty lists mean all, ids go before the rest."""

    operation: str
    since: dt.date | None = None
    until: dt.date | None = None
    kinds: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    bank_accounts: tuple[int, ...] = ()
    journals: tuple[int, ...] = ()
    include_fec: bool = False
    invoices: tuple[int, ...] = ()
    transactions: tuple[int, ...] = ()
    entries: tuple[int, ...] = ()

    @property
    def by_ids(self) -> bool:
        """Whether rows are named one by one."""
        return bool(self.invoices or self.transactions or self.entries)

    @property
    def needs_word(self) -> bool:
        """Whether the dossier's short name must be typed: deletion, reset, and what is a file's."""
        is_final = self.operation in {"delete", "reset"}
        return is_final or (self.operation == "archive" and self.include_fec)

    def as_params(self) -> dict[str, Any]:
        """As a job keeps it."""
        return {
            name: value.isoformat() if isinstance(value, dt.date) else value
            for name, value in asdict(self).items()
        }

    @classmethod
    def of(cls, params: dict[str, Any]) -> Selection:
        """From what a job keeps."""
        days: dict[str, Any] = {
            name: dt.date.fromisoformat(params[name]) if params.get(name) else None
            for name in ("since", "until")
        }
        lists: dict[str, Any] = {
            name: tuple(params.get(name) or ())
            for name in ("kinds", "sources", "bank_accounts", "journals", "invoices",
                         "transactions", "entries")
        }  # fmt: skip
        return cls(
            operation=params["operation"], include_fec=bool(params.get("include_fec")),
            **days, **lists,
        )  # fmt: skip


def pick(dossier: Dossier, selection: Selection) -> dict[str, Any]:
    """Pick the rows of a selection into the temporary tables; answers the values of the scripts."""
    values = _values(dossier, selection)
    meet_by(hashes=not selection.by_ids)
    script = {"restore": "bulk_pick_archived", "reset": "bulk_pick_all"}
    run_script(script.get(selection.operation, "bulk_pick_live"), values)
    is_back = selection.operation == "restore"
    run_script("bulk_entries_back" if is_back else "bulk_entries", values)
    return values


def pick_job(dossier: Dossier, about: int, *, back: str) -> dict[str, Any]:
    """Pick the rows that taking a job back is about; `back` is the operation of that job."""
    values = {"dossier": dossier.id, "about": about, "back": back, "locked": locked_until(dossier)}
    meet_by(hashes=JobRow.objects.filter(job_id=about)[FEW : FEW + 1].exists())
    run_script("bulk_pick_job", values)
    run_script("bulk_entries" if back == "restore" else "bulk_entries_back", values)
    return values


def mark() -> str:
    """A digest of what was picked: another one means that something has changed."""
    with connection.cursor() as cursor:
        cursor.execute(_MARK)
        found: str = cursor.fetchone()[0]
    return found


def _values(dossier: Dossier, selection: Selection) -> dict[str, Any]:
    kinds = selection.kinds or KINDS[:3]
    sources = [*selection.sources, *(["fec"] if selection.include_fec else [])]
    return {
        "dossier": dossier.id,
        "op": selection.operation,
        "locked": locked_until(dossier),
        "since": selection.since,
        "until": selection.until,
        "by_ids": selection.by_ids,
        "invoices": list(selection.invoices),
        "transactions": list(selection.transactions),
        "entries": list(selection.entries),
        "directions": [DIRECTIONS[kind] for kind in kinds if kind in DIRECTIONS],
        "with_bank": "bank" in kinds,
        "with_entries": "entries" in kinds,
        "sources": sources,
        "any_source": not selection.sources,
        "bank_accounts": list(selection.bank_accounts),
        "any_account": not selection.bank_accounts,
        "journals": list(selection.journals),
        "any_journal": not selection.journals,
        "include_fec": selection.include_fec,
        "only_archived": selection.operation == "delete" and selection.by_ids,
    }


def locked_until(dossier: Dossier) -> dt.date | None:
    """The last day that is locked for the person in scope; None when nothing stops him."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT max(until) FROM app_lock_dates() WHERE dossier = %s AND pass = ''",
            (dossier.id,),
        )
        found: dt.date | None = cursor.fetchone()[0]
    return found
