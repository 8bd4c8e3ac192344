"""Where prepared exports wait for whoever asked for them: a day, through Django's storage.

Each is in the folder of its job, so that no other file can take its name.
"""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from pathlib import Path
from typing import IO

from django.core.files import File
from django.core.files.storage import default_storage
from django.utils import timezone

from firm.errors import NotFound

KEPT = dt.timedelta(hours=24)
ROOT = "exports"


class ExportExpired(NotFound):
    """The file was prepared more than a day ago, and is gone."""

    code = "export_expired"
    title = "Export expiré"


def keep(dossier_id: int, job_id: int, made: Path) -> None:
    """Store the file of a job, in the place of what an attempt before may have left."""
    name = stored_name(dossier_id, job_id)
    drop(dossier_id, job_id)
    with made.open("rb") as source:
        default_storage.save(name, File(source))


def opened(dossier_id: int, job_id: int) -> IO[bytes]:
    """The file of a job, to be read.

    Raises:
        ExportExpired: it is gone, or due to go.
    """
    name = stored_name(dossier_id, job_id)
    if default_storage.exists(name) and not _is_expired(name):
        return default_storage.open(name)
    raise ExportExpired(
        "Ce fichier n’est plus gardé : un export l’est 24 heures. Recommencez l’export."
    )


def drop(dossier_id: int, job_id: int) -> None:
    """Forget the file of a job, if there is one."""
    default_storage.delete(stored_name(dossier_id, job_id))


def drop_expired() -> int:
    """Forget the files of more than a day, of all dossiers; answers how many."""
    gone = 0
    with suppress(FileNotFoundError):
        for dossier in default_storage.listdir(ROOT)[0]:
            for name in default_storage.listdir(f"{ROOT}/{dossier}")[1]:
                path = f"{ROOT}/{dossier}/{name}"
                if _is_expired(path):
                    default_storage.delete(path)
                    gone += 1
    return gone


def stored_name(dossier_id: int, job_id: int) -> str:
    """Its name in the storage."""
    return f"{ROOT}/{dossier_id}/{job_id}"


def _is_expired(name: str) -> bool:
    return default_storage.get_modified_time(name) <= timezone.now() - KEPT
