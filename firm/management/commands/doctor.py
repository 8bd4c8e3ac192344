"""`manage doctor`: what is wrong with an installation."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError

from firm import doctor
from firm.errors import BusinessError


class Command(BaseCommand):
    """One line a check, the faults under it; exit 1 when there is any."""

    help = "Dit ce qui ne va pas dans une installation."
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        """How deep to look, or the roles alone."""
        parser.add_argument(
            "--deep",
            action="store_true",
            help="recalcule aussi les sommes tenues à côté des écritures et le journal d’audit",
        )
        parser.add_argument(
            "--roles", action="store_true", help="affiche le SQL des rôles de la base, pour psql"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Check, print, and say by the exit code whether anything is wrong."""
        if options["roles"]:
            self.stdout.write(doctor.ROLES.read_text(encoding="utf-8"), ending="")
            return
        checks = {**doctor.CHECKS, **(doctor.DEEP if options["deep"] else {})}
        if sum(self._say(name, check) for name, check in checks.items()):
            sys.exit(1)

    def _say(self, name: str, check: doctor.Check) -> int:
        """Print a check and its faults; answers how many."""
        try:
            faults = list(check())
        except BusinessError as error:
            faults = [error.message]
        except DatabaseError as error:
            faults = [f"La vérification n’a pas pu se faire ({str(error).strip()})."]
        self.stdout.write(f"{name} : {'à corriger' if faults else 'en ordre'}")
        for fault in faults:
            self.stdout.write(f"  - {fault}")
        return len(faults)
