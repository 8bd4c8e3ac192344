"""Answers that are files."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import StreamingHttpResponse

FEC_TYPES = {"txt": "text/plain; charset={}", "xml": "application/xml; charset={}"}


def attachment(stream: Iterable[bytes], name: str, content_type: str) -> StreamingHttpResponse:
    """A streamed download under a name of ours (letters, digits, dots and dashes)."""
    response = StreamingHttpResponse(stream, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
