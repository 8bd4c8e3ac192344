"""Who holds a data folder: one starter at a time, and what the others need to know of it.

`lock` is held (flock) for as long as the starter lives, so a kill -9 frees it.  `running.json`
says where the holder answers.  `guests` is held, shared, by management commands that use another's
engines, and exclusively by who stops them.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO

from firm.launcher.console import LaunchError, say
from firm.launcher.data_folder import DataFolder
from firm.launcher.processes import start_time

_PATIENCE = 12.0  # seconds for a starter to say who it is, or a dead one's caretaker to finish


@dataclass(frozen=True, slots=True)
class Holder:
    """What the starter wrote about itself."""

    what: str
    """`product`, `engines`, `command` or `tests`."""
    url: str = ""
    environment: dict[str, str] = field(default_factory=dict)
    """The addresses of the engines; empty until they answer."""
    pid: int = field(default_factory=os.getpid)
    started: str | None = field(default_factory=lambda: start_time(os.getpid()))


def try_to_hold(data: DataFolder, holder: Holder) -> IO[bytes] | None:
    """Take the folder, or answer None: someone has it.  Closing the answer lets it go."""
    lock = _open(data.root / "lock")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        return None
    announce(data, holder)
    return lock


def hold(data: DataFolder, holder: Holder) -> IO[bytes]:
    """Take the folder, after a management command that has it.

    Raises:
        LaunchError: the product runs on it already; the text says where.
    """
    told = False
    until = time.monotonic() + _PATIENCE
    while (lock := try_to_hold(data, holder)) is None:
        other = holder_of(data)
        if other is None and time.monotonic() < until:
            pass  # it has just begun, or has just died
        elif other is None or other.what != "command":
            raise LaunchError(_already_running(data, other))
        elif not told:
            say(f"Waiting for the management command that uses {data.root} (process {other.pid})")
            told = True
        time.sleep(0.1)
    return lock


def _already_running(data: DataFolder, other: Holder | None) -> str:
    if other is None:
        return f"Something else is starting on {data.root}: try again in a moment."
    where = f" at {other.url}" if other.url else ""
    return (
        f"Already running{where}: process {other.pid} works on {data.root}. Stop it first "
        f"(Ctrl-C in its terminal, or kill {other.pid}), or name another folder with FIRM_DATA."
    )


def announce(data: DataFolder, holder: Holder) -> None:
    """Write, at once, what the others are to know.  The caller holds the lock."""
    path = data.root / "running.json"
    new = path.with_suffix(".new")
    new.unlink(missing_ok=True)
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(asdict(holder), file)
    new.rename(path)


def holder_of(data: DataFolder) -> Holder | None:
    """What the present holder says; None when it has not said it yet."""
    try:
        holder = Holder(**json.loads((data.root / "running.json").read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError, TypeError):
        return None
    return holder if holder.started == start_time(holder.pid) else None


@contextlib.contextmanager
def as_guest(data: DataFolder) -> Iterator[None]:
    """Keep the holder's engines up while we use them; waits while they are being stopped."""
    with _open(data.root / "guests") as guests:
        fcntl.flock(guests, fcntl.LOCK_SH)
        yield


@contextlib.contextmanager
def without_guests(data: DataFolder) -> Iterator[None]:
    """Wait until no other command uses the engines, and let none begin."""
    with _open(data.root / "guests") as guests:
        fcntl.flock(guests, fcntl.LOCK_EX)
        yield


def _open(path: Path) -> IO[bytes]:
    return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b")
