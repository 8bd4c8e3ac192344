"""One asset as its page shows it: every year of its plan, and what was written of each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from clients.models import Dossier
from ledger.assets.accounts import exit_account
from ledger.assets.days import Span, spans_over
from ledger.assets.plan import DECLINING, Charge, by_month, declining_rate
from ledger.models import FixedAsset
from ledger.queries.asset_plans import (
    DEPRECIATION,
    DEROGATORY,
    Held,
    Plan,
    plan_of,
    spans_of,
    written,
)
from ledger.queries.years import Year


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A year of the plan: cents of the economic charge, of the fiscal one, of account 145.

    `written` is what entries of the year say; `is_known` whether the dossier has opened the year.
    """

    span: Span
    charge: Charge | None
    fiscal: int
    move: int
    derogatory: int
    written: int
    written_derogatory: int
    entries: tuple[int, ...]
    months: Sequence[tuple[dt.date, int]]
    is_known: bool
    residual: int

    @property
    def net(self) -> int:
        """What it is worth in the books at the end of the year."""
        return self.charge.rest + self.residual if self.charge else 0

    @property
    def cents(self) -> int:
        """The economic charge."""
        return self.charge.cents if self.charge else 0

    @property
    def is_written(self) -> bool:
        """Whether entries say what the plan says."""
        return self.written == self.cents and self.written_derogatory == self.move


@dataclass(frozen=True)
class Detail:
    """The plan with its totals; `proceeds` is the account of the invoice of its sale."""

    rows: Sequence[PlanRow]
    total: int
    written: int
    has_fiscal: bool
    rate: str
    net: int | None
    result: int | None
    proceeds: str

    @property
    def gain(self) -> int:
        """The result of the exit without its sign."""
        return abs(self.result or 0)


def detail_of(dossier: Dossier, asset: FixedAsset, years: Sequence[Year]) -> Detail:
    """The whole plan of an asset, in one query."""
    known = spans_of(years)
    plan = plan_of(asset, known)
    held = written(dossier, asset.id).get(asset.id) or Held()
    rows = _rows(asset, plan, known, held)
    net, result, proceeds = None, None, ""
    if asset.disposed_on:
        left = plan.economic[-1].rest if plan.economic else asset.cost - asset.residual
        if not plan.economic:
            left = asset.cost - asset.residual - asset.opening_depreciation
        net = left + asset.residual
        result = (asset.disposal_price or 0) - net
        span = spans_over(known, asset.disposed_on, asset.disposed_on)[0]
        proceeds = exit_account(asset.account, span.start, "proceeds")
    return Detail(
        rows, sum(row.cents for row in rows), sum(row.written for row in rows),
        bool(asset.fiscal_method), _rate(asset), net, result, proceeds,
    )  # fmt: skip


def _rows(asset: FixedAsset, plan: Plan, known: Sequence[Span], held: Held) -> list[PlanRow]:
    economic = {charge.span: charge for charge in plan.economic}
    fiscal = {charge.span: charge.cents for charge in plan.fiscal}
    moves = {moved.span: moved for moved in plan.movements}
    days = [row.on for row in held.rows]
    apart = {spans_over(known, day, day)[0] for day in days}
    found, balance = [], asset.opening_derogatory
    for span in sorted({*economic, *fiscal, *moves, *apart}):
        move = moves.get(span)
        balance = move.balance if move else balance
        charge = economic.get(span)
        found.append(
            PlanRow(
                span, charge, fiscal.get(span, 0), move.cents if move else 0, balance,
                held.within(span, DEPRECIATION), held.within(span, DEROGATORY),
                tuple(sorted({
                    row.entry_id for row in held.rows if span.start <= row.on <= span.end
                })),
                by_month(charge, until=asset.disposed_on) if charge else (),
                span in known, asset.residual,
            )
        )  # fmt: skip
    return found


def _rate(asset: FixedAsset) -> str:
    """« 20 % », « 35 % »: of a year."""
    if not asset.months:
        return ""
    if asset.method == DECLINING:
        value = float(declining_rate(asset.months)) * 100
    else:
        value = 1200 / asset.months
    return f"{value:.2f}".rstrip("0").rstrip(".").replace(".", ",") + "\u00a0%"
