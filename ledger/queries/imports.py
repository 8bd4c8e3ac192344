"""Imports of a dossier: the list, one import, its findings, what confirming it would create."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from django.db.models import Q, Sum

from ledger.fec.check import Report
from ledger.fec.findings import CATALOGUE
from ledger.models import (
    Account,
    AccountMonth,
    FecFinding,
    FecImport,
    FiscalYear,
    Journal,
    ThirdParty,
)

ORDER = {"error": 0, "warning": 1, "info": 2}


def preview(row: FecImport, report: Report, folder: Path) -> dict[str, Any]:
    """What importing would create beside what the dossier has, in five queries."""
    journals = _column(folder / "journals.tsv", 1)
    accounts = _column(folder / "accounts.tsv", 1)
    thirds = set(
        zip(_column(folder / "thirds.tsv", 1), _column(folder / "thirds.tsv", 2), strict=True)
    )
    known_journals = set(Journal.objects.values_list("code", flat=True))
    known_accounts = set(
        Account.objects.filter(number__in=accounts).values_list("number", flat=True)
    )
    known_thirds = thirds & set(ThirdParty.objects.values_list("role", "code"))
    return {
        "new_journals": [code for code in journals if code not in known_journals],
        "new_accounts": len(accounts) - len(known_accounts),
        "new_third_parties": len(thirds) - len(known_thirds),
        "new_year": not _years_over(report).exists(),
        "overlap": _overlap(row, report),
    }


def _years_over(report: Report) -> Any:
    return FiscalYear.objects.filter(
        start__lte=report.year_end or dt.date.min, end__gte=report.year_start or dt.date.max
    )


def _overlap(row: FecImport, report: Report) -> list[dict[str, Any]]:
    """Years of the dossier, with books, that the file's exercise covers; amounts in cents."""
    found = []
    for year in _years_over(report):
        sums = AccountMonth.objects.filter(fiscal_year=year).aggregate(
            lines=Sum("line_count"), debit=Sum("debit")
        )
        if sums["lines"]:
            found.append(
                {
                    "start": year.start.isoformat(),
                    "end": year.end.isoformat(),
                    "lines": int(sums["lines"]),
                    "debit": int(sums["debit"]),
                    "state": year.state,
                }
            )
    del row
    return found


def _column(path: Path, index: int) -> list[str]:
    """One column of an artefact whose size depends only on accounts, journals or third parties."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="\n") as lines:
        return [line.rstrip("\n").split("\t")[index] for line in lines]


def imports_of_dossier(*, limit: int = 100) -> list[FecImport]:
    """The imports of the dossier in scope, latest first, in one query."""
    return list(FecImport.objects.order_by("-uploaded_at", "-id")[:limit])


def undoable_import() -> FecImport | None:
    """The last import whose books are there, in one query."""
    return FecImport.objects.filter(state=FecImport.State.IMPORTED).order_by("-imported_at").first()


def findings_by_code(
    row: FecImport, *, search: str = "", only_errors: bool = False
) -> list[dict[str, Any]]:
    """Groups of findings, heaviest first: code, title, severity, exact count, first findings."""
    kept = FecFinding.objects.filter(fec_import=row)
    if search:
        kept = kept.filter(
            Q(message__icontains=search) | Q(old__icontains=search) | Q(code__icontains=search)
        )
    if only_errors:
        kept = kept.filter(severity="error")
    groups: dict[str, dict[str, Any]] = {}
    for found in kept.order_by("code", "line", "id"):
        group = groups.setdefault(found.code, _group(row, found))
        group["findings"].append(found)
        group["amount"] += abs(found.amount or 0)
    return sorted(groups.values(), key=lambda group: (ORDER[group["severity"]], -group["count"]))


def _group(row: FecImport, found: FecFinding) -> dict[str, Any]:
    rule = CATALOGUE.get(found.code)
    return {
        "code": found.code,
        "title": rule.title if rule else found.code,
        "severity": found.severity,
        "count": row.finding_counts.get(found.code, 0),
        "amount": 0,
        "findings": [],
    }
