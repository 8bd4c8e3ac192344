"""« Plaquette »: what it holds, then its PDF by a job, or its workbook at once."""

from __future__ import annotations

import re
import tempfile
import uuid
from pathlib import Path

from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render

from clients.access import DossierRequest, dossier_view
from firm.errors import NotFound
from ledger.actions import booklet as acts
from ledger.booklet import sheets
from ledger.forms_booklet import BookletForm
from ledger.queries.years import years_of
from ledger.tables.files import TYPES
from ledger.tables.naming import file_name

NONCE = re.compile(r"[0-9a-f]{32}")


@dossier_view(needs="books.export", methods=("GET", "POST"))
def booklet(request: DossierRequest) -> HttpResponseBase:
    """Choose the year and the parts; POST has the PDF made; `format=xlsx` answers the workbook."""
    asked = request.POST if request.method == "POST" else request.GET
    form = BookletForm(
        asked, years=years_of(request.dossier), may_read_notes=request.rights.may("books.review")
    )
    if request.method == "POST":
        return _start(request, form)
    if asked.get("format") == "xlsx":
        return _workbook(request, form)
    context = {"form": form, "nonce": uuid.uuid4().hex}
    return render(request, "ledger/booklet/page.html", context)


def _start(request: DossierRequest, form: BookletForm) -> HttpResponse:
    _require_books(form)
    query = request.POST.copy()
    for name in ("csrfmiddlewaretoken", "nonce"):
        query.pop(name, None)
    sent = request.POST.get("nonce", "")
    assert form.year is not None
    job = acts.start_booklet(
        request.dossier, query=query.urlencode(), title=f"Plaquette {form.year.label}", parts=2,
        nonce=sent if NONCE.fullmatch(sent) else uuid.uuid4().hex, by=request.user,
    )  # fmt: skip
    return redirect("ledger:export_job", request.dossier.slug, job.id)


def _workbook(request: DossierRequest, form: BookletForm) -> FileResponse:
    _require_books(form)
    name = f"{file_name('plaquette', form.period)}.xlsx"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "plaquette.xlsx"
        sheets.write(sheets.tables(request.dossier, form), path)
        acts.record_booklet(
            request.dossier, query=request.GET.urlencode(), form="xlsx", file_name=name,
            by=request.user,
        )  # fmt: skip
        source = path.open("rb")  # open, it outlives its name; the answer closes it
    return FileResponse(source, as_attachment=True, filename=name, content_type=TYPES["xlsx"])


def _require_books(form: BookletForm) -> None:
    if form.year is None:
        raise NotFound("Ce dossier n’a pas encore d’écriture : importez d’abord son FEC.")
