"""Job: the portable archive of a dossier, which then waits a month for whoever may take it away."""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from clients.models import Dossier, DossierDeletion
from firm import jobs
from ledger import archive_store
from ledger.actions import dossier_export
from ledger.portable import content, writing
from ledger.portable.tables import portable_tables
from ledger.queries.dossiers import balance_digest

STEPS = 100


def prepare(run: jobs.Run) -> None:
    """Write the archive from one snapshot of the dossier, and store it under the job's number."""
    assert run.by is not None
    assert run.job.dossier_id is not None
    folder = Path(settings.WORK_DIR) / "exports"
    folder.mkdir(parents=True, exist_ok=True)
    archive_store.drop_expired(run.job.dossier_id)
    with tempfile.TemporaryDirectory(dir=folder) as place:
        made = Path(place) / "archive.zip"
        with run.scope():
            dossier = Dossier.objects.select_related("firm", "owner").get(pk=run.job.dossier_id)
            run.carried = _written(run, dossier, made)
        run.check()
        archive_store.keep(run.job.dossier_id, run.job.id, made)


def _written(run: jobs.Run, dossier: Dossier, made: Path) -> dict[str, Any]:
    assert run.by is not None
    archive = writing.Archive(made)
    for rank, step in enumerate(content.add_books(archive, dossier, by=run.by), 1):
        run.progress(min(5 * rank, 40), STEPS, step)
    run.progress(45, STEPS, "Écritures, factures, banque")
    counts = writing.add_rows(archive, dossier.id)
    run.progress(70, STEPS, "Documents")
    files = writing.add_files(archive, dossier.id)
    content.add_people(archive, dossier)
    manifest_sha256 = archive.close({
        "made_at": timezone.now().isoformat(), "software": settings.PRODUCT,
        "software_version": settings.VERSION, "dossier": content.settings_of(dossier),
        "counts": counts, "stored_files": files,
        "balance_sha256": balance_digest(dossier.id),
        "columns": {table.label: table.columns for table in portable_tables()},
    })  # fmt: skip
    run.progress(95, STEPS, "Empreinte")
    digest = hashlib.sha256()
    with made.open("rb") as source:
        for block in writing.read_blocks(source):
            digest.update(block)
    return {
        "file_name": f"{dossier.slug}-{timezone.localdate():%Y-%m-%d}.zip",
        "size": made.stat().st_size, "sha256": digest.hexdigest(),
        "manifest_sha256": manifest_sha256, "files": len(archive.files),
    }  # fmt: skip


def work(run: jobs.Run) -> None:
    """Say that it is there, mail its link, tell its identity to the deletion that waits."""
    assert run.by is not None
    dossier = Dossier.objects.select_related("firm").get(pk=run.job.dossier_id or 0)
    run.result = run.carried
    DossierDeletion.objects.filter(archive_job_id=run.job.id).update(
        archive_sha256=run.result["sha256"], manifest_sha256=run.result["manifest_sha256"]
    )
    dossier_export.finish_dossier_export(
        dossier, run.job, made=run.result, also_to=run.params.get("also_to", []), by=run.by
    )


def fail(run: jobs.Run, message: str) -> None:
    """Leave no file behind."""
    del message
    archive_store.drop(run.job.dossier_id or 0, run.job.id)


KIND = jobs.register(
    jobs.Kind(dossier_export.KIND, "Export du dossier entier", work, prepare, fail,
              needs="dossier.export")
)  # fmt: skip
