"""The register of fixed assets: its list in a year, its totals, and its tie with the ledger."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q

from clients.models import Dossier
from ledger.assets.days import Span
from ledger.models import Account, FixedAsset
from ledger.queries.asset_lines import Pending
from ledger.queries.asset_plans import Held, Standing, spans_of, standing, written
from ledger.queries.asset_takeover import as_the_ledger_says
from ledger.queries.balances import trial_balance
from ledger.queries.years import Year, period

STATES = ("", "en-service", "amorties", "sorties", "a-ecrire")
SORTS = {
    "compte": lambda row: (row.asset.account, row.asset.acquired_on, row.asset.id),
    "libelle": lambda row: (row.asset.label.casefold(), row.asset.id),
    "date": lambda row: (row.asset.acquired_on, row.asset.id),
    "brut": lambda row: (row.gross, row.asset.id),
    "vnc": lambda row: (row.net, row.asset.id),
}


@dataclass(frozen=True)
class AssetFilters:
    """What to show: words, the root of the account, a state of `STATES`, and the order."""

    search: str = ""
    account: str = ""
    state: str = ""
    sort: str = "compte"


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums of standings, in cents."""

    count: int
    gross: int
    before: int
    charge: int
    accumulated: int
    net: int
    derogatory: int
    due: int

    @classmethod
    def of(cls, rows: Sequence[Standing]) -> Totals:
        """The sums of these."""
        return cls(
            len(rows), sum(row.gross for row in rows), sum(row.before for row in rows),
            sum(row.charge for row in rows), sum(row.accumulated for row in rows),
            sum(row.net for row in rows), sum(row.derogatory for row in rows),
            sum(row.due for row in rows),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tie:
    """An account of the ledger beside the register, both at the end of the year.

    `register` and `ledger` are in the account's sense; `pending` are lines of it that no asset has
    taken yet, `unwritten` the charges of the plan that no entry has written.
    """

    account: str
    label: str
    register: int
    ledger: int
    pending: int = 0
    unwritten: int = 0

    @property
    def gap(self) -> int:
        """Ledger less register: 0 when they agree."""
        return self.ledger - self.register

    @property
    def unexplained(self) -> int:
        """What neither pending lines nor unwritten charges explain."""
        return self.gap - self.pending


def every_standing(dossier: Dossier, span: Span, years: Sequence[Year]) -> list[Standing]:
    """Every asset held at some moment of the year, by account, in three queries at most."""
    assets = FixedAsset.objects.filter(dossier=dossier, acquired_on__lte=span.end).filter(
        Q(disposed_on=None) | Q(disposed_on__gte=span.start)
    )
    known, held = spans_of(years), written(dossier)
    rows = [
        standing(asset, span, known, held.get(asset.id) or Held())
        for asset in assets.order_by("account", "acquired_on", "id")
    ]
    return as_the_ledger_says(dossier, span, years, rows)


def wanted(rows: Iterable[Standing], filters: AssetFilters) -> list[Standing]:
    """Those that the filters let through, in their order."""
    words = filters.search.casefold().split()
    kept = [
        row
        for row in rows
        if row.asset.account.startswith(filters.account)
        and _is_in(row, filters.state)
        and all(word in _texts(row.asset) for word in words)
    ]
    name = filters.sort.lstrip("-")
    kept.sort(key=SORTS.get(name, SORTS["compte"]), reverse=filters.sort.startswith("-"))
    return kept


def _texts(asset: FixedAsset) -> str:
    return " ".join((asset.label, asset.code, asset.supplier, asset.account)).casefold()


def _is_in(row: Standing, state: str) -> bool:
    if state == "sorties":
        return bool(row.left)
    if state == "a-ecrire":
        return row.is_due
    is_over = bool(row.asset.months) and row.net <= row.asset.residual
    if state == "amorties":
        return not row.left and is_over
    return not row.left and not is_over if state == "en-service" else True


def after(rows: Sequence[Standing], cursor: str, limit: int) -> tuple[list[Standing], str]:
    """The rows that follow the one whose id is `cursor`, and the next cursor or nothing."""
    at = next((n for n, row in enumerate(rows, 1) if str(row.asset.id) == cursor), 0)
    page = list(rows[at : at + limit])
    return page, str(page[-1].asset.id) if page and at + limit < len(rows) else ""


def ties(
    dossier: Dossier, span: Span, years: Sequence[Year], rows: Sequence[Standing],
    pending: Sequence[Pending],
) -> list[Tie]:  # fmt: skip
    """Accounts 20 to 27 and 28 at the end of the year, against the register; one query."""
    held: defaultdict[str, int] = defaultdict(int)
    unwritten: defaultdict[str, int] = defaultdict(int)
    waiting: defaultdict[str, int] = defaultdict(int)
    for row in rows:
        held[row.asset.account] += row.gross
        if row.asset.depreciation_account:
            held[row.asset.depreciation_account] += row.written_total
            unwritten[row.asset.depreciation_account] += row.due
    for line in pending:
        if line.date <= span.end:
            waiting[line.account] += line.cents
    balances = {
        row.account: (row.label, row.sums.closing)
        for row in trial_balance(dossier, period(years, span.start, span.end))
        if row.account[:1] == "2" and row.account[:2] != "29"
    }
    labels = _labels({*held} - {*balances})
    found = []
    for number in sorted({*held, *balances}):
        label, closing = balances.get(number, (labels.get(number, ""), 0))
        found.append(
            Tie(
                number, label, held[number], -closing if number.startswith("28") else closing,
                waiting[number], unwritten[number],
            )
        )  # fmt: skip
    return [tie for tie in found if tie.register or tie.ledger]


def _labels(numbers: set[str]) -> dict[str, str]:
    if not numbers:
        return {}
    return dict(Account.objects.filter(number__in=numbers).values_list("number", "label"))
