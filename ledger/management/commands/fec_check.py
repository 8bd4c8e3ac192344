"""`manage fec_check`: both verdicts on files, without a database."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from firm.formats import amount, integer
from ledger.fec.check import Report, check_file, report_json
from ledger.fec.findings import CATALOGUE

UNREADABLE = 2
SHOWN = 5
SIGNS = {"error": "✗", "warning": "!", "info": "·"}
ACCOUNTING = {
    "accept": "accepté",
    "accept_with_warnings": "accepté avec avertissements",
    "reject": "refusé",
}


class Command(BaseCommand):
    """Check FEC files as the screen does, and print what was found."""

    help = "Contrôle des FEC : verdict de structure et verdict comptable, sans base de données."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Files, and one JSON object a line when asked."""
        parser.add_argument("files", nargs="+", metavar="FICHIER")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Check every file; exit 2 after all of them if one could not be read."""
        del args
        unreadable = [
            name for name in options["files"] if not self.check_file(Path(name), options["json"])
        ]
        if unreadable:
            sys.exit(UNREADABLE)

    def check_file(self, path: Path, as_json: bool) -> bool:
        """Check one file; False when it could not be read."""
        try:
            report = check_file(path, name=path.name)
        except OSError as error:
            self.stderr.write(f"{path} : illisible ({error.strerror}).")
            return False
        with report.findings:
            if as_json:
                self.stdout.write(
                    json.dumps({**report_json(report), "file": str(path)}, ensure_ascii=False)
                )
            else:
                self.show(path, report)
        return report.structure != "refusé" or report.lines > 0

    def show(self, path: Path, report: Report) -> None:
        """Print a report for people."""
        write = self.stdout.write
        write(f"{path}")
        write(f"  Structure (Test Compta Demat) : {report.structure}")
        write(f"  Comptable                     : {ACCOUNTING[report.accounting]}")
        write(
            f"  Lignes {integer(report.lines)}, écritures {integer(report.entries)},"
            f" débit {amount(report.debit)}, crédit {amount(report.credit)}"
        )
        for code, count in sorted(report.findings.counts.items()):
            rule = CATALOGUE[code]
            write(f"  {SIGNS[rule.severity]} {rule.title} ({code}) : {integer(count)}")
            for found in report.findings.first(code, SHOWN):
                where = f"ligne {integer(found.line)}" if found.line else "fichier"
                write(f"      {where} : {found.message}")
            if count > SHOWN:
                write(f"      … et {integer(count - SHOWN)} de plus")
