"""Where archives of whole dossiers wait, through Django's storage, each under its job's number."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import IO

from django.core.files import File
from django.core.files.storage import default_storage
from django.utils import timezone

from firm.errors import NotFound

KEPT = dt.timedelta(days=31)
MADE, RECEIVED = "archives", "archives-recues"


class ArchiveGone(NotFound):
    """The archive was made more than a month ago, and is gone."""

    code = "archive_gone"
    title = "Archive expirée"


def keep(dossier_id: int, job_id: int, made: Path, *, root: str = MADE) -> None:
    """Store the archive of a job, in the place of what an attempt before may have left."""
    name = stored_name(dossier_id, job_id, root)
    default_storage.delete(name)
    with made.open("rb") as source:
        default_storage.save(name, File(source))


def opened(dossier_id: int, job_id: int, *, root: str = MADE) -> IO[bytes]:
    """The archive of a job, to be read.

    Raises:
        ArchiveGone: it is gone.
    """
    name = stored_name(dossier_id, job_id, root)
    if not default_storage.exists(name):
        raise ArchiveGone("Cette archive n’est plus gardée. Exportez le dossier de nouveau.")
    return default_storage.open(name)


def drop(dossier_id: int, job_id: int, *, root: str = MADE) -> None:
    """Forget the archive of a job, if there is one."""
    default_storage.delete(stored_name(dossier_id, job_id, root))


def drop_expired(dossier_id: int) -> None:
    """Forget the dossier's archives of more than a month."""
    folder = f"{MADE}/{dossier_id}"
    try:
        names = default_storage.listdir(folder)[1]
    except FileNotFoundError:
        return
    for name in names:
        if default_storage.get_modified_time(f"{folder}/{name}") <= timezone.now() - KEPT:
            default_storage.delete(f"{folder}/{name}")


def stored_name(dossier_id: int, job_id: int, root: str = MADE) -> str:
    """Its name in the storage."""
    return f"{root}/{dossier_id}/{job_id}"
