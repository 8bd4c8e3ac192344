"""What a check answers: two verdicts, totals, findings, and what an import would create."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, Literal

from ledger.fec.findings import FindingSink, Severity, Structure
from ledger.fec.wording import decimal

Accounting = Literal["accept", "accept_with_warnings", "reject"]

_VERDICTS: Final[dict[Severity | None, Accounting]] = {
    None: "accept",
    "info": "accept",
    "warning": "accept_with_warnings",
    "error": "reject",
}


@dataclass
class Report:
    """The answer of a check; amounts are integer cents.

    `lines`, `entries`, `debit` and `credit` are those of the file as it stands; what an import
    writes is in `summary`.  `balances` maps account numbers to what the import leaves on them,
    debit positive.  Close `findings` when done.
    """

    name: str
    structure: Structure
    accounting: Accounting
    lines: int
    entries: int
    debit: int
    credit: int
    findings: FindingSink
    summary: dict[str, Any]
    year_start: date | None = None
    year_end: date | None = None
    balances: dict[str, int] = field(default_factory=dict)


def accounting_verdict(worst: Severity | None) -> Accounting:
    """`accept` with remarks only, `reject` with one error."""
    return _VERDICTS[worst]


def report_json(report: Report) -> dict[str, Any]:
    """The object that `fec_check --json` prints (interfaces.md); amounts are texts."""
    return {
        "file": report.name,
        "structure": report.structure,
        "accounting": report.accounting,
        "lines": report.lines,
        "entries": report.entries,
        "debit": decimal(report.debit),
        "credit": decimal(report.credit),
        "findings": [
            {
                "code": found.code,
                "severity": found.severity,
                "line": found.line,
                "column": found.column,
                "message": found.message,
                "old": found.old,
                "new": found.new,
            }
            for found in report.findings.iter()
        ],
    }
