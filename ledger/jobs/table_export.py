"""Job: prepare the file of a long table, which then waits a day for whoever asked for it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from django.conf import settings
from django.http import QueryDict

from clients.models import Dossier
from firm import jobs
from ledger import export_store
from ledger.actions.table_export import EXPORT, record_table_export
from ledger.tables import Row, Table
from ledger.tables.files import write
from ledger.tables.named import build

STEP = 500


def prepare(run: jobs.Run) -> None:
    """Write the file and store it under the job's number: nobody is offered it before the end."""
    assert run.by is not None
    assert run.job.dossier_id is not None
    export_store.drop_expired()
    folder = Path(settings.WORK_DIR) / "exports"
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as place:
        made = Path(place) / "table"
        with run.scope():
            dossier = Dossier.objects.get(pk=run.job.dossier_id)
            asked = QueryDict(run.params["query"])
            table = build(run.params["table"], dossier, asked)
            counted = replace(table, rows=_counted(run, table))
            write(counted, made, run.params["format"], by=run.by)
        run.check()
        export_store.keep(run.job.dossier_id, run.job.id, made)
    run.carried = table


def _counted(run: jobs.Run, table: Table) -> Iterator[Row]:
    """The rows, with progress; stops where somebody asks for it."""
    done = 0
    rows: Iterable[Row] = table.rows
    for row in rows:
        yield row
        done += row.style == "row"
        if done % STEP == 0:
            run.progress(min(done, table.count), table.count, table.title)


def work(run: jobs.Run) -> None:
    """Write down that the table was taken away, and under which name it is offered."""
    assert run.by is not None
    assert run.job.dossier_id is not None
    table: Table = run.carried
    form = run.params["format"]
    name = f"{table.file_name}.{form}"
    run.result = {"file_name": name, "title": table.title, "rows": table.count}
    record_table_export(
        Dossier.objects.get(pk=run.job.dossier_id), table=run.params["table"], form=form,
        query=run.params["query"], file_name=name, rows=table.count, by=run.by,
    )  # fmt: skip


def fail(run: jobs.Run, message: str) -> None:
    """Leave no file behind."""
    del message
    assert run.job.dossier_id is not None
    export_store.drop(run.job.dossier_id, run.job.id)


KIND = jobs.register(
    jobs.Kind(EXPORT, "Export d’un tableau", work, prepare, fail, needs="books.export")
)
