"""`python -m firm.launcher up | manage … | test … | engines`, inside the product's environment."""

from __future__ import annotations

import sys

from firm.launcher.console import LaunchError, say
from firm.launcher.engines_command import run_engines
from firm.launcher.interrupts import Stopped
from firm.launcher.testing import run_tests


def main(arguments: list[str]) -> int:
    """Run one command; the answer is the process's exit code."""
    try:
        match arguments:
            case ["test", *rest]:
                return run_tests(rest)
            case ["engines"]:
                return run_engines()
        raise LaunchError("Usage: ./run, ./run manage COMMAND …, ./run engines, or ./test …")
    except LaunchError as error:
        say(str(error))
        return 1
    except Stopped as stopped:
        return 128 + stopped.number


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
