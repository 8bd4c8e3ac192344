"""What the rules compare with: dated values (`data/thresholds.yaml`), shown beside each rule."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import yaml

from ledger.anomalies.catalogue import DATA
from ledger.fec.wording import comma, counted, euros, grouped, typographic

# Legal rates in 1/100 per cent, Corsica and overseas included; the last is the part of the standard
# one that may be deducted on the fuel of passenger cars, 80 % (CGI 298-4-1°).
RATES: Final = (2000, 1000, 550, 210, 850, 1300, 175, 105, 90, 1600)
FORMER_RATES: Final = (1960, 700)  # before 2014


@dataclass(frozen=True, slots=True)
class Threshold:
    """One value in force on a day; its unit says how it reads."""

    code: str
    label: str
    unit: str
    source: str
    value: int

    @property
    def text(self) -> str:
        """The value as a reader wants it, « 500,00 € », « 60 jours »."""
        shown = {
            "cents": euros(self.value),
            "days": counted(self.value, "jour"),
            "percent": f"{self.value}\u00a0%",
            "rate": f"{comma(self.value)}\u00a0%",
            "permille": f"{comma(self.value * 10)}\u00a0%",
            "chars": counted(self.value, "caractère"),
        }
        return shown.get(self.unit) or grouped(self.value)


@cache
def thresholds(day: dt.date) -> dict[str, Threshold]:
    """Every threshold as it stands on a day."""
    held: dict[str, dict[str, Any]] = yaml.safe_load(
        (DATA / "thresholds.yaml").read_text(encoding="utf-8")
    )
    return {
        code: Threshold(
            code, typographic(one["label"]), one["unit"], typographic(one.get("source", "")),
            one["values"][max(since for since in one["values"] if since <= day)],
        )
        for code, one in held.items()
    }  # fmt: skip


def legal_rates(day: dt.date) -> list[int]:
    """The VAT rates that an entry of a year may bear, in 1/100 per cent."""
    return [*RATES, *(FORMER_RATES if day < dt.date(2015, 12, 31) else ())]
