"""The plan of an asset over the years of its dossier, and where it stands in one of them.

A standing is what the plan says, beside what entries in the books say of the same year: their
difference is what remains to be written.  Amounts are cents.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from django.db import connection

from clients.models import Dossier
from ledger.assets.days import DAY, Span, spans_over
from ledger.assets.plan import DECLINING, Charge, Movement, Terms, charges, derogatory
from ledger.models import AssetCharge, FixedAsset
from ledger.queries.years import Year

DEPRECIATION, DEROGATORY = AssetCharge.Kind.DEPRECIATION, AssetCharge.Kind.DEROGATORY

_WRITTEN = """
SELECT c.asset_id, c.kind, c."on", c.amount, c.entry_id, c.batch
FROM ledger_assetcharge c
JOIN ledger_entry e ON e.dossier_id = c.dossier_id AND e.id = c.entry_id
WHERE c.dossier_id = %(dossier)s AND (%(asset)s::bigint IS NULL OR c.asset_id = %(asset)s)
ORDER BY c."on", c.id
"""


class Written(NamedTuple):
    """What an entry in the books says of an asset: signed cents on its day."""

    asset_id: int
    kind: str
    on: dt.date
    amount: int
    entry_id: int
    batch: object


@dataclass(frozen=True)
class Plan:
    """The economic plan, the fiscal one (empty when they do not differ), and account 145."""

    economic: Sequence[Charge]
    fiscal: Sequence[Charge] = ()
    movements: Sequence[Movement] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """An asset in one fiscal year.

    `gross` is held at its end, `came` and `left` moved in it; `before` was depreciated when it
    began, `charge` is the plan's for the year, `out` left with the asset; `derogatory_before` and
    `derogatory` are the balances of account 145.  `written*` are what entries of the year say,
    `written_total` all that was written up to its end.
    """

    asset: FixedAsset
    span: Span
    gross_before: int
    came: int
    left: int
    before: int
    charge: int
    out: int
    derogatory_before: int
    derogatory: int
    written: int = 0
    written_derogatory: int = 0
    written_total: int = 0

    @property
    def gross(self) -> int:
        """Held at the end of the year."""
        return self.gross_before + self.came - self.left

    @property
    def accumulated(self) -> int:
        """Depreciated at the end of the year, by the plan."""
        return self.before + self.charge - self.out

    @property
    def net(self) -> int:
        """Net book value at the end of the year, by the plan."""
        return self.gross - self.accumulated

    @property
    def due(self) -> int:
        """The charge that remains to be written; negative when too much was."""
        return self.charge - self.written

    @property
    def derogatory_move(self) -> int:
        """What the year adds to account 145; negative when it takes back."""
        return self.derogatory - self.derogatory_before

    @property
    def derogatory_due(self) -> int:
        """What of it remains to be written."""
        return self.derogatory_move - self.written_derogatory

    @property
    def is_due(self) -> bool:
        """Whether an entry remains to be written."""
        return bool(self.due or self.derogatory_due)


def spans_of(years: Iterable[Year]) -> list[Span]:
    """The fiscal years of a dossier, as plans take them."""
    return sorted(Span(year.start, year.end) for year in years)


def terms_of(asset: FixedAsset, *, tax: bool = False) -> Terms:
    """What the economic plan of an asset is made of, or its fiscal one."""
    method = asset.fiscal_method if tax else asset.method
    months = asset.fiscal_months if tax else asset.months
    start = asset.acquired_on if method == DECLINING else asset.in_service_on
    taken = asset.opening_depreciation + (asset.opening_derogatory if tax else 0)
    if start is None:
        return Terms("none", 0, asset.acquired_on, 0)
    return Terms(
        method, asset.cost - (0 if tax else asset.residual), start, months,
        since=asset.opening_on, taken=taken if asset.opening_on else 0, until=asset.disposed_on,
    )  # fmt: skip


def plan_of(asset: FixedAsset, known: Sequence[Span]) -> Plan:
    """The plan from the takeover on, or from the beginning."""
    economic = charges(terms_of(asset), known)
    if not asset.fiscal_method:
        return Plan(economic)
    tax_terms = terms_of(asset, tax=True)
    fiscal = charges(tax_terms, known)
    gone = asset.disposed_on
    moved = derogatory(
        economic, fiscal, before=asset.opening_derogatory, taken=terms_of(asset).taken,
        tax_taken=tax_terms.taken, leaving=spans_over(known, gone, gone)[0] if gone else None,
    )  # fmt: skip
    return Plan(economic, fiscal, moved)


def as_if_new(asset: FixedAsset, known: Sequence[Span], day: dt.date) -> int:
    """What the economic plan would have depreciated by the end of `day`, without any takeover."""
    terms = replace(terms_of(asset), since=None, taken=0, until=day)
    return sum(charge.cents for charge in charges(terms, known))


@dataclass
class Held:
    """What was written of one asset, by kind."""

    rows: list[Written] = field(default_factory=list)

    def within(self, span: Span, kind: str) -> int:
        """Written in the year."""
        return sum(
            row.amount for row in self.rows if row.kind == kind and span.start <= row.on <= span.end
        )

    def until(self, day: dt.date, kind: str) -> int:
        """Written up to the end of a day."""
        return sum(row.amount for row in self.rows if row.kind == kind and row.on <= day)


def written(dossier: Dossier, asset_id: int | None = None) -> Mapping[int, Held]:
    """What entries in the books say of the assets, or of one, in one query."""
    found: defaultdict[int, Held] = defaultdict(Held)
    with connection.cursor() as cursor:
        cursor.execute(_WRITTEN, {"dossier": dossier.id, "asset": asset_id})
        for row in cursor.fetchall():
            found[row[0]].rows.append(Written(*row))
    return found


def standing(asset: FixedAsset, span: Span, known: Sequence[Span], held: Held) -> Standing:
    """Where an asset stands in a year."""
    gone = asset.disposed_on
    has_left = gone is not None and gone <= span.end
    was_there = asset.acquired_on < span.start
    left = asset.cost if has_left and gone and gone >= span.start else 0
    before, charge = _economic(asset, span, known)
    was, now = _derogatory(asset, span, known)
    opening = asset.opening_on
    total = held.until(span.end, DEPRECIATION)
    if opening and opening <= span.end:
        total += asset.opening_depreciation
    is_taken = opening is not None and span.end <= opening
    return Standing(
        asset, span,
        gross_before=asset.cost if was_there else 0,
        came=0 if was_there else asset.cost,
        left=left,
        before=before, charge=charge, out=before + charge if left else 0,
        derogatory_before=was, derogatory=now,
        written=charge if is_taken else held.within(span, DEPRECIATION),
        written_derogatory=now - was if is_taken else held.within(span, DEROGATORY),
        written_total=0 if has_left and asset.exit_entry_id else total,
    )  # fmt: skip


def _economic(asset: FixedAsset, span: Span, known: Sequence[Span]) -> tuple[int, int]:
    """(accumulated before the year, charge of the year), by the plan."""
    opening = asset.opening_on
    if opening and span.end <= opening:
        before = as_if_new(asset, known, span.start - DAY)
        end = as_if_new(asset, known, span.end)
        if span.end == opening:
            before, end = min(before, asset.opening_depreciation), asset.opening_depreciation
        return before, end - before
    before = asset.opening_depreciation if opening else 0
    for charge in charges(terms_of(asset), known):
        if charge.span.end >= span.start:
            return before, charge.cents if charge.span == span else 0
        before = charge.accumulated
    return before, 0


def _derogatory(asset: FixedAsset, span: Span, known: Sequence[Span]) -> tuple[int, int]:
    """The balance of account 145 before the year and at its end."""
    if not asset.fiscal_method:
        return 0, 0
    opening = asset.opening_on
    if opening and span.end <= opening:
        return asset.opening_derogatory, asset.opening_derogatory
    before = now = asset.opening_derogatory if opening else 0
    for moved in plan_of(asset, known).movements:
        if moved.span.start < span.start:
            before = moved.balance
        if moved.span.start <= span.start:
            now = moved.balance
    return before, now
