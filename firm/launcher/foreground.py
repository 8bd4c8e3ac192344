"""Run one command for the person at the terminal: his input, his output, his Ctrl-C."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence

from firm.launcher.interrupts import Stopped
from firm.launcher.processes import tie_to_launcher


def run_in_foreground(
    command: Sequence[str], environment: Mapping[str, str], *, quiet: bool = False
) -> int:
    """The command's exit code, 128 + N when signal N ended it.

    `quiet` sends what it prints to standard error: it is not what the person asked for.  A signal
    that ends us is passed on, and the command given the time that it takes.
    """
    process = subprocess.Popen(
        command,
        env=environment,
        stdout=sys.stderr if quiet else None,
        preexec_fn=tie_to_launcher(signal.SIGTERM),  # noqa: PLW1509 - there are no threads
    )
    try:
        code = process.wait()
    except Stopped as stopped:
        if not _came_from_terminal(stopped.number):
            process.send_signal(stopped.number)
        process.wait()
        raise
    return code if code >= 0 else 128 - code


def _came_from_terminal(number: int) -> bool:
    """Whether the terminal has told the command already, as it tells its whole foreground."""
    if number != signal.SIGINT or not sys.stdin.isatty():
        return False
    return os.tcgetpgrp(sys.stdin.fileno()) == os.getpgrp()
