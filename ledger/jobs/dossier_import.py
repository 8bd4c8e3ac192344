"""Job: fill a new dossier from the archive that somebody sent, all of it or nothing."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from django.conf import settings
from django.db import transaction

from clients.models import Dossier
from firm import jobs
from ledger import archive_store
from ledger.actions import dossier_load
from ledger.portable.reading import ArchiveTampered, open_archive


def prepare(run: jobs.Run) -> None:
    """Check the archive once more, and keep its files: nobody sees them before its rows."""
    dossier_id = run.job.dossier_id or 0
    folder = Path(settings.WORK_DIR) / "imports"
    folder.mkdir(parents=True, exist_ok=True)
    place = folder / f"{run.job.id}.zip"
    with (
        archive_store.opened(dossier_id, run.job.id, root=archive_store.RECEIVED) as source,
        tempfile.NamedTemporaryFile(dir=folder, delete=False) as copy,
    ):
        shutil.copyfileobj(source, copy, dossier_load.BLOCK)
    Path(copy.name).replace(place)
    archive = open_archive(place)
    if archive.manifest_sha256 != run.params["manifest_sha256"]:
        raise ArchiveTampered("L’archive gardée n’est plus celle qui a été vérifiée.")
    run.progress(0, 100, "Documents")
    dossier_load.store_files(archive, dossier_id)
    run.carried = archive


def work(run: jobs.Run) -> None:
    """Write the rows in this one transaction."""
    assert run.by is not None
    dossier = Dossier.objects.select_related("firm").get(pk=run.job.dossier_id or 0)
    run.result = dossier_load.fill_dossier(
        dossier, run.carried, by=run.by,
        progress=lambda done, total: run.progress(
            round(100 * done / total), 100, "Écritures, factures, banque"
        ),
    )  # fmt: skip
    transaction.on_commit(lambda: _forget(run), robust=True)


def _forget(run: jobs.Run) -> None:
    """The archive is in the rows now; until their commit, another runner may need it."""
    archive_store.drop(run.job.dossier_id or 0, run.job.id, root=archive_store.RECEIVED)
    Path(run.carried.path).unlink(missing_ok=True)


def fail(run: jobs.Run, message: str) -> None:
    """The dossier stays empty, in « Intégration »; another archive makes another dossier."""
    del message
    archive_store.drop(run.job.dossier_id or 0, run.job.id, root=archive_store.RECEIVED)


KIND = jobs.register(
    jobs.Kind(dossier_load.KIND, "Reprise d’un dossier", work, prepare, fail,
              needs="dossier.manage")
)  # fmt: skip
