"""What the rules say of a FEC that was just written: both verdicts and what they rest on."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from firm.formats import amount, integer
from ledger.fec.check import check_file
from ledger.fec.findings import CATALOGUE

SEVERITIES = {"error": "Erreur", "warning": "Avertissement", "info": "Remarque"}
ACCOUNTING = {
    "accept": "acceptée",
    "accept_with_warnings": "acceptée avec des avertissements",
    "reject": "refusée",
}
MOST = 20


@dataclass(frozen=True, slots=True)
class Point:
    """One rule that found something: how often, and its first findings as (line, message)."""

    code: str
    title: str
    severity: str
    count: int
    first: tuple[tuple[int | None, str], ...]

    @property
    def severity_label(self) -> str:
        """« Erreur », « Avertissement », « Remarque »."""
        return SEVERITIES[self.severity]


@dataclass(frozen=True, slots=True)
class Control:
    """The answer of the check; `debit` and `credit` are integer cents."""

    file_name: str
    structure: str
    accounting: str
    lines: int
    entries: int
    debit: int
    credit: int
    points: tuple[Point, ...]

    @property
    def accounting_label(self) -> str:
        """« acceptée », « refusée »."""
        return ACCOUNTING[self.accounting]

    def count(self, severity: str) -> int:
        """How many findings of a severity."""
        return sum(point.count for point in self.points if point.severity == severity)


def control_of(fec: Path) -> Control:
    """Check a file by the same rules as one that comes in."""
    report = check_file(fec, name=fec.name)
    with report.findings:
        order = list(SEVERITIES)
        points = [
            Point(
                code,
                CATALOGUE[code].title,
                CATALOGUE[code].severity,
                count,
                tuple((one.line, one.message) for one in report.findings.first(code, MOST)),
            )
            for code, count in sorted(report.findings.counts.items())
        ]
        points.sort(key=lambda one: order.index(one.severity))
        return Control(
            fec.name, report.structure, report.accounting, report.lines, report.entries,
            report.debit, report.credit, tuple(points),
        )  # fmt: skip


def control_text(control: Control) -> str:
    """The report as plain text, lines ended by CR LF."""
    lines = [
        f"Contrôle de {control.file_name}",
        "",
        f"Structure (au sens de Test Compta Demat) : {control.structure}",
        f"Verdict comptable : {control.accounting_label}",
        f"Lignes : {integer(control.lines)} ; écritures : {integer(control.entries)}",
        f"Débit : {amount(control.debit)} ; crédit : {amount(control.credit)}",
        "",
    ]
    for point in control.points:
        lines.append(
            f"{point.severity_label} : {point.title} ({point.code}) : {integer(point.count)}"
        )
        lines += [f"    ligne {line or '—'} : {message}" for line, message in point.first]
    return "\r\n".join(lines) + "\r\n"
