"""Where the files of statements are kept: by content, under their dossier, through the storage."""

from __future__ import annotations

import hashlib

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage


def keep(dossier_id: int, content: bytes) -> str:
    """Keep a file; answers its SHA-256.  The same bytes are kept once."""
    sha256 = hashlib.sha256(content).hexdigest()
    name = _name(dossier_id, sha256)
    if not default_storage.exists(name):
        default_storage.save(name, ContentFile(content))
    return sha256


def content_of(dossier_id: int, sha256: str) -> bytes:
    """The bytes of a kept file."""
    with default_storage.open(_name(dossier_id, sha256)) as kept:
        return bytes(kept.read())


def _name(dossier_id: int, sha256: str) -> str:
    return f"bank/{dossier_id}/{sha256}"
