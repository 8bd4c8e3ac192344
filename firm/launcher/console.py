"""What the launcher says: to the person at the terminal, never on standard output.

Standard output belongs to the command that was asked for (`./run manage … > file`).
"""

from __future__ import annotations

import sys


class LaunchError(Exception):
    """Nothing can be started; the text says why and what to do about it."""


def say(text: str) -> None:
    """Print one line of progress."""
    print(text, file=sys.stderr, flush=True)
