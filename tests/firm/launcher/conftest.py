"""Data folders to start on, and a checkout whose product is three tiny programs."""

from __future__ import annotations

import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from firm.launcher.data_folder import CHECKOUT, DataFolder
from firm.launcher.processes import Program

_MANAGE = """
import os, sys
print("noise of", sys.argv[1], file=sys.stderr)
if sys.argv[1] == "prepare":
    print("tables made, demo", os.environ.get("FIRM_DEMO", "wanted"))
elif sys.argv[1] == "exit":
    sys.exit(int(sys.argv[2]))
else:
    print(sys.stdin.read() + os.environ[sys.argv[2]])
"""
_WEB = """
import http.server, os, pathlib
class Health(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        alive = {path.name for path in pathlib.Path(os.environ["FIRM_DATA"]).glob("alive-*")}
        healthy = "all" not in self.path or alive == {"alive-worker", "alive-beat"}
        self.send_response(200 if healthy else 503)
        self.end_headers()
http.server.HTTPServer((os.environ["HOST"], int(os.environ["PORT"])), Health).serve_forever()
"""
_WORKER = """
import os, pathlib, subprocess, sys, time
pathlib.Path(os.environ["FIRM_DATA"], "alive-" + sys.argv[3]).touch()
subprocess.Popen(["sleep", "600"])  # a child of the worker, which the kernel does not tie to us
time.sleep(600)
"""


@pytest.fixture
def data(tmp_path: Path) -> DataFolder:
    folder = DataFolder(tmp_path / "data")
    folder.make()
    return folder


@pytest.fixture
def sleeper(tmp_path: Path) -> Callable[[str], Program]:
    """A program of that name that sleeps for ten minutes."""

    def program(name: str) -> Program:
        return Program(name, ["sleep", "600"], {}, tmp_path)

    return program


class Checkout:
    """A copy of the launcher around a product of three tiny programs."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.data = DataFolder(root / "var")
        self.port = free_port()
        self.running: list[subprocess.Popen[str]] = []
        shutil.copytree(CHECKOUT / "firm" / "launcher", root / "firm" / "launcher")
        (root / "firm" / "__init__.py").touch()

    def write_product(self) -> None:
        for name, text in {"manage": _MANAGE, "gunicorn": _WEB, "celery": _WORKER}.items():
            (self.root / f"{name}.py").write_text(text)
        for alive in self.data.root.glob("alive-*"):
            alive.unlink()

    def launcher(self, *arguments: str) -> subprocess.Popen[str]:
        environment = {
            "PATH": "/usr/bin:/bin",
            "PYTHONPATH": str(self.root),
            "FIRM_DATA": str(self.data.root),
            "PORT": str(self.port),
        }
        process = subprocess.Popen(
            [sys.executable, "-m", "firm.launcher", *arguments],
            cwd=self.root,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.running.append(process)
        return process

    def start(self) -> subprocess.Popen[str]:
        """`./run`, up to its line `Ready:`."""
        process = self.launcher("up")
        assert line_of(process) == f"Ready: http://127.0.0.1:{self.port}\n", said_by(process)
        return process

    def pids(self) -> dict[str, int]:
        return {path.name: int(path.read_text().split()[0]) for path in self.data.pids.iterdir()}

    def end(self) -> None:
        for process in self.running:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
            process.communicate(timeout=20)
        self.running.clear()


@pytest.fixture(scope="session")
def used_checkout(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    return Checkout(tmp_path_factory.mktemp("used"))


@pytest.fixture
def checkout(used_checkout: Checkout) -> Iterator[Checkout]:
    """One whose database was made by the test before: only the first start is slow."""
    used_checkout.write_product()
    yield used_checkout
    used_checkout.end()


@pytest.fixture
def new_checkout(tmp_path: Path) -> Iterator[Checkout]:
    """One that was never started."""
    made = Checkout(tmp_path)
    made.write_product()
    yield made
    made.end()


def line_of(process: subprocess.Popen[str]) -> str:
    """The next line that it prints."""
    assert process.stdout is not None
    return process.stdout.readline()


def said_by(process: subprocess.Popen[str]) -> str:
    """Everything that it says on the terminal, to its end."""
    assert process.stderr is not None
    return process.stderr.read()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def comes_true(condition: Callable[[], object], *, seconds: float = 15) -> bool:
    """Whether it does within that time."""
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True
