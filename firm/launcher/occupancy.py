"""Who holds a data folder: one starter at a time, and what the others need to know of it.

`lock` is held (flock) for as long as the starter lives, so a kill -9 frees it.  `running.json`
says where the holder answers; it counts only while the lock is held.  `guests` is held, shared, by
management commands that use another's engines.
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

from firm.launcher.data_folder import DataFolder


@dataclass(frozen=True, slots=True)
class Holder:
    """What the starter wrote about itself."""

    pid: int
    what: str
    """`product`, `engines` or `command`."""
    url: str = ""
    environment: dict[str, str] = field(default_factory=dict)
    """The addresses of the engines; empty until they answer."""


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
        return Holder(**json.loads((data.root / "running.json").read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError, TypeError):
        return None


@contextlib.contextmanager
def as_guest(data: DataFolder) -> Iterator[None]:
    """Keep the holder's engines from being stopped by a command that ends before ours."""
    with _open(data.root / "guests") as guests:
        fcntl.flock(guests, fcntl.LOCK_SH)
        yield


def wait_for_guests(data: DataFolder) -> None:
    """Return when no other command uses the engines any more."""
    with _open(data.root / "guests") as guests:
        while True:
            try:
                fcntl.flock(guests, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                time.sleep(0.1)
            else:
                return


def _open(path: Path) -> IO[bytes]:
    return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b")
