"""`manage dossier_import FICHIER --firm CABINET`: a new dossier from a portable archive."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from clients.operators import firm_operator_scope
from firm import jobs
from firm.errors import BusinessError
from firm.models import Job
from ledger.actions.dossier_load import receive_archive
from ledger.jobs import search_texts


class Command(BaseCommand):
    """Take a whole dossier in, in the name of the firm's owner."""

    help = "Reprend un dossier exporté, dans un nouveau dossier du cabinet."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """The archive, the firm, and another name if wanted."""
        parser.add_argument("file", metavar="FICHIER")
        parser.add_argument("--firm", required=True, metavar="CABINET")
        parser.add_argument("--name", default="", metavar="NOM")

    def handle(self, *args: Any, **options: Any) -> None:
        """Check, make, fill; the new short name is the last line."""
        del args
        path = Path(options["file"])
        if not path.is_file():
            raise CommandError(f"«\u00a0{path}\u00a0» n’est pas un fichier lisible.")
        try:
            with firm_operator_scope(options["firm"]) as operator:
                dossier, job = receive_archive(
                    operator.firm, path, by=operator.owner, name=options["name"]
                )
        except BusinessError as error:
            raise CommandError(error.message) from error
        while not (found := Job.objects.get(pk=job.pk)).is_over:
            jobs.run(found.pk)
        if found.state != Job.State.DONE:
            raise CommandError(found.error)
        search_texts.run_waiting(dossier.id)
        self.stdout.write(dossier.slug)
