"""`python -m firm.launcher up | manage … | engines | test …`, inside the product's environment."""

from __future__ import annotations

import sys

from firm.launcher.console import LaunchError, say
from firm.launcher.engines_command import run_engines
from firm.launcher.interrupts import Stopped
from firm.launcher.management import run_manage
from firm.launcher.product import run_product
from firm.launcher.testing import run_tests

_USAGE = """\
./run                     start everything; Ctrl-C ends it
./run manage COMMAND …    run a management command (./run manage help lists them)
./run engines             start the database and the broker alone, and print their addresses
./test [pytest arguments] run the tests"""


def main(arguments: list[str]) -> int:
    """Run one command; the answer is the process's exit code."""
    try:
        return _run(arguments)
    except LaunchError as error:
        say(str(error))
        return 1
    except Stopped as stopped:
        return 128 + stopped.number


def _run(arguments: list[str]) -> int:
    match arguments:
        case ["up"]:
            return run_product()
        case ["manage", *rest]:
            return run_manage(rest)
        case ["engines"]:
            return run_engines()
        case ["test", *rest]:
            return run_tests(rest)
        case _:
            say(_USAGE)
            return 0 if arguments[:1] in (["-h"], ["--help"], ["help"]) else 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
