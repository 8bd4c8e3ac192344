"""Make the environment that the product runs in: `.venv` with exactly what the lock names.

Runs on the person's own Python, before anything is installed.  A stamp makes the next start skip
it all; two starts at once wait for one another.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NoReturn

from firm.launcher.console import LaunchError, say
from firm.launcher.data_folder import CHECKOUT

VENV = CHECKOUT / ".venv"
PYTHON = VENV / "bin" / "python"
_STAMP = VENV / "installed.json"
_LOCKS = {"run": CHECKOUT / "requirements.lock", "dev": CHECKOUT / "requirements-dev.lock"}
_NEEDS = (
    "Python 3.11 or newer with pip or venv is needed (Debian: apt-get install python3-venv), and a "
    "way to the package index."
)
_UV_LOCK = Path(__file__).with_name("uv.lock.txt")


def start(command: Sequence[str], *, dev: bool = False) -> NoReturn:
    """Make the environment if need be, then become `python -m firm.launcher COMMAND` in it."""
    try:
        ensure_environment(dev=dev)
    except LaunchError as error:
        say(str(error))
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
    environment = {**os.environ, "PYTHONPATH": str(CHECKOUT)}
    arguments = [str(PYTHON), "-m", "firm.launcher", *command]
    os.execve(PYTHON, arguments, environment)  # noqa: S606 - there is no shell to be fooled


def ensure_environment(*, dev: bool) -> None:
    """Install the lock of users, or of developers, unless the stamp says that it is there.

    The developers' lock holds everything of the users': after `./test`, `./run` has nothing to do.

    Raises:
        LaunchError: it cannot be made; the text holds the installer's own words.
    """
    with _alone():
        digests = {kind: _digest(lock) for kind, lock in _LOCKS.items()}
        installed = _installed()
        if installed.get("run") == digests["run"] and (
            not dev or installed.get("dev") == digests["dev"]
        ):
            return
        if not installed:
            say("Setting up the environment; the first time takes up to a minute")
        _STAMP.unlink(missing_ok=True)
        if not PYTHON.exists():
            _make_venv()
        _install(_LOCKS["dev" if dev else "run"])
        installed |= digests if dev else {"run": digests["run"]}
        _STAMP.write_text(json.dumps(installed), encoding="ascii")


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    folder = os.open(CHECKOUT, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def _digest(lock: Path) -> str:
    return hashlib.sha256(lock.read_bytes()).hexdigest()


def _installed() -> dict[str, str]:
    """What the stamp says; nothing when the environment's Python is gone (an upgraded system)."""
    if not PYTHON.exists():
        return {}
    try:
        stamp = json.loads(_STAMP.read_text(encoding="ascii"))
    except (FileNotFoundError, ValueError):
        return {}
    return {str(kind): str(digest) for kind, digest in stamp.items()}


def _make_venv() -> None:
    """Make `.venv` without a pip of its own: that alone would take longer than all the rest."""
    shutil.rmtree(VENV, ignore_errors=True)
    _run([sys.executable, "-m", "venv", "--without-pip", str(VENV)], "create .venv")


def _install(lock: Path) -> None:
    """Install with uv, six times faster than pip; with pip where uv cannot be had."""
    options = ["install", "--quiet", "--require-hashes", "-r", str(lock)]
    uv = _uv()
    if uv is not None:
        _run([uv, "pip", *options, "--python", str(PYTHON)], "install the requirements")
        return
    pip = next(_pips(), None)
    if pip is None:
        raise LaunchError(f"Could not install the requirements: there is no pip. {_NEEDS}")
    _run([*pip, *options, "--no-deps"], "install the requirements")


def _uv() -> str | None:
    own = VENV / "bin" / "uv"
    if own.exists():
        return str(own)
    found = shutil.which("uv")
    if found is not None:
        return found
    options = ["install", "--quiet", "--require-hashes", "-r", str(_UV_LOCK)]
    return str(own) if any(_succeeds([*pip, *options]) for pip in _pips()) else None


def _pips() -> Iterator[list[str]]:
    """The pips that work on the environment: the person's own, then one put into it."""
    own = [sys.executable, "-m", "pip", "--python", str(PYTHON)]  # pip 22.3 or newer
    if _succeeds([*own, "--version"]):
        yield own
    if _succeeds([str(PYTHON), "-m", "ensurepip"]):
        yield [str(PYTHON), "-m", "pip"]


def _succeeds(command: Sequence[str]) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def _run(command: Sequence[str], purpose: str) -> None:
    answer = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if answer.returncode:
        raise LaunchError(f"Could not {purpose}.\n{answer.stdout.strip()}\n{_NEEDS}")
