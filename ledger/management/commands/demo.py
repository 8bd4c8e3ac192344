"""`manage demo`: the demo firms, as large as wanted."""

from __future__ import annotations

import argparse
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from clients.demo import PASSWORD, create_cast
from ledger import demo


class Command(BaseCommand):
    """Create the demo firms and fill their dossiers with generated books."""

    help = "Crée les cabinets de démonstration, de la taille voulue."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """How many dossiers a firm, how many lines a year, and a text to recognise them by."""
        parser.add_argument("--dossiers", type=int, default=2)
        parser.add_argument("--lines", type=int, default=2000)
        parser.add_argument("--marker", default="")

    def handle(self, *args: Any, **options: Any) -> None:
        """Create what is missing; what exists is left as it is."""
        del args
        if not settings.IS_LOOPBACK:
            raise CommandError(
                "La démonstration n’est permise que sur cette machine (HOST=127.0.0.1)."
            )
        cast = create_cast(PASSWORD)
        marker: str = options["marker"]
        owners = {"martin": cast.people["alice"], "durand": cast.people["eve"]}
        for slug, firm in cast.firms.items():
            made = [cast.boulangerie] if slug == "martin" else []
            made += [
                demo.demo_dossier(firm, owners[slug], n, marker=marker)
                for n in range(options["dossiers"])
            ]
            for rank, dossier in enumerate(made):
                text = demo.tag(marker, firm, dossier.slug)
                self.fill(dossier, owners[slug], options["lines"], rank, text)

    def fill(self, dossier: Any, owner: Any, lines: int, rank: int, marker: str) -> None:
        """Two years of books, once."""
        if lines <= 0 or demo.has_books(dossier, owner):
            return
        sector = (
            "boulangerie"
            if dossier.slug == "boulangerie"
            else demo.SECTORS[rank % len(demo.SECTORS)]
        )
        for done in demo.fill(
            dossier, owner, lines=lines, seed=rank + 1, sector=sector, marker=marker
        ):
            self.stdout.write(
                f"{dossier.slug} {done.year_end}: {done.line_count} lignes,"
                f" {done.get_state_display()}"
            )
