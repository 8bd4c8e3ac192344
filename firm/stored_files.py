"""Bytes kept by their content through Django's storage (a folder, or S3): streamed, hashed, once.

What a file is called and what it means are rows elsewhere; here it is its SHA-256 in a folder.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage

from firm.errors import BusinessError

BLOCK = 1024 * 1024
HEAD = 64 * 1024


@dataclass(frozen=True, slots=True)
class Kept:
    """What was stored: its SHA-256, its size in bytes, and its first bytes, to judge it by."""

    sha256: str
    size: int
    head: bytes


def keep_bytes(
    folder: str,
    source: IO[bytes],
    *,
    most: int,
    too_large: Callable[[], BusinessError],
    judge: Callable[[Kept], None] | None = None,
) -> Kept:
    """Store a stream as `folder/<sha256>` unless it is there; nothing is kept of a refused one.

    `judge` may refuse what it sees, before anything is stored.

    Raises:
        BusinessError: that of `too_large` past `most` bytes, or whatever `judge` raises.
    """
    place = Path(settings.WORK_DIR) / "uploads"
    place.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=place) as copy:
        kept = _copy(source, copy, most, too_large)
        if judge:
            judge(kept)
        name = f"{folder}/{kept.sha256}"
        if not default_storage.exists(name):
            copy.seek(0)
            default_storage.save(name, File(copy))
    return kept


def _copy(
    source: IO[bytes], target: IO[bytes], most: int, too_large: Callable[[], BusinessError]
) -> Kept:
    digest, size, head = hashlib.sha256(), 0, b""
    while block := source.read(BLOCK):
        head = head or block[:HEAD]
        size += len(block)
        if size > most:
            raise too_large()
        digest.update(block)
        target.write(block)
    target.flush()
    return Kept(digest.hexdigest(), size, head)
