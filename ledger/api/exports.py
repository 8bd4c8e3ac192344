"""The API of exports: the FEC of a year, its control pack."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from clients.api import DossierAPIView
from firm.api import InvalidRequest
from ledger.actions.fec_export import Options, file_name, stream_fec, year_ending
from ledger.actions.fec_pack import make_pack
from ledger.downloads import FEC_TYPES, attachment
from ledger.queries.fec_packs import packs

OPTIONS = [
    OpenApiParameter("format", enum=["txt", "xml"]),
    OpenApiParameter("separator", enum=["tab", "pipe"]),
    OpenApiParameter("encoding", enum=["utf-8", "iso8859-15"]),
]


class FecExports(DossierAPIView):
    """`GET /api/dossiers/{d}/fec-exports/?year_end=&format=`."""

    needs = {"GET": "fec.export"}

    @extend_schema(
        summary="Le FEC d’un exercice, sous son nom légal",
        parameters=[OpenApiParameter("year_end", OpenApiTypes.DATE, required=True), *OPTIONS],
        responses={(200, "text/plain"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, slug: str) -> object:
        """The file, streamed, under the name that the law wants."""
        del slug
        year_end = _day(request.query_params.get("year_end", ""))
        options = _options(request)
        name = file_name(self.dossier, year_ending(year_end), options)
        stream = stream_fec(self.dossier, year_end=year_end, by=self.person, options=options)
        return attachment(stream, name, FEC_TYPES[options.format].format(options.encoding))


class PackFileOut(serializers.Serializer[Any]):
    """One file of a control pack."""

    name = serializers.CharField()
    role = serializers.CharField()
    size = serializers.IntegerField()
    sha256 = serializers.CharField()


class PackOut(serializers.Serializer[Any]):
    """A control pack that was made, as the audit trail keeps it."""

    year_end = serializers.DateField()
    made_at = serializers.DateTimeField()
    made_by = serializers.CharField()
    structure = serializers.CharField()
    accounting = serializers.CharField()
    lines = serializers.IntegerField()
    is_provisional = serializers.BooleanField()
    files = PackFileOut(many=True)


class PacksOut(serializers.Serializer[Any]):
    """The packs, latest first, fifty at most."""

    results = PackOut(many=True)
    next = serializers.CharField(allow_null=True)


class FecPacks(DossierAPIView):
    """`GET /api/dossiers/{d}/fec-packs/?year_end`."""

    needs = {"GET": "fec.export"}

    @extend_schema(
        summary="Dossiers de contrôle déjà préparés, avec l’empreinte de chaque fichier",
        parameters=[OpenApiParameter("year_end", OpenApiTypes.DATE)],
        responses=PacksOut,
    )
    def get(self, request: Request, slug: str) -> Response:
        """What the trail says of the packs of the dossier, or of one year."""
        del slug
        typed = request.query_params.get("year_end", "")
        rows = packs(self.dossier, _day(typed) if typed else None)
        results = [
            {
                "year_end": row.year_end, "made_at": row.at, "made_by": row.by,
                "structure": row.structure, "accounting": row.accounting, "lines": row.lines,
                "is_provisional": row.is_provisional, "files": row.files,
            }
            for row in rows
        ]  # fmt: skip
        return Response({"results": results, "next": None})


class FecPack(DossierAPIView):
    """`GET /api/dossiers/{d}/fec-packs/{year_end}/`."""

    needs = {"GET": "fec.export"}

    @extend_schema(
        summary="Le dossier de contrôle d’un exercice\u00a0: FEC, descriptif, rapport, empreintes",
        parameters=OPTIONS,
        responses={(200, "application/zip"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, slug: str, year_end: str) -> FileResponse:
        """The zip; its making and its hashes go into the audit trail."""
        del slug
        year = year_ending(_day(year_end))
        made = make_pack(self.dossier, year=year, by=self.person, options=_options(request))
        return FileResponse(made.content, as_attachment=True, filename=made.name)


def _day(typed: str) -> dt.date:
    try:
        return dt.date.fromisoformat(typed)
    except ValueError as error:
        raise InvalidRequest("Donnez year_end sous la forme AAAA-MM-JJ.") from error


def _options(request: Request) -> Options:
    got = request.query_params
    return Options(
        got.get("format", "txt"),  # type: ignore[arg-type]
        got.get("separator", "tab"),
        got.get("encoding", "utf-8"),
    )
