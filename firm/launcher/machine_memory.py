"""How much memory this machine lets us have: its RAM, or less when a control group says so.

A container sees the whole machine's RAM in /proc/meminfo; what it may use is in its control groups,
of either version, its own or any above it.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

MIB = 1 << 20
GROUPS = Path("/sys/fs/cgroup")
OURS = Path("/proc/self/cgroup")


def usable_memory(groups: Path = GROUPS, ours: Path = OURS) -> int:
    """Bytes; what the system does not tell counts for nothing."""
    return min([_ram(), *_limits(groups, ours)])


def share(part: int, *, of: int, least: int, most: int) -> int:
    """A `part`-th of `of` bytes, in whole MiB, between two bounds in MiB."""
    return max(least, min(most, of // part // MIB))


def _ram() -> int:
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (ValueError, OSError):
        return 1 << 30  # a modest machine


def _limits(groups: Path, ours: Path) -> Iterator[int]:
    """The limits of our control groups and of those above; « max » is none."""
    try:
        lines = ours.read_text(encoding="utf-8").splitlines()
    except OSError:  # not Linux
        return
    for line in lines:
        _rank, kinds, path = line.split(":", 2)
        if kinds and "memory" not in kinds.split(","):
            continue
        root, name = (
            (groups / "memory", "memory.limit_in_bytes") if kinds else (groups, "memory.max")
        )
        inside = PurePosixPath(path).relative_to("/")
        for place in (inside, *inside.parents):  # a container may see its own group as the root
            with contextlib.suppress(OSError, ValueError):
                yield int((root / place / name).read_text(encoding="ascii"))
