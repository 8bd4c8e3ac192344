"""`manage fec_export`: the file named by law, its description file, its check report."""

from __future__ import annotations

import argparse
import datetime as dt
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from clients.operators import operator_scope
from firm.errors import BusinessError
from ledger.actions.fec_export import Options, export_fec, year_ending


class Command(BaseCommand):
    """Export one year of a dossier."""

    help = "Exporte le FEC d’un exercice, son descriptif et son rapport de contrôle."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """The dossier, the year, the format, the folder."""
        parser.add_argument("--dossier", required=True, metavar="NOM-COURT")
        parser.add_argument(
            "--year-end", required=True, type=dt.date.fromisoformat, metavar="AAAA-MM-JJ"
        )
        parser.add_argument("--format", choices=["txt", "xml"], default="txt")
        parser.add_argument("--separator", choices=["tab", "pipe"], default="tab")
        parser.add_argument("--encoding", choices=["utf-8", "iso8859-15"], default="utf-8")
        parser.add_argument("--out", default=".", metavar="DOSSIER")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the three files and print their names."""
        del args
        folder = Path(options["out"])
        folder.mkdir(parents=True, exist_ok=True)
        chosen = Options(options["format"], options["separator"], options["encoding"])
        try:
            with operator_scope(options["dossier"]) as operator:
                made = export_fec(
                    operator.dossier,
                    year=year_ending(options["year_end"]),
                    folder=folder,
                    by=operator.owner,
                    options=chosen,
                )
        except BusinessError as error:
            raise CommandError(error.message) from error
        for path in (made.fec, made.description, made.report):
            self.stdout.write(str(path))
