"""`manage prepare`: what `./run` does before it serves; migrations as the owner, then the demo."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection

from firm import pulse
from firm.models import User


class Command(BaseCommand):
    """Bring the database up to date and, on a first start, create the demo firms."""

    help = "Met la base à jour et crée la démonstration au premier démarrage."

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate as the owner, then seed as the runtime role."""
        del args, options
        runtime = dict(connection.settings_dict)
        connection.close()
        connection.settings_dict.update(settings.DATABASE_OWNER)
        call_command("migrate", interactive=False, verbosity=0)
        connection.close()
        connection.settings_dict.update(runtime)
        pulse.forget()
        if settings.STATIC_ROOT:
            call_command("collectstatic", interactive=False, verbosity=0)
        if settings.DEMO and not User.objects.exists():
            call_command("demo")
