"""The rules: what each looks for, why, where it is written, what to do (`data/rules.yaml`)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

import yaml

from ledger.fec.wording import typographic

DATA: Final = Path(__file__).parent / "data"
Severity = Literal["error", "warning", "hint"]
Subject = Literal["line", "entry", "account", "third", "year"]

SEVERITIES: Final[dict[Severity, str]] = {
    "error": "Erreur",
    "warning": "Avertissement",
    "hint": "Indice",
}
FAMILIES: Final = {
    "structure": "Tenue",
    "balances": "Soldes",
    "dates": "Dates",
    "vat": "TVA",
    "nature": "Nature",
}


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule.  `subject` is what a hit points to; `uses` are the thresholds it compares with."""

    code: str
    family: str
    title: str
    severity: Severity
    subject: Subject
    why: str
    source: str
    todo: str
    uses: tuple[str, ...]

    @property
    def severity_label(self) -> str:
        """« Erreur », « Avertissement », « Indice »."""
        return SEVERITIES[self.severity]

    @property
    def family_label(self) -> str:
        """« TVA »."""
        return FAMILIES[self.family]


@cache
def rules() -> dict[str, Rule]:
    """Every rule by code, the gravest first, then in the order of the file."""
    order = list(SEVERITIES)
    return {rule.code: rule for rule in sorted(_read(), key=lambda one: order.index(one.severity))}


def _read() -> Iterator[Rule]:
    held = yaml.safe_load((DATA / "rules.yaml").read_text(encoding="utf-8"))
    for family, of_family in held.items():
        for code, one in of_family.items():
            yield _rule(code, family, one)


def _rule(code: str, family: str, one: dict[str, Any]) -> Rule:
    texts = {name: typographic(one[name]) for name in ("title", "why", "source", "todo")}
    return Rule(
        code, family, severity=one["severity"], subject=one["subject"],
        uses=tuple(one.get("uses", ())), **texts,
    )  # fmt: skip
