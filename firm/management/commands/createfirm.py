"""The first firm of an empty installation, or one more."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from firm.accounts import password_link
from firm.actions.people import create_firm
from firm.errors import BusinessError


class Command(BaseCommand):
    help = (
        "Creates the firm NAME and its owner, and prints the link with which he sets his password."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name")
        parser.add_argument("--owner", required=True, metavar="EMAIL")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            firm, owner = create_firm(name=options["name"], owner_email=options["owner"], by=None)
        except BusinessError as error:
            raise CommandError(error.message) from error
        self.stdout.write(f"{firm.name} : /cabinet/{firm.slug}/, propriétaire {owner.email}")
        if owner.has_usable_password():
            self.stdout.write("Son compte existait déjà : il se connecte avec son mot de passe.")
        else:
            self.stdout.write("Lien à lui remettre, à usage unique :")
            self.stdout.write(password_link(owner))
