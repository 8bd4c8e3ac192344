"""Job: take an import back, as if it had never been."""

from __future__ import annotations

from firm import jobs
from ledger import storage
from ledger.actions import fec_import as life
from ledger.actions import fec_unload
from ledger.models import FecImport


def work(run: jobs.Run) -> None:
    """Remove what the import created, in this one transaction."""
    row = FecImport.objects.select_related("dossier").get(pk=run.params["import_id"])
    if row.state != FecImport.State.UNDOING:
        raise jobs.Cancelled
    run.result = fec_unload.unload(row, progress=run.progress)
    assert run.by is not None
    life.finish_undo(row, by=run.by, counts=run.result)
    storage.drop_artefacts(row.dossier_id, row.sha256)


def fail(run: jobs.Run, message: str) -> None:
    """The books are as they were."""
    FecImport.objects.filter(pk=run.params.get("import_id"), state=FecImport.State.UNDOING).update(
        state=FecImport.State.IMPORTED, error=message
    )


KIND = jobs.register(
    jobs.Kind(life.UNDO, "Annulation d’un import", work, fail=fail, needs="fec.import")
)
