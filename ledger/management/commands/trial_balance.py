"""`manage trial_balance`: the balance générale of a dossier, for the operator."""

from __future__ import annotations

import argparse
import datetime as dt
import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from clients.operators import operator_scope
from firm.errors import BusinessError
from firm.formats import amount_plain, period_fr, sense
from ledger.api.books import balance_answer
from ledger.queries.balances import AccountSums, total, trial_balance
from ledger.queries.sums import Sums
from ledger.queries.years import default_period, years_of

HEAD = (
    f"{'Compte':<14} {'Intitulé':<34} {'Ouverture':>18} {'Débit':>16} {'Crédit':>16} {'Solde':>18}"
)


class Command(BaseCommand):
    """Print what the screen and the API show."""

    help = "Affiche la balance générale d’un dossier."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Which dossier, which days (both included), and how to write it."""
        parser.add_argument("--dossier", required=True, metavar="SLUG")
        parser.add_argument("--since", type=dt.date.fromisoformat, metavar="AAAA-MM-JJ")
        parser.add_argument("--until", type=dt.date.fromisoformat, metavar="AAAA-MM-JJ")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read the balance in the dossier's own scope."""
        del args
        since, until = options["since"], options["until"]
        if since and until and since > until:
            raise CommandError("La période finit avant de commencer : corrigez --since ou --until.")
        try:
            with operator_scope(options["dossier"]) as found:
                period = default_period(years_of(found.dossier), since, until)
                if options["json"]:
                    answer = balance_answer(found.dossier, period)
                    self.stdout.write(json.dumps(answer, ensure_ascii=False))
                    return
                rows = trial_balance(found.dossier, period) if period else []
        except BusinessError as refused:
            raise CommandError(refused.message) from refused
        if period is None:
            self.stdout.write(f"{found.dossier.name} : aucune écriture.")
            return
        self.stdout.write(
            f"{found.dossier.name}, {period_fr(period.since, period.until)}, en euros"
        )
        self._write(rows)

    def _write(self, rows: list[AccountSums]) -> None:
        self.stdout.write(HEAD)
        for row in rows:
            self.stdout.write(_line(row.account, row.label, row.sums))
        self.stdout.write(_line("", "Total", total(row.sums for row in rows)))


def _line(account: str, label: str, sums: Sums) -> str:
    return (
        f"{account:<14} {label[:34]:<34} {_signed(sums.start):>18} "
        f"{amount_plain(sums.movement_debit):>16} {amount_plain(sums.movement_credit):>16} "
        f"{_signed(sums.closing):>18}"
    )


def _signed(cents: int) -> str:
    return f"{amount_plain(abs(cents))} {sense(cents) or ' '}"
