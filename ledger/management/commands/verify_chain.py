"""`manage verify_chain`: is every validated entry what it was when it was validated?"""

from __future__ import annotations

import argparse
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from clients.operators import every_dossier, operator_scope
from firm.errors import BusinessError
from firm.formats import integer, period_fr
from ledger.models import Entry
from ledger.queries.chain import Broken, verify


class Command(BaseCommand):
    """Recompute the chains of one dossier, or of all; exit 1 when one is broken."""

    help = "Vérifie la chaîne des écritures validées et nomme la première qui a changé."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Which dossier; all of them without it."""
        parser.add_argument("--dossier", metavar="SLUG")

    def handle(self, *args: Any, **options: Any) -> None:
        """Verify dossier by dossier, each in its own scope."""
        del args
        slugs = [options["dossier"]] if options["dossier"] else list(every_dossier())
        links = broken = 0
        for slug in slugs:
            try:
                found = self._dossier(slug)
            except BusinessError as refused:
                if options["dossier"]:
                    raise CommandError(refused.message) from refused
                self.stderr.write(f"{slug} : {refused.message}")
                continue
            links, broken = links + found[0], broken + found[1]
        self.stdout.write(
            f"{integer(links)} écritures validées vérifiées, {integer(broken)} chaîne(s) rompue(s)."
        )
        if broken:
            sys.exit(1)

    def _dossier(self, slug: str) -> tuple[int, int]:
        links = faults = 0
        with operator_scope(slug) as opened:
            for year, seen, broken in verify(opened.dossier.id):
                links += seen
                if broken:
                    faults += 1
                    span = period_fr(year.start, year.end)
                    self.stdout.write(f"{slug}, exercice {span} : {_said(broken)}")
        return links, faults


def _said(broken: Broken) -> str:
    entry = Entry.objects.filter(pk=broken.entry).first() if broken.entry else None
    what = f"écriture {entry.number} (n° {entry.pk})" if entry else "une écriture"
    return f"maillon {broken.seq}, {what} : {broken.why}."
