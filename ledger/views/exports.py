"""« Exercices »: the years of the dossier, and the FEC of each."""

from __future__ import annotations

import datetime as dt

from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.shortcuts import render

from clients.access import DossierRequest, dossier_view
from ledger.actions.fec_export import Options, file_name, stream_fec, year_ending
from ledger.actions.fec_pack import make_pack
from ledger.downloads import FEC_TYPES, attachment
from ledger.queries.exports import years_with_sums
from ledger.queries.fec_packs import packs, undated_count
from ledger.queries.years import years_of


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
def control(request: DossierRequest, year_end: dt.date) -> HttpResponse:
    """« Dossier de contrôle » of a year: what it holds, and those that were made, with hashes."""
    year = year_ending(year_end)
    facts = next(row for row in years_with_sums() if row["year"].pk == year.pk)
    context = {
        "row": facts,
        "year": year,
        "undated": undated_count(year),
        "packs": packs(request.dossier, year_end),
        "label": next(one.label for one in years_of(request.dossier) if one.id == year.pk),
    }
    return render(request, "ledger/control.html", context)


@dossier_view(needs="fec.export")
def pack(request: DossierRequest, year_end: dt.date) -> HttpResponseBase:
    """The FEC, its description (A47 A-1 XI), its check report and their hashes, in one zip."""
    made = make_pack(
        request.dossier, year=year_ending(year_end), by=request.user, options=_options(request)
    )
    return FileResponse(made.content, as_attachment=True, filename=made.name)


def _options(request: DossierRequest) -> Options:
    got = request.GET
    return Options(
        got.get("format", "txt"),  # type: ignore[arg-type]
        got.get("separator", "tab"),
        got.get("encoding", "utf-8"),
    )
