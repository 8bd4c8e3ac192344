"""`./test`: pytest on engines of its own, which leave nothing behind."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from firm.launcher.console import LaunchError
from firm.launcher.data_folder import DataFolder
from firm.launcher.engines import start_engines
from firm.launcher.environment import product_environment
from firm.launcher.foreground import run_in_foreground
from firm.launcher.interrupts import ignore, raising_stopped
from firm.launcher.occupancy import Holder, try_to_hold
from firm.launcher.processes import end_survivors

_PREFIX = "firm-test-"
_MEMORY = Path("/dev/shm")  # noqa: S108 - the name of a file system, and mkdtemp makes the folder
_ROOM = 2 * 1024**3  # bytes; less free memory-backed storage than this is left alone
_CHROMIUMS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)


def run_tests(arguments: Sequence[str]) -> int:
    """Run pytest; its closing line is the last thing printed, its exit code the answer.

    Raises:
        LaunchError: an engine does not start, or REQUIRE_BROWSER=1 and there is no Chromium.
    """
    chromium = _chromium()
    with raising_stopped(), _throw_away_folder() as data:
        engines = start_engines(data, durable=False)
        try:
            environment = product_environment(data, engines.environment)
            environment["CHROMIUM"] = chromium
            command = [sys.executable, "-m", "pytest", *workers_for(arguments), *arguments]
            return run_in_foreground(command, environment)
        finally:
            ignore()
            engines.stop()


def workers_for(arguments: Sequence[str]) -> list[str]:
    """Two workers, unless the person chose, or asks for one file: then nothing stands between."""
    chosen = any(
        argument.startswith(("-n", "--numprocesses", "--dist", "--pdb"))
        or argument in {"no:xdist", "-pno:xdist"}
        for argument in arguments
    )
    named = [Path(argument.partition("::")[0]) for argument in arguments]
    if chosen or sum(path.is_file() for path in named) == 1:
        return []
    return ["-n", "2", "--dist", "loadgroup"]


def _chromium() -> str:
    """The browser's program; empty when there is none."""
    given = os.environ.get("CHROMIUM")
    found = given or next(filter(None, map(shutil.which, _CHROMIUMS)), "")
    if not found and os.environ.get("REQUIRE_BROWSER") == "1":
        raise LaunchError(
            "REQUIRE_BROWSER=1, and no Chromium was found. Install it (Debian: apt-get install "
            "chromium), or give its path in CHROMIUM."
        )
    return found


@contextlib.contextmanager
def _throw_away_folder() -> Iterator[DataFolder]:
    """A FIRM_DATA in memory where there is room, and gone afterwards."""
    base = Path(tempfile.gettempdir())
    if os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > _ROOM:
        base = _MEMORY
    _remove_forgotten(base)
    data = DataFolder(Path(tempfile.mkdtemp(prefix=_PREFIX, dir=base)))
    try:
        data.make()
        lock = try_to_hold(data, Holder("tests"))
        yield data
        if lock is not None:
            lock.close()
    finally:
        shutil.rmtree(data.root, ignore_errors=True)


def _remove_forgotten(base: Path) -> None:
    """Remove what a killed run of ours left: its folder is ours and nobody holds it."""
    for folder in base.glob(f"{_PREFIX}*"):
        if folder.is_symlink() or folder.stat().st_uid != os.geteuid():
            continue
        data = DataFolder(folder)
        if not (folder / "lock").exists():
            continue
        lock = try_to_hold(data, Holder("tests"))
        if lock is not None:
            with lock:
                end_survivors(data)
                shutil.rmtree(folder, ignore_errors=True)
