"""A process that only waits for the launcher to die, and then ends whatever outlived it.

It shares the launcher's lock on the data folder, so that nobody starts there before it is done.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from firm.launcher.data_folder import CHECKOUT, DataFolder
from firm.launcher.interrupts import ignore
from firm.launcher.processes import end_survivors

_PATIENCE = 4.0  # seconds


@contextlib.contextmanager
def caretaker(data: DataFolder, lock: IO[bytes]) -> Iterator[None]:
    """Have one for as long as the block lasts."""
    process = subprocess.Popen(
        [sys.executable, "-m", "firm.launcher.caretaker", str(data.root)],
        cwd=CHECKOUT,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        pass_fds=[lock.fileno()],
        process_group=0,
    )
    with process:  # leaving it closes the pipe, and waits
        yield


def main(folder: Path) -> None:
    """Wait for the end of the pipe, whoever closes it, and tidy up."""
    ignore()
    sys.stdin.buffer.read()
    end_survivors(DataFolder(folder), patience=_PATIENCE, just_now=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
