"""`./run engines`: the engines alone, for work on the product itself."""

from __future__ import annotations

import sys
import time

from firm.launcher.console import LaunchError, say
from firm.launcher.data_folder import DataFolder
from firm.launcher.engines import start_engines
from firm.launcher.interrupts import Stopped, raising_stopped
from firm.launcher.occupancy import Holder, announce, hold


def run_engines() -> int:
    """Start the engines, print their addresses as KEY=VALUE lines, stay until Ctrl-C.

    Raises:
        LaunchError: the folder is taken, or an engine does not start or ends by itself.
    """
    data = DataFolder.from_environment()
    data.make()
    with raising_stopped(), hold(data, Holder("engines")):
        engines = start_engines(data)
        try:
            announce(data, Holder("engines", environment=engines.environment))
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
