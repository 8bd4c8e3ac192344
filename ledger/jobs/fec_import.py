"""Job: write the books of a checked FEC, all of them or nothing."""

from __future__ import annotations

from firm import jobs
from ledger import storage
from ledger.actions import fec_import as life
from ledger.actions import fec_load
from ledger.jobs import fec_check
from ledger.models import FecImport


def prepare(run: jobs.Run) -> None:
    """Make the artefacts again if another machine made them, or somebody cleaned up."""
    with run.scope():
        row = FecImport.objects.select_related("dossier").get(pk=run.params["import_id"])
    if not (storage.artefacts(row.dossier_id, row.sha256, row.corrections) / "lines.tsv").exists():
        fec_check.prepare(run)


def work(run: jobs.Run) -> None:
    """Load the artefacts in this one transaction."""
    row = FecImport.objects.select_related("dossier").get(pk=run.params["import_id"])
    if row.state != FecImport.State.IMPORTING:
        raise jobs.Cancelled
    folder = storage.artefacts(row.dossier_id, row.sha256, row.corrections)
    counts = fec_load.load(row, folder, mode=row.mode or "refuse", progress=run.progress)
    run.result = counts
    assert run.by is not None
    life.finish_load(row, by=run.by, counts=counts)


def fail(run: jobs.Run, message: str) -> None:
    """Nothing was written: the import can be confirmed again."""
    is_stopped = run.error_code == "cancelled"
    state = FecImport.State.TO_REVIEW if is_stopped else FecImport.State.FAILED
    waiting = FecImport.objects.filter(pk=run.params["import_id"], state=FecImport.State.IMPORTING)
    waiting.update(state=state, error=message)


KIND = jobs.register(
    jobs.Kind(life.LOAD, "Import d’un FEC", work, prepare, fail, needs="fec.import")
)
