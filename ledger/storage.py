"""Where the bytes of a FEC live: the original for good, what was worked out of it for a while.

Originals are kept by content under their dossier, through Django's storage (a folder, or S3).
What a check writes for the import to load is a cache on this machine: it can be made again.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.files.storage import default_storage

from firm.errors import TooLarge
from firm.stored_files import BLOCK, keep_bytes

FORMAT = 2  # of the artefacts; another number makes those of before forgotten


class FileTooLarge(TooLarge):
    """The file exceeds what the installation accepts."""

    code = "file_too_large"


def keep_original(dossier_id: int, source: IO[bytes]) -> tuple[str, int]:
    """Store a file by its content, streaming; answers its SHA-256 and its size in bytes.

    Raises:
        FileTooLarge: it exceeds FEC_MAX_BYTES; nothing is kept.
    """
    most = settings.FEC_MAX_BYTES

    def too_large() -> FileTooLarge:
        return FileTooLarge(f"Ce fichier dépasse {most // 1024**2} Mo. Découpez-le par exercice.")

    kept = keep_bytes(f"fec/{dossier_id}", source, most=most, too_large=too_large)
    return kept.sha256, kept.size


def original_name(dossier_id: int, sha256: str) -> str:
    """Its name in the storage."""
    return f"fec/{dossier_id}/{sha256}"


@contextmanager
def original_path(dossier_id: int, sha256: str) -> Iterator[Path]:
    """The original as a local file, fetched for the time of the block from a remote storage."""
    name = original_name(dossier_id, sha256)
    try:
        yield Path(default_storage.path(name))
    except NotImplementedError:
        with tempfile.NamedTemporaryFile() as copy:
            with default_storage.open(name) as source:
                shutil.copyfileobj(source, copy, BLOCK)
            copy.flush()
            yield Path(copy.name)


def artefacts(dossier_id: int, sha256: str, corrections: Any) -> Path:
    """The folder of what a check with these corrections writes for the import to load.

    What an older version worked out has another name: it is worked out anew.
    """
    mark = hashlib.sha256(json.dumps(corrections, sort_keys=True).encode()).hexdigest()[:16]
    return Path(settings.WORK_DIR) / "fec" / str(dossier_id) / f"{sha256[:32]}-{FORMAT}-{mark}"


def empty_artefacts(out: Path) -> Path:
    """A new folder of one's own to work them out in, and then to rename to `out`.

    What a runner left behind when it died goes; one that only slept loses its lease and its files.
    """
    out.parent.mkdir(parents=True, exist_ok=True)
    for left in out.parent.glob(f"{out.name}.*"):
        shutil.rmtree(left, ignore_errors=True)
    return Path(tempfile.mkdtemp(prefix=f"{out.name}.", dir=out.parent))


def drop_artefacts(dossier_id: int, sha256: str) -> None:
    """Forget what was worked out of a file, whatever its corrections."""
    for folder in (Path(settings.WORK_DIR) / "fec" / str(dossier_id)).glob(f"{sha256[:32]}-*"):
        shutil.rmtree(folder, ignore_errors=True)
