"""Job: read a FEC, judge it, and show what importing it would create."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from django.db.models import Max, Sum

from clients.models import Dossier
from firm import jobs
from firm.errors import BusinessError
from ledger import storage
from ledger.actions import fec_import as life
from ledger.actions import fec_review
from ledger.fec.check import Context, Report, check_file
from ledger.fec.filenames import read_name
from ledger.models import AccountMonth, EntryLine, FecImport, FiscalYear
from ledger.queries.imports import preview


@dataclass
class Checked:
    """What `prepare` hands to `work`."""

    fec_import: FecImport
    report: Report
    folder: Path


def prepare(run: jobs.Run) -> None:
    """Read the file; only the scratch files of this machine are written."""
    with run.scope():
        row = FecImport.objects.select_related("dossier").get(pk=run.params["import_id"])
        context = _context(row, run)
    out = storage.artefacts(row.dossier_id, row.sha256, row.corrections)
    fresh = storage.empty_artefacts(out)
    report = check(row, context, fresh, run)
    shutil.rmtree(out, ignore_errors=True)
    fresh.rename(out)
    fec_review.keep_all_findings(row, report.findings)
    run.carried = Checked(row, report, out)


def check(row: FecImport, context: Context, out: Path, run: jobs.Run) -> Report:
    """Check one file with progress in bytes.

    Raises:
        Cancelled: somebody asked to stop.
    """
    with storage.original_path(row.dossier_id, row.sha256) as path:
        report = check_file(
            path,
            name=row.file_name,
            context=context,
            out=out,
            progress=lambda done, total: run.progress(done, total, "Lecture du fichier"),
            should_stop=lambda: run.should_stop,
        )
    run.check()
    return report


def work(run: jobs.Run) -> None:
    """Write the verdicts, the findings and the preview down."""
    checked: Checked = run.carried
    row, report = checked.fec_import, checked.report
    if not FecImport.objects.filter(pk=row.pk, state=FecImport.State.UPLOADED).exists():
        raise jobs.Cancelled
    fec_review.store_report(row, report, preview=preview(row, report, checked.folder))
    report.findings.close()
    if run.params.get("then") is not None:
        _go_on(row, run)


def _go_on(row: FecImport, run: jobs.Run) -> None:
    """The import was confirmed with account mappings: write the books if nothing else stands.

    What still stands is said with the import, which waits for a decision.
    """
    assert run.by is not None
    try:
        life.confirm(row.dossier, row, by=run.by, **run.params["then"])
    except BusinessError as refused:
        FecImport.objects.filter(pk=row.pk).update(error=refused.message)


def fail(run: jobs.Run, message: str) -> None:
    """Tell the import that its reading failed."""
    FecImport.objects.filter(pk=run.params.get("import_id"), state=FecImport.State.UPLOADED).update(
        state=FecImport.State.FAILED, error=message
    )


def _context(row: FecImport, run: jobs.Run) -> Context:
    """What the dossier knows and the file must agree with."""
    dossier: Dossier = row.dossier
    end = read_name(row.file_name).year_end
    years = FiscalYear.objects.exclude(created_by_import=row)
    same = years.filter(end=end).first() if end else None
    before = (
        years.filter(end__lt=same.start if same else end or dt.date.max).order_by("-end").first()
    )
    closing = _closing(before) if before else None
    return Context(
        siren=dossier.siren or None,
        takeover_date=dossier.takeover_date,
        previous_closing=closing,
        previous_lines=LastLines(run, before.id, closing) if before and closing else {},
        exercise=(same.start, same.end) if same else None,
        corrections=fec_review.corrections_of(row),
    )


def _closing(year: FiscalYear) -> dict[str, int]:
    """Balance of each account at the end of a year, in signed cents (debit positive), one query."""
    rows = (
        AccountMonth.objects.filter(fiscal_year=year)
        .values("account__number")
        .annotate(balance=Sum("debit") - Sum("credit"))
        .values_list("account__number", "balance")
    )
    return {number: balance for number, balance in rows if balance}


class LastLines(Mapping[str, int]):
    """Account → its last line in the file of the year before, looked up only when asked for."""

    def __init__(self, run: jobs.Run, year_id: int, accounts: Iterable[str]) -> None:
        self.run, self.year_id, self.accounts = run, year_id, list(accounts)

    def __getitem__(self, number: str) -> int:
        """The line's number in its file; one query.

        Raises:
            KeyError: no imported line of that year is on this account.
        """
        with self.run.scope():
            last = EntryLine.objects.filter(
                account__number=number,
                entry__fiscal_year=self.year_id,
                entry__fec_import__isnull=False,
            ).aggregate(last=Max("line_no"))["last"]
        if last is None:
            raise KeyError(number)
        return int(last)

    def __iter__(self) -> Iterator[str]:
        """The accounts of the closing; a few of them may have no line in a file."""
        return iter(self.accounts)

    def __len__(self) -> int:
        """How many accounts the closing has."""
        return len(self.accounts)


KIND = jobs.register(
    jobs.Kind(life.CHECK, "Lecture d’un FEC", work, prepare, fail, needs="fec.import")
)
