"""The two engines together: started side by side, or left out when an address is given."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from firm.launcher.console import LaunchError
from firm.launcher.data_folder import DataFolder
from firm.launcher.postgres import Postgres
from firm.launcher.processes import Child, Program, end_survivors
from firm.launcher.sockets import forget_socket_folders
from firm.launcher.supervisor import stop_all
from firm.launcher.valkey import Valkey

_PATIENCE = 3.0  # seconds


class Engine(Protocol):
    """What the launcher asks of an engine."""

    def prepare(self) -> None:
        """Everything before the start."""

    def program(self) -> Program:
        """The process to run."""

    def wait_until_ready(self, child: Child) -> None:
        """Return once it answers."""

    def environment(self) -> dict[str, str]:
        """How the product finds it."""


@dataclass(slots=True)
class Engines:
    """The engines that were started, and the addresses of all, the given ones included."""

    data: DataFolder
    environment: dict[str, str] = field(default_factory=dict)
    children: list[Child] = field(default_factory=list)

    def stop(self) -> None:
        """End them; a second call does nothing."""
        stop_all(self.children, patience=_PATIENCE)
        self.children.clear()
        forget_socket_folders(self.data)


def start_engines(data: DataFolder, *, durable: bool = True) -> Engines:
    """Start what no address is given for.  The caller holds the folder's lock.

    `durable=False` trades every promise about a crash for speed: for tests only.

    Raises:
        LaunchError: an engine cannot be had or does not start; none is left running.
    """
    end_survivors(data)
    forget_socket_folders(data)
    wanted: list[Engine] = []
    given = _given_addresses(os.environ)
    if "DATABASE_URL" not in given:
        wanted.append(Postgres(data, durable=durable))
    if "REDIS_URL" not in given:
        wanted.append(Valkey(data, durable=durable))
    engines = Engines(data, given)
    try:
        for engine in wanted:
            engine.prepare()
        for engine in wanted:
            engines.children.append(Child(engine.program(), data))
        for engine, child in zip(wanted, engines.children, strict=True):
            engine.wait_until_ready(child)
            engines.environment |= engine.environment()
    except BaseException:
        engines.stop()
        raise
    return engines


def _given_addresses(environment: Mapping[str, str]) -> dict[str, str]:
    names = ("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_BACKUP_URL", "REDIS_URL")
    given = {name: environment[name] for name in names if environment.get(name)}
    if ("DATABASE_URL" in given) != ("DATABASE_OWNER_URL" in given):
        raise LaunchError(
            "DATABASE_URL (role firm_app) and DATABASE_OWNER_URL (role firm_owner) go together: "
            "give both for a server of your own, or neither for the embedded one."
        )
    return given
