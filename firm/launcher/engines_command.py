"""`python -m firm.launcher engines`: the engines alone, for work on the product itself."""

from __future__ import annotations

import os
import sys
import time

from firm.launcher.console import LaunchError, say
from firm.launcher.data_folder import DataFolder
from firm.launcher.engines import start_engines
from firm.launcher.interrupts import Stopped, raising_stopped
from firm.launcher.occupancy import Holder, announce, holder_of, try_to_hold


def run_engines() -> int:
    """Start the engines, print their addresses as KEY=VALUE lines, stay until Ctrl-C.

    Raises:
        LaunchError: the folder is taken, or an engine does not start.
    """
    data = DataFolder.from_environment()
    data.make()
    lock = try_to_hold(data, Holder(pid=os.getpid(), what="engines"))
    if lock is None:
        raise LaunchError(already_running(data))
    with lock, raising_stopped():
        engines = start_engines(data)
        try:
            announce(data, Holder(os.getpid(), "engines", environment=engines.environment))
            for name, value in {**engines.environment, "FIRM_DATA": str(data.root)}.items():
                print(f"{name}={value}")
            sys.stdout.flush()
            while all(child.exit_code is None for child in engines.children):
                time.sleep(0.5)
            raise LaunchError(f"An engine ended by itself; its last words are in {data.logs}.")
        except Stopped:
            say("Stopping the engines")
            return 0
        finally:
            engines.stop()


def already_running(data: DataFolder) -> str:
    """A sentence for the second starter: who is there, and what to do."""
    holder = holder_of(data)
    if holder is None:
        return f"Something is starting on {data.root} already: try again in a moment."
    where = f" at {holder.url}" if holder.url else ""
    return (
        f"Already running{where}: process {holder.pid} works on {data.root}. Stop it first "
        f"(Ctrl-C in its terminal, or kill {holder.pid}), or name another folder with FIRM_DATA."
    )
