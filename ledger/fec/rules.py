"""What a rule of the catalogue is: a stable code, its weight, and what it does to the structure.

Two verdicts are drawn from the findings (fec.md): the *accounting* verdict from their severity,
and the *structure* verdict from `Rule.structure`, which says what Test Compta Demat (DGFiP,
1.00.10b) answers to the same fault, whatever we make of the file ourselves.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Severity = Literal["info", "warning", "error"]
Structure = Literal["conforme", "non conforme", "refusé"]

SEVERITIES: tuple[Severity, ...] = ("info", "warning", "error")
STRUCTURES: tuple[Structure, ...] = ("conforme", "non conforme", "refusé")


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of finding.  `title` is a short French noun phrase for lists and filters."""

    code: str
    severity: Severity
    title: str
    structure: Structure = "conforme"

    @property
    def structural(self) -> bool:
        """True when Test Compta Demat does not answer « conforme » to this fault."""
        return self.structure != "conforme"


def catalogue(rules: Iterable[Rule]) -> dict[str, Rule]:
    """The rules by code.

    Raises:
        ValueError: two rules share a code.
    """
    by_code: dict[str, Rule] = {}
    for rule in rules:
        if rule.code in by_code:
            raise ValueError(f"duplicate rule {rule.code}")
        by_code[rule.code] = rule
    return by_code
