"""« Reprise »: what the takeover holds back: in the FEC, missing from it, or doubtful."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db import connection

from clients.models import Dossier
from firm.formats import amount, date_fr
from ledger.models import BankTransaction, Entry, Invoice, ThirdParty
from ledger.queries.gap_sql import CLASSIFIED

PAGE = 100
IN_FEC, MISSING, DOUBTFUL, KEPT = "fec", "absentes", "douteuses", "gardees"
SURE = 90
VERDICTS = (
    (IN_FEC, "Dans le FEC"), (MISSING, "Absentes"), (DOUBTFUL, "Douteuses"), (KEPT, "Gardées"),
)  # fmt: skip


class Found(NamedTuple):
    """One held item beside its likeliest entry; `found` is what that says, in cents."""

    kind: str
    id: int
    day: dt.date
    is_kept: bool
    entry_id: int | None
    posted_on: dt.date | None
    found: int | None
    is_amount: bool
    is_number: bool
    is_party: bool
    apart: int | None
    claim: int | None
    score: int
    is_covered: bool
    third_id: int | None

    @property
    def key(self) -> str:
        """Its name in forms: « f-12 » an invoice, « b-34 » a bank transaction."""
        return f"{'f' if self.kind == 'invoice' else 'b'}-{self.id}"

    @property
    def verdict(self) -> str:
        """Where it is listed."""
        if self.is_kept:
            return KEPT
        if self.score >= SURE and self.claim == 1:
            return IN_FEC
        if self.score or not self.is_covered:
            return DOUBTFUL
        return MISSING


@dataclass
class GapRow:
    """A row of the page: the item, its entry in the FEC, and why."""

    found: Found
    item: Any = None
    entry: Entry | None = None
    third: ThirdParty | None = None
    why: str = ""


@dataclass
class GapPage:
    """Rows of one verdict, oldest first, with the numbers of all."""

    rows: list[GapRow]
    next: str
    total: int
    counts: dict[str, int] = field(default_factory=dict)


def classified(dossier: Dossier) -> list[Found]:
    """Every held item with its likeliest entry, oldest first; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(CLASSIFIED, {"dossier": dossier.id})
        rows = [Found(*row) for row in cursor.fetchall()]
    return sorted(rows, key=lambda row: (row.day, row.kind, row.id))


def gap_page(dossier: Dossier, verdict: str, after: str = "") -> GapPage:
    """One page of a verdict; five queries whatever its length."""
    every = classified(dossier)
    counts = {name: sum(row.verdict == name for row in every) for name, _label in VERDICTS}
    chosen = [row for row in every if row.verdict == verdict]
    start = next((n for n, row in enumerate(chosen, 1) if row.key == after), 0)
    shown = chosen[start : start + PAGE]
    more = shown[-1].key if start + PAGE < len(chosen) else ""
    return GapPage(_with_items(shown), more, len(chosen), counts)


def keys_of(dossier: Dossier, verdict: str) -> list[str]:
    """The keys of every item of a verdict (« Sélectionner les 132 »)."""
    return [row.key for row in classified(dossier) if row.verdict == verdict]


def _with_items(rows: list[Found]) -> list[GapRow]:
    def ids(kind: str) -> list[int]:
        return [row.id for row in rows if row.kind == kind]

    invoices = Invoice.objects.select_related("third_party").in_bulk(ids("invoice"))
    moved = BankTransaction.objects.select_related("bank_account").in_bulk(ids("transaction"))
    entries = Entry.objects.select_related("journal").in_bulk(
        [row.entry_id for row in rows if row.entry_id]
    )
    thirds = ThirdParty.objects.in_bulk([row.third_id for row in rows if row.third_id])
    return [
        GapRow(
            row, (invoices if row.kind == "invoice" else moved).get(row.id),
            entries.get(row.entry_id or 0), thirds.get(row.third_id or 0), why(row),
        )
        for row in rows
    ]  # fmt: skip


def why(row: Found) -> str:
    """Why the item is listed where it is, in French."""
    if not row.score:
        return (
            "Rien de semblable dans le FEC."
            if row.is_covered
            else f"Aucun FEC importé ne couvre le {date_fr(row.day)}."
        )
    same = ["même montant"] if row.is_amount else []
    same += ["même numéro"] if row.is_number else []
    if row.kind == "invoice":
        same += ["même tiers"] if row.is_party else []
    else:
        same += ["libellés proches"] if row.is_party else []
    said = ", ".join(same).capitalize()
    if row.apart == 0:
        said += ", même date"
    elif row.apart is not None:
        said += f", à {row.apart} {'jour' if row.apart == 1 else 'jours'}"
    if not row.is_amount and row.found is not None:
        said += f" ; le FEC porte {amount(abs(row.found))}"
    if row.claim and row.claim > 1:
        said += " ; une autre pièce correspond mieux à cette écriture"
    return said + "."
