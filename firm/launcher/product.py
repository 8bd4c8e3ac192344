"""`./run`: engines, then the tables, then web, worker and beat, until Ctrl-C.

The web comes first: it is what people wait for, and starting all three at once takes longer.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Mapping
from typing import NoReturn

from firm.launcher.caretaker import caretaker
from firm.launcher.console import LaunchError, say
from firm.launcher.data_folder import CHECKOUT, DataFolder
from firm.launcher.engines import Engines, start_engines
from firm.launcher.environment import product_environment
from firm.launcher.health import WebAddress, becomes_healthy
from firm.launcher.interrupts import Stopped, raising_stopped
from firm.launcher.management import prepare
from firm.launcher.occupancy import Holder, announce, hold
from firm.launcher.processes import Child, Program
from firm.launcher.supervisor import Watch, stop_all

_WEB_PATIENCE = 120.0  # seconds from its start to its first answer
_ALL_PATIENCE = 30.0  # seconds before we say that worker and beat are awaited
_STOP_PATIENCE = 4.0  # seconds to finish what is under way; jobs are taken up again anyway

_DEMO = """
Demo logins, all with the password demo-2026:
  alice@martin.example       Cabinet Martin: administrator and owner
  bruno@martin.example       Cabinet Martin: accountant
  chloe@martin.example       Cabinet Martin: accountant
  denis@boulangerie.example  their client, the bakery: administrator of its dossier
  emma@boulangerie.example   the bakery: employee
  eve@durand.example         Cabinet Durand: administrator
  fred@durand.example        Cabinet Durand: accountant"""


def run_product() -> int:
    """Start everything and stay until a signal; the answer is the exit code.

    Raises:
        LaunchError: it runs already, the port is taken, or a part does not start.
    """
    data = DataFolder.from_environment()
    data.make()
    address = WebAddress.from_environment()
    with (
        raising_stopped(),
        hold(data, Holder("product", address.url)) as lock,
        caretaker(data, lock),
    ):
        address.check_free()
        engines = start_engines(data)
        watches = [Watch(child, data) for child in engines.children]
        try:
            _start(data, address, engines, watches)
            _look_after(watches)
        except Stopped:
            say("Stopping")
            return 0
        finally:
            _stop(engines, watches)


def _start(data: DataFolder, address: WebAddress, engines: Engines, watches: list[Watch]) -> None:
    environment = product_environment(data, engines.environment)
    environment |= {"HOST": address.host, "PORT": str(address.port)}
    say("Preparing the database")
    prepare(data, environment)
    announce(data, Holder("product", address.url, environment=engines.environment))
    web = Child(_web(address, environment), data)
    watches.append(Watch(web, data))
    if not becomes_healthy(address, [web], patience=_WEB_PATIENCE):
        raise LaunchError(f"The web does not answer; the end of {web.log}:\n{web.last_lines()}")
    for program in (_worker(environment), _beat(environment)):
        watches.append(Watch(Child(program, data), data))
    children = [watch.child for watch in watches]
    while not becomes_healthy(address, children, everything=True, patience=_ALL_PATIENCE):
        say("The web is up; waiting for a sign of life of worker and beat")  # busy, perhaps
    print(f"Ready: {address.url}")
    if address.is_loopback and _wants_demo():
        print(_DEMO)
    sys.stdout.flush()


def _wants_demo() -> bool:
    return os.environ.get("FIRM_DEMO", "").lower() not in {"0", "false", "no", "off"}


def _look_after(watches: list[Watch]) -> NoReturn:
    while True:
        for watch in watches:
            watch.look()
        time.sleep(0.25)


def _stop(engines: Engines, watches: list[Watch]) -> None:
    """Web and workers first: what they have under way still needs the engines."""
    count = len(engines.children)
    stop_all([watch.child for watch in watches[count:]], patience=_STOP_PATIENCE)
    engines.children[:] = [watch.child for watch in watches[:count]]
    engines.stop()


def _web(address: WebAddress, environment: Mapping[str, str]) -> Program:
    options = {
        "bind": address.bind,
        "worker-class": "gthread",
        "workers": "2",
        "threads": "8",
        "timeout": "60",
        "graceful-timeout": "3",
    }
    flags = [word for name, value in options.items() for word in (f"--{name}", value)]
    command = ["gunicorn", "firm.config.wsgi:application", *flags]
    return _module("web", [*command, "--preload", "--no-control-socket"], environment)


def _worker(environment: Mapping[str, str]) -> Program:
    command = ["celery", "-A", "firm.config", "worker", "--pool", "prefork", "--concurrency", "2"]
    options = ["--loglevel", "INFO", "--without-gossip", "--without-mingle"]
    return _module("worker", [*command, *options], environment, orphan_signal=signal.SIGQUIT)


def _beat(environment: Mapping[str, str]) -> Program:
    command = ["celery", "-A", "firm.config", "beat", "--loglevel", "INFO", "--pidfile", ""]
    return _module("beat", command, environment)


def _module(
    name: str,
    command: list[str],
    environment: Mapping[str, str],
    *,
    orphan_signal: signal.Signals = signal.SIGTERM,
) -> Program:
    return Program(
        name=name,
        command=[sys.executable, "-m", *command],
        environment=environment,
        folder=CHECKOUT,
        orphan_signal=orphan_signal,
    )
