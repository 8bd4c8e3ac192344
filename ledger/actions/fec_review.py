"""Writing down what a check found, and the corrections that a person enters beside the findings."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterable
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from clients.models import Dossier
from firm import audit
from firm.errors import BusinessError
from firm.models import Job, User
from ledger.actions.fec_import import NotReviewable, start_check
from ledger.fec.check import Corrections, Report
from ledger.fec.findings import Finding
from ledger.models import FecFinding, FecImport

MOST = 1000
State = FecImport.State


class CorrectionInvalid(BusinessError):
    """What was entered cannot be used."""

    code = "correction_invalid"
    title = "Correction inexacte"


def store_report(fec_import: FecImport, report: Report, *, preview: dict[str, Any]) -> None:
    """Keep verdicts, totals, preview and findings (the first thousand of each code) with the
    import.
    """
    unreadable = "imported" not in report.summary
    FecImport.objects.filter(pk=fec_import.pk).update(
        state=State.REJECTED if unreadable else State.TO_REVIEW,
        structure=report.structure,
        accounting=report.accounting,
        line_count=report.lines,
        entry_count=report.entries,
        debit=report.debit,
        credit=report.credit,
        year_start=report.year_start,
        year_end=report.year_end,
        summary={**report.summary, **preview},
        finding_counts=dict(report.findings.counts),
    )
    FecFinding.objects.filter(fec_import=fec_import).delete()
    rows = [_row(fec_import, found) for found in _first_of_each(report.findings)]
    FecFinding.objects.bulk_create(rows, batch_size=2000)


def findings_name(fec_import: FecImport) -> str:
    """Where all findings of an import are kept, one JSON object a line."""
    return f"fec/{fec_import.dossier_id}/{fec_import.sha256}-{fec_import.pk}.findings"


def keep_all_findings(fec_import: FecImport, findings: Iterable[Finding]) -> None:
    """Keep every finding, for the report that a person downloads."""
    name = findings_name(fec_import)
    if default_storage.exists(name):
        default_storage.delete(name)
    default_storage.save(name, ContentFile(b""))
    with default_storage.open(name, "wb") as target:
        for found in findings:
            line = {
                key: getattr(found, key)
                for key in ("code", "severity", "line", "column", "message", "old", "new", "amount")
            }
            target.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")


def corrections_of(fec_import: FecImport) -> Corrections:
    """The corrections noted so far, as the check takes them."""
    noted = fec_import.corrections
    return Corrections(
        dates={
            int(line): dt.date.fromisoformat(day) for line, day in noted.get("dates", {}).items()
        },
        accounts={old: (new[0], new[1] or None) for old, new in noted.get("accounts", {}).items()},
        excluded=frozenset((journal, number) for journal, number in noted.get("excluded", [])),
        encoding=noted.get("encoding") or None,
        standard_order=bool(noted.get("standard_order")),
    )


def correct(dossier: Dossier, fec_import: FecImport, *, change: dict[str, Any], by: User) -> Job:
    """Note one correction and read the file again; the original stays as it came.

    `change` is one of {"line", "date"}, {"account", "number", "label"},
    {"exclude": [journal, number]},
    {"encoding"}, {"standard_order": true}, or {"forget": kind, "key": …} to take one back.

    Raises:
        NotReviewable: the import is not waiting for a decision.
        CorrectionInvalid: the value cannot be used.
    """
    with transaction.atomic():
        current = FecImport.objects.select_for_update().get(pk=fec_import.pk)
        if current.state not in {State.TO_REVIEW, State.FAILED, State.REJECTED}:
            raise NotReviewable("Cet import ne se corrige plus.")
        current.corrections = _with(dict(current.corrections), change)
        current.save(update_fields=["corrections"])
        audit.record(
            "ledger.fec_corrected",
            by=by,
            dossier_id=dossier.id,
            fec_import=current.id,
            change=change,
        )
        return start_check(dossier, current, by=by)


def read_again(dossier: Dossier, fec_import: FecImport, *, by: User) -> Job:
    """Read a file whose reading was stopped or failed, with the same corrections.

    Raises:
        NotReviewable: its reading came to an end, or is under way.
    """
    with transaction.atomic():
        current = FecImport.objects.select_for_update().get(pk=fec_import.pk)
        if current.state != State.FAILED or current.accounting:
            raise NotReviewable("Ce fichier a déjà été lu.")
        return start_check(dossier, current, by=by)


def _with(noted: dict[str, Any], change: dict[str, Any]) -> dict[str, Any]:
    if "date" in change:
        day = _day(change["date"])
        return {**noted, "dates": {**noted.get("dates", {}), _line(change.get("line")): day}}
    if "account" in change:
        kept = kept_account(change.get("number"), change.get("label"))
        return {**noted, "accounts": {**noted.get("accounts", {}), change["account"]: kept}}
    if "exclude" in change:
        pair = [str(part) for part in change["exclude"]]
        if len(pair) != 2:
            raise CorrectionInvalid("Indiquez le journal et le numéro de la pièce à écarter.")
        return {**noted, "excluded": [*(p for p in noted.get("excluded", []) if p != pair), pair]}
    if "forget" in change:
        return _without(noted, change["forget"], change.get("key"))
    allowed: dict[str, Any] = {
        key: change[key] for key in ("encoding", "standard_order") if key in change
    }
    if not allowed:
        raise CorrectionInvalid("Cette correction n’est pas prévue.")
    return {**noted, **allowed}


def kept_account(number: Any, label: Any = "") -> list[str]:
    """Number and label of the account to keep in the place of one of the file.

    Raises:
        CorrectionInvalid: the number does not begin with three digits.
    """
    typed = str(number or "").strip()
    if not re.fullmatch(r"[0-9]{3}[0-9A-Za-z]{0,57}", typed):
        raise CorrectionInvalid(
            f"« {typed} » n’est pas un compte : indiquez un numéro qui commence par trois chiffres."
        )
    return [typed, str(label or "").strip()[:300]]


def _without(noted: dict[str, Any], kind: str, key: Any) -> dict[str, Any]:
    held = noted.get(kind)
    if isinstance(held, dict):
        return {**noted, kind: {name: value for name, value in held.items() if name != str(key)}}
    if isinstance(held, list):
        return {**noted, kind: [pair for pair in held if pair != list(key or ())]}
    return {name: value for name, value in noted.items() if name != kind}


def _line(typed: Any) -> str:
    if not str(typed).isdecimal():
        raise CorrectionInvalid("Indiquez le numéro de la ligne à corriger.")
    return str(int(typed))


def _day(typed: Any) -> str:
    if isinstance(typed, dt.date):
        return typed.isoformat()
    try:
        return dt.date.fromisoformat(str(typed)).isoformat()
    except ValueError as error:
        raise CorrectionInvalid(f"« {typed} » n’est pas une date.") from error


def _first_of_each(findings: Iterable[Finding]) -> Iterable[Finding]:
    kept: dict[str, int] = {}
    for found in findings:
        kept[found.code] = kept.get(found.code, 0) + 1
        if kept[found.code] <= MOST:
            yield found


def _row(fec_import: FecImport, found: Finding) -> FecFinding:
    return FecFinding(
        dossier_id=fec_import.dossier_id,
        fec_import=fec_import,
        code=found.code,
        severity=found.severity,
        line=found.line,
        column=found.column or "",
        message=found.message,
        old=found.old,
        new=found.new,
        amount=found.amount,
        settle=found.settle or "",
    )
