"""The API of exports: the FEC of a year."""

from __future__ import annotations

import datetime as dt

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request

from clients.api import DossierAPIView
from firm.api import InvalidRequest
from ledger.actions.fec_export import Options, file_name, stream_fec, year_ending
from ledger.downloads import FEC_TYPES, attachment


class FecExports(DossierAPIView):
    """`GET /api/dossiers/{d}/fec-exports/?year_end=&format=`."""

    needs = {"GET": "fec.export"}

    @extend_schema(
        summary="Le FEC d’un exercice, sous son nom légal",
        parameters=[
            OpenApiParameter("year_end", OpenApiTypes.DATE, required=True),
            OpenApiParameter("format", enum=["txt", "xml"]),
            OpenApiParameter("separator", enum=["tab", "pipe"]),
            OpenApiParameter("encoding", enum=["utf-8", "iso8859-15"]),
        ],
        responses={(200, "text/plain"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, slug: str) -> object:
        """The file, streamed, under the name that the law wants."""
        del slug
        got = request.query_params
        try:
            year_end = dt.date.fromisoformat(got.get("year_end", ""))
        except ValueError as error:
            raise InvalidRequest("Donnez year_end sous la forme AAAA-MM-JJ.") from error
        options = Options(
            got.get("format", "txt"),  # type: ignore[arg-type]
            got.get("separator", "tab"),
            got.get("encoding", "utf-8"),
        )
        name = file_name(self.dossier, year_ending(year_end), options)
        stream = stream_fec(self.dossier, year_end=year_end, by=self.person, options=options)
        return attachment(stream, name, FEC_TYPES[options.format].format(options.encoding))
