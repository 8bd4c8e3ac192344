"""How large the invented firm is, drawn from the number of lines asked for."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Final, Literal

from ledger.fec.generate.sectors import SaleKind, Sector

MINIMUM_LINES: Final = 120

Habit = Literal["rent", "second bank", "loan", "till", "staff", "monthly returns"]

# From how many lines on a firm has a habit, and what it adds to a year.
_HABITS: Final[dict[Habit, tuple[int, int]]] = {
    "rent": (250, 84),
    "second bank": (250, 8),
    "loan": (500, 36),
    "till": (600, 68),
    "staff": (900, 216),
    "monthly returns": (1500, 64),
}

_LINES_PER_CYCLE: Final = 5  # an invoice and its payment
_OTHER_FIXED_LINES: Final = 90
_SAMPLE: Final = 500
_SMALLEST_TURNOVER: Final = 18_000_000  # 180 000 EUR: below, prices grow


def draw_net(kind: SaleKind, price_step: float, quantity_step: float) -> int:
    """Cents before tax of one product line: a price of its range, some pieces of it.

    Both steps lie in [0, 1[.  Only products of them are taken: the same on every machine.
    """
    price = kind.low + int((kind.high - kind.low) * price_step * price_step)
    return (price - price % 10) * (1 + int(12 * quantity_step * quantity_step * quantity_step))


@dataclass(frozen=True, slots=True)
class Plan:
    """What the size decides.  `turnover` is in cents a year; `price_factor` scales the prices."""

    lines: int
    sector: Sector
    turnover: int
    price_factor: int
    sales: int
    purchases: int

    def has(self, habit: Habit) -> bool:
        """Whether the firm is large enough for a habit that fills lines every month."""
        if habit == "till" and self.sector.tills > self.sector.sales:
            return True
        return self.lines >= _HABITS[habit][0]

    @property
    def months_per_return(self) -> int:
        """VAT returns: monthly, quarterly, and one a year for the smallest."""
        if self.has("monthly returns"):
            return 1
        return 3 if self.has("rent") else 12

    @property
    def months_per_bank_fee(self) -> int:
        """Bank fees are monthly, quarterly for the smallest."""
        return 1 if self.has("till") else 3

    @property
    def workplaces(self) -> int:
        """Each has its own pay entries."""
        return 1 + min(11, self.lines // 40_000)

    @property
    def assets_bought(self) -> int:
        """How many fixed assets a year."""
        return min(12, 1 + self.lines // 4_000) if self.has("till") else 0


def plan(sector: Sector, lines: int) -> Plan:
    """The plan of a firm whose file shall have so many lines.

    Raises:
        ValueError: too few lines for an opening, a year and its inventory.
    """
    if lines < MINIMUM_LINES:
        raise ValueError(f"at least {MINIMUM_LINES} lines: {lines}")
    fixed = sum(year for least, year in _HABITS.values() if lines >= least) + _OTHER_FIXED_LINES
    cycles = max(lines - fixed, lines // 4) / _LINES_PER_CYCLE
    sales = max(1, int(cycles * sector.sales))
    tills = cycles * sector.tills
    purchases = max(1, int(cycles * (1 - sector.sales - sector.tills)))
    turnover = int(sales * _average_sale(sector) + tills * sector.till_average)
    factor = max(1, -(-_SMALLEST_TURNOVER // turnover))
    return Plan(lines, sector, turnover * factor, factor, sales, purchases)


def _average_sale(sector: Sector) -> float:
    rng = Random("average sale")  # noqa: S311 (invented books, no secret)
    kinds = [kind for kind in sector.sale_kinds for _ in range(kind.weight)]
    # A third of the invoices has a second product (see sales).
    nets = [
        draw_net(kinds[int(rng.random() * len(kinds))], rng.random(), rng.random())
        for _ in range(_SAMPLE)
    ]
    return 1.33 * sum(nets) / _SAMPLE
