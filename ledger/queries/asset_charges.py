"""The charges of a year that remain to be written, as entries; and those written, by batch."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db import connection

from clients.models import Dossier
from ledger.assets.accounts import read
from ledger.assets.days import Span
from ledger.queries.asset_accounts import Chart
from ledger.queries.asset_plans import DEPRECIATION, DEROGATORY, Standing
from ledger.queries.assets import every_standing
from ledger.queries.posting_accounts import Chosen
from ledger.queries.years import Year

BY_ACCOUNT, BY_ASSET = "compte", "fiche"
GROUPINGS = {BY_ACCOUNT: "par compte", BY_ASSET: "par fiche"}

_BATCHES = """
SELECT c.batch, c."on", count(DISTINCT c.asset_id), count(DISTINCT c.entry_id),
    coalesce(sum(c.amount) FILTER (WHERE c.kind = 'depreciation'), 0)::bigint,
    coalesce(sum(c.amount) FILTER (WHERE c.kind = 'derogatory'), 0)::bigint, min(c.created_at),
    bool_or(e.state <> 'draft')
FROM ledger_assetcharge c
JOIN ledger_fixedasset f ON f.dossier_id = c.dossier_id AND f.id = c.asset_id
JOIN ledger_entry e ON e.dossier_id = c.dossier_id AND e.id = c.entry_id
WHERE c.dossier_id = %s AND c."on" BETWEEN %s AND %s AND f.exit_batch IS DISTINCT FROM c.batch
GROUP BY 1, 2 ORDER BY 7 DESC
"""


@dataclass(frozen=True, slots=True)
class Part:
    """What an entry writes of an asset: signed cents, negative when taken back."""

    asset_id: int
    label: str
    kind: str
    cents: int


@dataclass
class Drafted:
    """An entry to write: its label, its lines as (account, signed cents), what it stands for."""

    label: str
    date: dt.date
    lines: list[tuple[Chosen, int]] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)

    @property
    def total(self) -> int:
        """One side, in cents."""
        return sum(cents for _account, cents in self.lines if cents > 0)

    @property
    def rows(self) -> list[tuple[Chosen, int, int]]:
        """Lines as (account, debit, credit)."""
        return [(account, max(cents, 0), max(-cents, 0)) for account, cents in self.lines]


@dataclass(frozen=True, slots=True)
class Batch:
    """Charges written together; cents by kind."""

    id: uuid.UUID
    on: dt.date
    assets: int
    entries: int
    depreciation: int
    derogatory: int
    at: dt.datetime
    is_final: bool


def due_standings(dossier: Dossier, span: Span, years: Sequence[Year]) -> list[Standing]:
    """Assets of which the year's charge is not written, or not as the plan says; two queries.

    What has left in the year is written with its exit.
    """
    return [row for row in every_standing(dossier, span, years) if row.is_due and not row.left]


def drafted(
    rows: Iterable[Standing], chart: Chart, *, grouping: str, day: dt.date
) -> list[Drafted]:
    """The entries that write what is due, charges first, then what is taken back."""
    found: dict[tuple[str, str, bool], Drafted] = {}
    for row in rows:
        for kind, cents in ((DEPRECIATION, row.due), (DEROGATORY, row.derogatory_due)):
            if not cents:
                continue
            by_asset = grouping == BY_ASSET
            base = row.asset.charge_account if kind == DEPRECIATION else str(kind)
            key = (base, str(row.asset.id) if by_asset else "", cents > 0)
            draft = found.setdefault(
                key, Drafted(_label(kind, cents, row.asset.label if by_asset else "", day), day)
            )
            draft.parts.append(Part(row.asset.id, row.asset.label, kind, cents))
            draft.lines += lines_of(row, kind, cents, chart)
    for draft in found.values():
        draft.lines = merged(draft.lines)
    return [found[key] for key in sorted(found, key=lambda key: (not key[2], *key))]


def lines_of(row: Standing, kind: str, cents: int, chart: Chart) -> list[tuple[Chosen, int]]:
    """The two lines of a charge; of a derogatory one taken back, income (78725) takes it."""
    if kind == DEPRECIATION:
        charge = chart.chosen(row.asset.charge_account)
        return [(charge, cents), (chart.chosen(row.asset.depreciation_account), -cents)]
    accounts = read()["derogatory"]
    other = chart.of_root(accounts["charge" if cents > 0 else "income"])
    return [(other, cents), (chart.of_root(accounts["balance"]), -cents)]


def merged(lines: Iterable[tuple[Chosen, int]]) -> list[tuple[Chosen, int]]:
    """One line an account: debits first, by number; nil ones left out."""
    sums: defaultdict[str, int] = defaultdict(int)
    accounts: dict[str, Chosen] = {}
    for account, cents in lines:
        sums[account.number] += cents
        accounts[account.number] = account
    kept = sorted((number for number in sums if sums[number]), key=lambda n: (sums[n] < 0, n))
    return [(accounts[number], sums[number]) for number in kept]


def _label(kind: str, cents: int, of: str, day: dt.date) -> str:
    what = {
        (DEPRECIATION, True): "Dotations aux amortissements",
        (DEPRECIATION, False): "Régularisation de dotations aux amortissements",
        (DEROGATORY, True): "Amortissements dérogatoires",
        (DEROGATORY, False): "Reprise d’amortissements dérogatoires",
    }[kind, cents > 0]  # type: ignore[index]
    return f"{what} au {day:%d/%m/%Y}{f' · {of}' if of else ''}"[:500]


def mark(drafts: Sequence[Drafted]) -> str:
    """A digest of what a preview shows: another one means that something has changed."""
    said = [
        (part.asset_id, str(part.kind), part.cents)
        for draft in drafts
        for part in sorted(draft.parts, key=lambda part: (part.asset_id, part.kind))
    ]
    return hashlib.sha256(repr(said).encode()).hexdigest()[:16]


def batches(dossier: Dossier, span: Span) -> list[Batch]:
    """What was written in the year, latest first, without what went with an exit; one query."""
    with connection.cursor() as cursor:
        cursor.execute(_BATCHES, [dossier.id, span.start, span.end])
        return [Batch(*row) for row in cursor.fetchall()]
