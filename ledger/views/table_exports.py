"""Taking a table away: its file at once, or a job that prepares it when it is long."""

from __future__ import annotations

import re
import tempfile
import uuid
from pathlib import Path

from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render

from clients.access import DossierRequest, dossier_view
from firm.errors import Conflict
from firm.models import Job
from ledger import export_store
from ledger.actions import table_export
from ledger.actions.booklet import BOOKLET
from ledger.actions.table_export import EXPORT
from ledger.queries.table_exports import own_job
from ledger.tables import Table
from ledger.tables.files import TYPES, known_format, write
from ledger.tables.named import NEEDS, build

NONCE = re.compile(r"[0-9a-f]{32}")


class ExportNotReady(Conflict):
    """The job that prepares the file is not done."""

    code = "export_not_ready"
    title = "Export en préparation"


@dossier_view(needs="books.export", methods=("GET", "POST"))
def export(request: DossierRequest, table: str) -> HttpResponseBase:
    """The table with its page's filters: its file, or the offer to prepare it (POST does it)."""
    if table in NEEDS:
        request.rights.require(NEEDS[table])
    form = known_format(request.GET.get("format", ""))
    made = build(table, request.dossier, request.GET)
    if request.method == "POST":
        job = _start(request, table, form, made)
        return redirect("ledger:export_job", request.dossier.slug, job.id)
    if made.count > table_export.MOST_AT_ONCE:
        context = {"table": made, "format": form.upper(), "nonce": uuid.uuid4().hex}
        return render(request, "ledger/export_long.html", context)
    return _file(request, table, form, made)


def _start(request: DossierRequest, table: str, form: str, made: Table) -> Job:
    sent = request.POST.get("nonce", "")
    return table_export.start_table_export(
        request.dossier, table=table, form=form, query=request.GET.urlencode(), title=made.title,
        rows=made.count, nonce=sent if NONCE.fullmatch(sent) else uuid.uuid4().hex, by=request.user,
    )  # fmt: skip


def _file(request: DossierRequest, table: str, form: str, made: Table) -> FileResponse:
    """The file, whole before its first byte is sent: what breaks is told, never a half file."""
    name = f"{made.file_name}.{form}"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table"
        write(made, path, form, by=request.user)
        table_export.record_table_export(
            request.dossier, table=table, form=form, query=request.GET.urlencode(),
            file_name=name, rows=made.count, by=request.user,
        )  # fmt: skip
        source = path.open("rb")  # open, it outlives its name; the answer closes it
    return FileResponse(source, as_attachment=True, filename=name, content_type=TYPES[form])


@dossier_view(needs="books.export")
def job_page(request: DossierRequest, job_id: int) -> HttpResponse:
    """How far the preparation is, then the file to download; its part alone for htmx."""
    job, item = own_job(request.dossier, job_id, kind=EXPORT, or_kind=BOOKLET, person=request.user)
    part = request.headers.get("HX-Target") == "progress"
    template = "ledger/export_progress.html" if part else "ledger/export_job.html"
    return render(request, template, {"job": job, "item": item})


@dossier_view(needs="books.export")
def job_file(request: DossierRequest, job_id: int) -> FileResponse:
    """The file that a job prepared, for whoever asked for it, for a day."""
    job, item = own_job(request.dossier, job_id, kind=EXPORT, or_kind=BOOKLET, person=request.user)
    if job.state != Job.State.DONE:
        raise ExportNotReady("Ce fichier n’est pas prêt : suivez sa préparation dans les travaux.")
    source = export_store.opened(request.dossier.id, job.id)
    kind = TYPES[item.params["format"]]
    name = item.result["file_name"]
    return FileResponse(source, as_attachment=True, filename=name, content_type=kind)
