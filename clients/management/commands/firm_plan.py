"""`manage firm_plan SLUG PLAN`: what the platform lets a firm use."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from clients.actions.firm_invitations import FirmUnknown, firm_called
from firm.actions.settings import change_plan
from firm.models import Firm


class Command(BaseCommand):
    """Change the plan of a firm."""

    help = "Change l’abonnement d’un cabinet : accounting (« Comptabilité ») ou none."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which firm, which plan."""
        parser.add_argument("slug")
        parser.add_argument("plan", choices=Firm.Plan.values)

    def handle(self, *_args: Any, **options: Any) -> None:
        """Find the firm and change it."""
        try:
            firm_id, _name = firm_called(options["slug"])
        except FirmUnknown as error:
            raise CommandError("Aucun cabinet n’a cette adresse courte.") from error
        firm = change_plan(firm_id, plan=options["plan"], by=None)
        self.stdout.write(f"{firm.name} : {firm.get_plan_display()}")
