"""The control packs that were made, as the audit trail keeps them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from clients.models import Dossier
from firm.models import AuditEvent, User
from ledger.models import Entry, FiscalYear

MADE = "ledger.fec_pack_made"
MOST = 50


@dataclass(frozen=True, slots=True)
class MadePack:
    """One pack: when, by whom, the verdicts, and (name, role, size, sha256) of its files."""

    at: dt.datetime
    by: str
    year_end: str
    structure: str
    accounting: str
    lines: int
    errors: int
    warnings: int
    is_provisional: bool
    files: list[dict[str, Any]]


def packs(dossier: Dossier, year_end: dt.date | None = None) -> list[MadePack]:
    """The latest packs of a year, or of the dossier, newest first; in two queries."""
    found = AuditEvent.objects.filter(dossier_id=dossier.pk, action=MADE)
    if year_end:
        found = found.filter(details__year_end=year_end.isoformat())
    events = list(found.order_by("-at", "-id")[:MOST])
    people = User.objects.in_bulk({event.user_id or 0 for event in events})
    return [_pack(event, str(people.get(event.user_id or 0, ""))) for event in events]


def undated_count(year: FiscalYear) -> int:
    """Entries that bear no day of validation: the FEC of their year is provisional."""
    return Entry.objects.filter(
        fiscal_year=year, state=Entry.State.DRAFT, file_validated_on=None
    ).count()


def _pack(event: AuditEvent, by: str) -> MadePack:
    told = event.details
    return MadePack(
        event.at, by, told["year_end"], told["structure"], told["accounting"], told["lines"],
        told["errors"], told["warnings"], told["is_provisional"], told["files"],
    )  # fmt: skip
