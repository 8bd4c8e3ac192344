"""What stands between a year and its closing, and what the closing would do."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from clients.models import Dossier
from firm.formats import amount, date_fr, plural
from ledger.models import FiscalYear
from ledger.queries import openings

_DRAFTS = """
SELECT count(*), count(*) FILTER (WHERE fec_import_id IS NOT NULL),
    md5(concat_ws('|', count(*), sum(debit), sum(id)))
FROM ledger_entry WHERE dossier_id = %s AND fiscal_year_id = %s AND state = 'draft'
"""
_WAITING = """
SELECT substr(a.number, 1, 3), sum(s.debit - s.credit)::bigint FROM ledger_accountmonth s
JOIN ledger_account a ON a.dossier_id = s.dossier_id AND a.id = s.account_id
WHERE s.dossier_id = %s AND s.fiscal_year_id = %s AND a.number ~ '^(47[12]|58)'
GROUP BY 1 HAVING sum(s.debit - s.credit) <> 0 ORDER BY 1
"""
_PIECES = """
SELECT (SELECT count(*) FROM ledger_invoice WHERE dossier_id = %(dossier)s
          AND booking = 'to_process' AND state <> 'cancelled' AND type IN ('invoice', 'credit_note')
          AND issue_date BETWEEN %(start)s AND %(end)s),
    (SELECT count(*) FROM ledger_banktransaction WHERE dossier_id = %(dossier)s
       AND booking = 'to_process' AND date BETWEEN %(start)s AND %(end)s)
"""


@dataclass(frozen=True)
class Closing:
    """What a closing would do: `stops` forbid it, `warnings` are to be read.

    `lines` and `items` of the opening entry: all, and those that are one open item each.
    """

    drafts: int
    imported: int
    result: int
    lines: int
    items: int
    carried: int
    opens_next: bool
    keeps_openings: bool
    stops: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    differences: list[openings.Difference] = field(default_factory=list)
    mark: str = ""

    @property
    def needs_reason(self) -> bool:
        """Whether the opening entries of a file differ from this closing: somebody says why."""
        return bool(self.differences)

    def as_json(self) -> dict[str, Any]:
        """As a job keeps it."""
        names = ("drafts", "imported", "result", "lines", "items", "carried", "opens_next",
                 "keeps_openings", "stops", "warnings", "mark")  # fmt: skip
        held = {name: getattr(self, name) for name in names}
        return held | {"differences": [list(row) for row in self.differences]}


def foresee_closing(dossier: Dossier, year: FiscalYear) -> Closing:
    """Look at a year before it is closed; a constant number of queries."""
    with connection.cursor() as cursor:
        cursor.execute(_DRAFTS, (dossier.id, year.id))
        drafts, imported, mark = cursor.fetchone()
        cursor.execute(_WAITING, (dossier.id, year.id))
        waiting = cursor.fetchall()
        cursor.execute(_PIECES, {"dossier": dossier.id, "start": year.start, "end": year.end})
        invoices, moves = cursor.fetchone()
    rows, after = openings.carried(year), openings.next_year(year)
    result = openings.result_of(year)
    differ = []
    if after.year and after.has_others:
        differ = openings.differences(year, after.year)
    return Closing(
        drafts=drafts, imported=imported, result=result,
        lines=len(rows) + bool(result), items=sum(row.third_party_id is not None for row in rows),
        carried=sum(row.cents for row in rows if row.cents > 0),
        opens_next=after.year is None, keeps_openings=after.has_others,
        stops=list(_stops(dossier, year, after)),
        warnings=[*_warnings(waiting, invoices, moves)], differences=differ,
        mark=f"{mark}:{sum(row.cents for row in rows)}:{len(rows)}:{result}",
    )  # fmt: skip


def _stops(dossier: Dossier, year: FiscalYear, after: openings.NextYear) -> list[str]:
    found = []
    if year.state == FiscalYear.State.CLOSED:
        found.append("Cet exercice est déjà clos : un exercice clos ne se rouvre pas.")
    if year.state == FiscalYear.State.LOCKED:
        found.append("Cet exercice est verrouillé : déverrouillez-le pour le clôturer.")
    earlier = FiscalYear.objects.filter(dossier=dossier, end__lt=year.start)
    if before := earlier.exclude(state=FiscalYear.State.CLOSED).order_by("end").first():
        found.append(
            f"L’exercice du {date_fr(before.start)} au {date_fr(before.end)} n’est pas clos :"
            " les exercices se clôturent dans l’ordre."
        )
    if after.year and after.year.state == FiscalYear.State.LOCKED:
        found.append("L’exercice suivant est verrouillé : il ne peut recevoir les à-nouveaux.")
    return found


def _warnings(waiting: list[tuple[str, int]], invoices: int, moves: int) -> list[str]:
    found = [
        f"Le compte {root} n’est pas soldé : {amount(abs(cents))} au"
        f" {'débit' if cents > 0 else 'crédit'}."
        for root, cents in waiting
    ]
    if invoices:
        found.append(f"{plural(invoices, 'facture')} de l’exercice à comptabiliser.")
    if moves:
        counted = plural(moves, "opération bancaire", "opérations bancaires")
        found.append(f"{counted} de l’exercice à traiter.")
    return found
