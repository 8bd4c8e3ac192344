"""`manage fec_import`: the same actions as the screen, for whoever runs the installation."""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from clients.operators import Operated, operator_scope
from firm import jobs
from firm.errors import BusinessError
from firm.formats import amount, integer
from firm.models import Job
from ledger.actions import fec_import
from ledger.api.imports import as_json
from ledger.jobs import search_texts
from ledger.models import FecImport

FAILED, REJECTED, QUESTIONS = 1, 3, 4
POLL = 0.3


class Command(BaseCommand):
    """Import a FEC into a dossier; without `--yes` it stops at the preview."""

    help = "Importe un FEC dans un dossier ; sans --yes, s’arrête à l’aperçu."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """The dossier, the file, and whether to go on."""
        parser.add_argument("file", metavar="FICHIER")
        parser.add_argument("--dossier", required=True, metavar="NOM-COURT")
        parser.add_argument("--yes", action="store_true")
        parser.add_argument("--mode", choices=FecImport.Mode.values, default="")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Receive, check, and with `--yes` confirm and wait for the end."""
        del args
        path = Path(options["file"])
        if not path.is_file():
            raise CommandError(f"« {path} » n’est pas un fichier lisible.")
        self.slug = options["dossier"]
        try:
            row = self.receive(path)
            row = self.follow(row)
            if (
                options["yes"]
                and row.state in {"to_review", "failed"}
                and row.accounting != "reject"
            ):
                row = self.confirm(row, options["mode"])
        except BusinessError as error:
            self.end(error.message, QUESTIONS if error.code == "questions_open" else FAILED)
        self.show(row, options["json"])
        sys.exit(self.code(row, options))

    def receive(self, path: Path) -> FecImport:
        """Hand the file over."""
        with operator_scope(self.slug) as operator, path.open("rb") as source:
            return fec_import.receive(operator.dossier, source, name=path.name, by=operator.owner)

    def confirm(self, row: FecImport, mode: str) -> FecImport:
        """Accept every warning and wait until the books are written."""
        with operator_scope(self.slug) as operator:
            fec_import.confirm(operator.dossier, row, by=operator.owner, mode=mode)
        done = self.follow(row)
        search_texts.run_waiting(row.dossier_id)
        return done

    def follow(self, row: FecImport) -> FecImport:
        """Run the import's job here unless a worker has it; answer once it is over."""
        while True:
            with operator_scope(self.slug) as operator:
                fresh = self.fresh(operator, row)
                job = Job.objects.filter(pk=fresh.job_id or 0).first()
            if job is None or job.is_over:
                return fresh
            if not jobs.run(job.id):
                time.sleep(POLL)

    def fresh(self, operator: Operated, row: FecImport) -> FecImport:
        """The import as it is now."""
        found: FecImport = FecImport.objects.get(pk=row.pk, dossier=operator.dossier)
        return found

    def show(self, row: FecImport, as_object: bool) -> None:
        """Print where the import stands."""
        with operator_scope(self.slug):
            if as_object:
                self.stdout.write(json.dumps(as_json(row), ensure_ascii=False, default=str))
                return
        self.stdout.write(
            f"{row.file_name} : {row.get_state_display()} ; structure {row.structure or '—'},"
            f" comptable {row.accounting or '—'} ; {integer(row.line_count)} lignes,"
            f" {integer(row.entry_count)} écritures, débit {amount(row.debit)},"
            f" crédit {amount(row.credit)}."
        )
        for code, count in sorted(row.finding_counts.items()):
            self.stdout.write(f"  {code} : {count}")
        if row.error:
            self.stdout.write(f"  {row.error}")

    def code(self, row: FecImport, options: dict[str, Any]) -> int:
        """The exit code that says the same to a program."""
        if row.state == "rejected" or row.accounting == "reject":
            return REJECTED
        if row.state == "failed":
            return FAILED
        if row.state == "to_review" and fec_import.open_questions(row, mode=options["mode"]):
            return QUESTIONS
        return 0

    def end(self, message: str, code: int) -> None:
        """Say why it stops, on the error channel."""
        self.stderr.write(message)
        sys.exit(code)
