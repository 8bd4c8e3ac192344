"""Job: lay a plaquette out; the file then waits a day for whoever asked for it."""

from __future__ import annotations

import tempfile
from pathlib import Path

from django.conf import settings
from django.http import QueryDict

from clients.access import rights_on
from clients.models import Dossier
from firm import jobs
from ledger import export_store
from ledger.actions.booklet import BOOKLET, record_booklet
from ledger.booklet import pdf
from ledger.booklet.content import booklet
from ledger.forms_booklet import BookletForm
from ledger.queries.years import years_of
from ledger.tables.naming import file_name


def prepare(run: jobs.Run) -> None:
    """Gather the figures, lay them out, store the file under the job's number."""
    assert run.by is not None
    assert run.job.dossier_id is not None
    export_store.drop_expired()
    folder = Path(settings.WORK_DIR) / "exports"
    folder.mkdir(parents=True, exist_ok=True)
    with run.scope():
        dossier = Dossier.objects.get(pk=run.job.dossier_id)
        form = BookletForm(
            QueryDict(run.params["query"]), years=years_of(dossier),
            may_read_notes=rights_on(run.by, dossier.id).may("books.review"),
        )  # fmt: skip
        made = booklet(dossier, form)
    run.progress(1, 2, "Mise en page")
    with tempfile.TemporaryDirectory(dir=folder) as place:
        path = Path(place) / "plaquette.pdf"
        pages = pdf.write(made, path)
        run.check()
        export_store.keep(run.job.dossier_id, run.job.id, path)
    run.carried = (f"{file_name('plaquette', form.period)}.pdf", pages)


def work(run: jobs.Run) -> None:
    """Write down that the plaquette was made, and under which name it is offered."""
    assert run.by is not None
    assert run.job.dossier_id is not None
    name, pages = run.carried
    run.result = {"file_name": name, "pages": pages}
    record_booklet(
        Dossier.objects.get(pk=run.job.dossier_id), query=run.params["query"], form="pdf",
        file_name=name, by=run.by,
    )  # fmt: skip


def fail(run: jobs.Run, message: str) -> None:
    """Leave no file behind."""
    del message
    assert run.job.dossier_id is not None
    export_store.drop(run.job.dossier_id, run.job.id)


KIND = jobs.register(jobs.Kind(BOOKLET, "Plaquette", work, prepare, fail, needs="books.export"))
