"""« Exercices »: the years of the dossier, and the FEC of each."""

from __future__ import annotations

import datetime as dt
import tempfile
import zipfile
from pathlib import Path

from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.shortcuts import render

from clients.access import DossierRequest, dossier_view
from ledger.actions.fec_export import Options, export_fec, file_name, stream_fec, year_ending
from ledger.downloads import FEC_TYPES, attachment
from ledger.queries.exports import years_with_sums


@dossier_view(needs="books.read")
def years(request: DossierRequest) -> HttpResponse:
    """The years: period, state, entries, result, exports."""
    return render(
        request,
        "ledger/years/page.html",
        {
            "years": years_with_sums(),
            "may_export": request.rights.may("fec.export"),
            "may_open": request.rights.may("books.write"),
            "may_validate": request.rights.may("books.validate"),
        },
    )


@dossier_view(needs="fec.export")
def fec(request: DossierRequest, year_end: dt.date) -> HttpResponseBase:
    """The FEC of a year, streamed, under the name that the law wants."""
    options = _options(request)
    name = file_name(request.dossier, year_ending(year_end), options)
    stream = stream_fec(request.dossier, year_end=year_end, by=request.user, options=options)
    return attachment(stream, name, FEC_TYPES[options.format].format(options.encoding))


@dossier_view(needs="fec.export")
def pack(request: DossierRequest, year_end: dt.date) -> HttpResponseBase:
    """The FEC with its description file (A47 A-1 XI) and its check report, in one zip."""
    options = _options(request)
    with tempfile.TemporaryDirectory() as folder:
        made = export_fec(
            request.dossier,
            year=year_ending(year_end),
            folder=Path(folder),
            by=request.user,
            options=options,
        )
        packed = tempfile.TemporaryFile()  # noqa: SIM115 (the answer closes it)
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
            for path in (made.fec, made.description, made.report):
                target.write(path, path.name)
    packed.seek(0)
    return FileResponse(packed, as_attachment=True, filename=f"{made.fec.stem}.zip")


def _options(request: DossierRequest) -> Options:
    got = request.GET
    return Options(
        got.get("format", "txt"),  # type: ignore[arg-type]
        got.get("separator", "tab"),
        got.get("encoding", "utf-8"),
    )
