"""`manage plan_price PLAN DATE PRICE`: what a year of a plan costs from a day on."""

from __future__ import annotations

import argparse
import datetime as dt
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from clients.actions.plans import PUBLISHER, publish_price
from clients.models import PlanPrice
from firm import scope
from firm.errors import BusinessError
from firm.formats import amount, date_fr, parse_amount_fr


class Command(BaseCommand):
    """Publish a price, or list those published."""

    help = "Publie le prix annuel hors taxes d’une formule à partir d’un jour, ou liste les prix."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Nothing lists; the three publish."""
        parser.add_argument("plan", nargs="?", choices=["pro", "max"])
        parser.add_argument("starts_on", nargs="?", metavar="AAAA-MM-JJ")
        parser.add_argument("price", nargs="?", metavar="EUROS")

    def handle(self, *args: Any, **options: Any) -> None:
        """Publish, then say what is published."""
        del args
        with scope.open_scope(scope.Scope(token=PUBLISHER)):
            if options["plan"]:
                self.publish(options)
            for row in PlanPrice.objects.order_by("starts_on", "plan"):
                self.stdout.write(
                    f"{row.get_plan_display()} à partir du {date_fr(row.starts_on)} : "
                    f"{amount(row.price)} hors taxes par an"
                )

    def publish(self, options: dict[str, Any]) -> None:
        """Enter one price."""
        try:
            day = dt.date.fromisoformat(options["starts_on"] or "")
            price = parse_amount_fr(options["price"] or "")
        except ValueError as error:
            raise CommandError("Indiquez le jour (AAAA-MM-JJ), puis le prix en euros.") from error
        if price is None or price < 0:
            raise CommandError("Indiquez le prix annuel hors taxes en euros, par exemple 290,00.")
        try:
            publish_price(options["plan"], starts_on=day, price=price, by=None)
        except BusinessError as error:
            raise CommandError(error.message) from error
