"""Where an engine's socket lives: beside its data, unless the path would be too long.

A socket's path holds about a hundred bytes, whatever the file system allows.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from firm.launcher.data_folder import DataFolder

_LONGEST = 100  # bytes; macOS takes 103 and Linux 107
_PREFIX = "firm-socket-"


def socket_folder(data: DataFolder, beside: Path, file_name: str, *, owner: int | None) -> Path:
    """The folder for the socket `file_name`: `beside`, or a short one that only `owner` may enter.

    The short one is known by a link in `sockets/`, so that `forget_socket_folders` finds it.
    """
    if len(os.fsencode(beside / file_name)) <= _LONGEST:
        return beside
    short = Path(tempfile.mkdtemp(prefix=_PREFIX))
    if owner is not None:
        os.chown(short, owner, -1)
    (data.sockets / beside.name).symlink_to(short)
    return short


def forget_socket_folders(data: DataFolder) -> None:
    """Remove the short folders of an earlier start.  The caller holds the folder's lock."""
    for link in data.sockets.iterdir():
        target = link.readlink()
        if target.name.startswith(_PREFIX) and not target.is_symlink():
            shutil.rmtree(target, ignore_errors=True)
        link.unlink()
