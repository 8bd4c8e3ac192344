#!/usr/bin/env python
"""Django's command line; `./run manage …` calls it with the engines up."""

import os
import sys
from importlib import import_module

from firm.launcher.plain import PLAIN_COMMANDS

# These change the schema, which only the owner of the tables may do.
OWNER_COMMANDS = {"migrate", "makemigrations", "sqlmigrate", "flush"}


def main() -> None:
    """Run a command, as the owner of the tables when it changes them."""
    plain = PLAIN_COMMANDS.get("".join(sys.argv[1:2]))
    if plain:
        from django.conf import settings  # noqa: PLC0415 (as below)

        settings.configure()
        import_module(plain).Command().run_from_argv(sys.argv)
        return
    if set(sys.argv[1:2]) & OWNER_COMMANDS and "DATABASE_OWNER_URL" in os.environ:
        os.environ["DATABASE_URL"] = os.environ["DATABASE_OWNER_URL"]
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "firm.config.settings")
    from django.core.management import execute_from_command_line  # noqa: PLC0415 (needs the setting)

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
