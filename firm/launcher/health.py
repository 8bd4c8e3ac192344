"""Asking the product how it is, at `/healthz`."""

from __future__ import annotations

import http.client
import os
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass

from firm.launcher.console import LaunchError
from firm.launcher.processes import Child

_LOOPBACKS = {"127.0.0.1", "localhost", "::1"}
_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104 - names of it


@dataclass(frozen=True, slots=True)
class WebAddress:
    """Where the web answers, by HOST and PORT."""

    host: str
    port: int

    @classmethod
    def from_environment(cls) -> WebAddress:
        """127.0.0.1:8000 unless said otherwise.

        Raises:
            LaunchError: PORT is no port.
        """
        port = os.environ.get("PORT") or "8000"
        if not port.isdecimal() or not 0 < int(port) < 65536:
            raise LaunchError(f"PORT must be a number from 1 to 65535, not {port}.")
        return cls(os.environ.get("HOST") or "127.0.0.1", int(port))

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach it."""
        return self.host in _LOOPBACKS

    @property
    def bind(self) -> str:
        """As a server is told it."""
        return f"{_bracketed(self.host)}:{self.port}"

    @property
    def url(self) -> str:
        """As a browser on this machine is told it."""
        return f"http://{_bracketed(_EVERYWHERE.get(self.host, self.host))}:{self.port}"

    def check_free(self) -> None:
        """Raise LaunchError when something listens there already, or nothing may."""
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((self.host, self.port))
            except OSError as error:
                raise LaunchError(
                    f"The product cannot listen on {self.bind} ({error.strerror}). Choose another "
                    f"port, for example: PORT={self.port % 65535 + 1} ./run"
                ) from error

    def is_healthy(self, *, everything: bool) -> bool:
        """Whether the web answers and is content; `everything` asks for worker and beat too."""
        host = _EVERYWHERE.get(self.host, self.host)
        connection = http.client.HTTPConnection(host, self.port, timeout=5)
        try:
            path = "/healthz?all=1" if everything else "/healthz"
            connection.request("GET", path, headers={"Host": self._host_header()})
            return connection.getresponse().status == http.HTTPStatus.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def _host_header(self) -> str:
        """A name that the product answers to."""
        named = (os.environ.get("ALLOWED_HOSTS") or "").split(",")[0].strip().lstrip(".")
        return named if named not in {"", "*"} else self.url.removeprefix("http://")


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def becomes_healthy(
    address: WebAddress, children: Sequence[Child], *, everything: bool = False, patience: float
) -> bool:
    """True once the product is healthy, False when `patience` seconds were not enough.

    Raises:
        LaunchError: one of `children` ended.
    """
    until = time.monotonic() + patience
    while not address.is_healthy(everything=everything):
        for child in children:
            if child.exit_code is not None:
                raise LaunchError(f"{child.program.name} did not start.\n{child.last_lines()}")
        if time.monotonic() > until:
            return False
        time.sleep(0.1)
    return True
