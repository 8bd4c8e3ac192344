"""`./run manage COMMAND …`: one management command, with the engines up.

Only the command writes to standard output.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Mapping, Sequence

from firm.launcher.console import LaunchError
from firm.launcher.data_folder import CHECKOUT, DataFolder
from firm.launcher.engines import start_engines
from firm.launcher.environment import product_environment
from firm.launcher.foreground import run_in_foreground
from firm.launcher.interrupts import raising_stopped
from firm.launcher.occupancy import (
    Holder,
    announce,
    as_guest,
    holder_of,
    try_to_hold,
    without_guests,
)
from firm.launcher.plain import PLAIN_COMMANDS


def run_manage(arguments: Sequence[str]) -> int:
    """Run the command on the engines that are up, or on engines started and stopped for it.

    One that reads files alone runs without them.

    The answer is the command's exit code.

    Raises:
        LaunchError: an engine does not start, or the database cannot be prepared.
    """
    data = DataFolder.from_environment()
    with raising_stopped():
        if not PLAIN_COMMANDS.keys().isdisjoint(arguments[:1]):
            return _manage(arguments, os.environ)
        data.make()
        while True:
            lock = try_to_hold(data, Holder("command"))
            if lock is not None:
                with lock:
                    return _on_own_engines(data, arguments)
            with as_guest(data):
                holder = holder_of(data)
                if holder is not None and holder.environment:
                    return _manage(arguments, product_environment(data, holder.environment))
            time.sleep(0.1)  # it is starting, or has just stopped


def _on_own_engines(data: DataFolder, arguments: Sequence[str]) -> int:
    engines = start_engines(data)
    try:
        environment = product_environment(data, engines.environment)
        if not data.is_prepared and arguments[:1] != ["prepare"]:
            prepare(data, {**environment, "FIRM_DEMO": "0"})
        announce(data, Holder("command", environment=engines.environment))
        code = _manage(arguments, environment)
        with without_guests(data):
            engines.stop()
        return code
    finally:
        engines.stop()


def prepare(data: DataFolder, environment: Mapping[str, str]) -> None:
    """Bring the tables up to date and, on a first start, make the demo unless FIRM_DEMO=0.

    Raises:
        LaunchError: it failed; its own words are on the terminal.
    """
    if _manage(["prepare"], environment, quiet=True):
        raise LaunchError(
            "The database could not be prepared: the lines above say why. Nothing else was started."
        )
    data.mark_prepared()


def _manage(
    arguments: Sequence[str], environment: Mapping[str, str], *, quiet: bool = False
) -> int:
    command = [sys.executable, str(CHECKOUT / "manage.py"), *arguments]
    return run_in_foreground(command, environment, quiet=quiet)
