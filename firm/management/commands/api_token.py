"""A bearer token for a person, from the installation's own console."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from firm import scope, tokens
from firm.actions.tokens import create_token
from firm.errors import BusinessError
from firm.models import User


class Command(BaseCommand):
    help = "Prints a new bearer token for EMAIL, alone on the last line. It is shown this once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--name", default="Ligne de commande")
        known = ",".join(scope for scope, _label in tokens.SCOPES)
        parser.add_argument(
            "--scopes",
            default=",".join(tokens.USUAL),
            help=f"some of {known} (default: %(default)s)",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        person = User.objects.filter(email=options["email"].strip().lower(), is_active=True).first()
        if person is None:
            raise CommandError(f"Personne n’a de compte ouvert à l’adresse {options['email']}.")
        scopes = [word.strip() for word in options["scopes"].split(",") if word.strip()]
        try:
            with scope.open_scope(scope.Scope(user=person.pk)):
                _token, secret = create_token(name=options["name"][:100], scopes=scopes, by=person)
        except BusinessError as error:
            raise CommandError(error.message) from error
        self.stdout.write(secret)
