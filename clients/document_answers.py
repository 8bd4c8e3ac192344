"""A document as an answer: inert, whatever it holds.

Its type is the one judged when it came, and the browser may not guess another; it can run nothing
and load nothing; only what our pages preview is shown in place, all else is downloaded.
"""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header

from clients.actions.documents import open_document
from clients.document_kinds import UNKNOWN, preview_of
from clients.models import Document
from firm.errors import NotFound

POLICY = "sandbox; default-src 'none'; img-src 'self'; frame-ancestors 'self'"


class DocumentLost(NotFound):
    """The row is there, the storage no longer has the bytes."""

    code = "document_lost"
    title = "Fichier introuvable"


def inert(request: HttpRequest, document: Document, *, download: bool) -> HttpResponseBase:
    """The bytes of a document, or « unchanged » to a browser that has them.

    Raises:
        DocumentLost: the storage has lost them.
    """
    etag = f'"{document.sha256}"'
    unchanged = get_conditional_response(request, etag=etag)
    answer: Any = unchanged or _file(document, download=download)
    answer["ETag"] = etag
    answer["Cache-Control"] = "private, no-cache"
    found: HttpResponseBase = answer
    return found


def _file(document: Document, *, download: bool) -> Any:
    is_shown = bool(preview_of(document.content_type)) and not download
    try:
        source = open_document(document)
    except FileNotFoundError as error:
        raise DocumentLost(
            "Le fichier de ce document n’est plus dans le stockage. Prévenez l’exploitant de la"
            " plateforme, qui le retrouvera dans une sauvegarde."
        ) from error
    kind = document.content_type if is_shown else UNKNOWN
    answer: Any = FileResponse(source, content_type=kind)
    answer["Content-Disposition"] = content_disposition_header(
        as_attachment=not is_shown, filename=document.name
    )
    answer["Content-Length"] = str(document.size)
    answer["Content-Security-Policy"] = POLICY
    answer["Cross-Origin-Resource-Policy"] = "same-origin"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["X-Frame-Options"] = "SAMEORIGIN"
    return answer
