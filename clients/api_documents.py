"""The API of documents: list, drop, fetch."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from clients.actions.documents import keep_document
from clients.api import DossierAPIView
from clients.document_answers import inert
from clients.models import Document
from clients.queries.documents import DocumentFilters, document_page, visible
from firm.api import InvalidRequest, page_limit
from firm.errors import NotFound
from firm.idempotency import idempotent


class DocumentOut(serializers.Serializer[Any]):
    """A document; `content_type` was judged by its first bytes."""

    id = serializers.CharField()
    name = serializers.CharField()
    size = serializers.IntegerField()
    sha256 = serializers.CharField()
    content_type = serializers.CharField()
    state = serializers.ChoiceField(Document.State.choices)
    origin = serializers.ChoiceField(Document.Source.choices)
    created_at = serializers.DateTimeField()


class DocumentPageOut(serializers.Serializer[Any]):
    """A page of documents."""

    results = DocumentOut(many=True)
    next = serializers.CharField(allow_null=True)


class DocumentIn(serializers.Serializer[Any]):
    """A file; `name` stands for its own when it is given."""

    file = serializers.FileField(allow_empty_file=True)
    name = serializers.CharField(max_length=255, required=False)


def document_row(row: Document) -> dict[str, Any]:
    """A document as the API shows it."""
    return {
        "id": str(row.id),
        "name": row.name,
        "size": row.size,
        "sha256": row.sha256,
        "content_type": row.content_type,
        "state": row.state,
        "origin": row.source,
        "created_at": row.created_at,
    }


class DocumentAPIView(DossierAPIView):
    """A call on the documents that the person may see."""

    needs = {"GET": "documents.open"}

    def find(self, pk: int) -> Document:
        """One of them.

        Raises:
            NotFound: there is none with this number, or it is another person's.
        """
        found = visible(self.dossier, self.person, self.rights).filter(pk=pk).first()
        if found is None:
            raise NotFound("Ce document n’existe pas ou ne vous est pas ouvert.")
        return found


class DocumentList(DocumentAPIView):
    """`GET/POST /api/dossiers/{d}/documents/`."""

    needs = {"GET": "documents.open", "POST": "documents.add"}

    @extend_schema(
        summary="Documents du dossier",
        operation_id="dossiers_documents_list",
        parameters=[
            OpenApiParameter("state", enum=Document.State.values),
            OpenApiParameter("origin", enum=Document.Source.values),
            OpenApiParameter("since", OpenApiTypes.DATE, description="Premier jour de dépôt"),
            OpenApiParameter("until", OpenApiTypes.DATE, description="Dernier jour de dépôt"),
            OpenApiParameter("q", description="Une partie du nom"),
            OpenApiParameter("cursor", description="La valeur de `next` de la page précédente"),
            OpenApiParameter("limit", int, description="De 1 à 200 ; 50 par défaut"),
        ],
        responses=DocumentPageOut,
    )
    def get(self, request: Request, slug: str) -> Response:
        """Documents, latest first; those in the bin only with `state=trashed`."""
        del slug
        got = request.query_params
        filters = DocumentFilters(
            state=got.get("state", ""), source=got.get("origin", ""), since=_day(got, "since"),
            until=_day(got, "until"), text=got.get("q", "")[:100],
        )  # fmt: skip
        found = visible(self.dossier, self.person, self.rights)
        rows, after = document_page(found, filters, got.get("cursor", ""), page_limit(request))
        return Response({"results": [document_row(row) for row in rows], "next": after or None})

    @extend_schema(
        summary="Déposer un document",
        request={"multipart/form-data": DocumentIn},
        responses={201: DocumentOut},
    )
    @idempotent
    def post(self, request: Request, slug: str) -> Response:
        """Drop a file; 413 when it is too large, 422 when it is empty or a program."""
        del slug
        data = DocumentIn(data=request.data)
        data.is_valid(raise_exception=True)
        file = data.validated_data["file"]
        name = data.validated_data.get("name") or file.name
        made = keep_document(
            self.dossier, file, name=name, by=self.person, origin=Document.Source.API
        )
        made.refresh_from_db()
        return Response(document_row(made), status=201)


class DocumentDetail(DocumentAPIView):
    """`GET /api/dossiers/{d}/documents/{id}/`."""

    @extend_schema(
        summary="Un document", operation_id="dossiers_documents_retrieve", responses=DocumentOut
    )
    def get(self, request: Request, slug: str, pk: int) -> Response:
        """One document."""
        del request, slug
        return Response(document_row(self.find(pk)))


class DocumentContent(DocumentAPIView):
    """`GET /api/dossiers/{d}/documents/{id}/content/`."""

    @extend_schema(
        summary="Contenu d’un document",
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, slug: str, pk: int) -> HttpResponseBase:
        """Its bytes, as they came."""
        del slug
        return inert(request._request, self.find(pk), download=True)


def _day(got: Any, name: str) -> dt.date | None:
    """A day of the query string.

    Raises:
        InvalidRequest: it is not written `AAAA-MM-JJ`.
    """
    typed = got.get(name, "")
    try:
        return dt.date.fromisoformat(typed) if typed else None
    except ValueError as error:
        message = f"« {typed} » n’est pas une date : écrivez AAAA-MM-JJ."
        raise InvalidRequest(
            "Corrigez les champs indiqués.", errors=[{"field": name, "message": message}]
        ) from error
