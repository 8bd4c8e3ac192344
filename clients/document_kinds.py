"""What an uploaded file is, by its first bytes alone, and the name under which it is shown.

Neither its name nor what the sender says of its type is believed.
"""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath

import filetype  # type: ignore[import-untyped]

UNKNOWN = "application/octet-stream"
HTML, SVG, XML = "text/html", "image/svg+xml", "application/xml"
PROGRAMS = frozenset({"application/x-msdownload", "application/x-executable"})
# What a page may show; all else is offered as a download.  Neither markup nor archives.
PREVIEWS = {
    "application/pdf": "pdf",
    "image/png": "image",
    "image/jpeg": "image",
    "image/gif": "image",
    "image/webp": "image",
    "text/plain": "text",
}
LONGEST = 200
_PDF_WITHIN = 1024  # readers accept bytes before the mark, and some producers write them
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]")
_MARKUP = (
    (re.compile(rb"<svg[\s>]", re.IGNORECASE), SVG),
    (
        re.compile(rb"<(!doctype\s+html|html|head|body|script|iframe|meta)[\s>]", re.IGNORECASE),
        HTML,
    ),
    (re.compile(rb"\A\s*<(\?xml|[a-z!])", re.IGNORECASE), XML),
)


def judge(head: bytes) -> str:
    """The media type of a file that begins with these bytes (64 KiB are enough)."""
    found = filetype.guess_mime(head[:8192])
    if found:
        return str(found)
    if b"%PDF-" in head[:_PDF_WITHIN]:
        return "application/pdf"
    return _text(head)


def _text(head: bytes) -> str:
    """Text in its encoding, markup, or bytes of an unknown kind."""
    if not head or _CONTROL.search(head):
        return UNKNOWN
    plain = head.removeprefix(b"\xef\xbb\xbf")
    for pattern, kind in _MARKUP:
        if pattern.search(plain):
            return kind
    try:
        plain.decode()
    except UnicodeDecodeError as error:
        # The last character may be cut in two.
        if error.start < len(plain) - 3:
            return "text/plain; charset=windows-1252"
    return "text/plain; charset=utf-8"


def preview_of(content_type: str) -> str:
    """How a page may show it: « pdf », « image », « text », or not at all."""
    return PREVIEWS.get(content_type.partition(";")[0], "")


def clean_name(name: str) -> str:
    """The name without folders, control bytes and marks that turn the reading direction."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    kept = "".join(
        " " if sign.isspace() else sign
        for sign in last
        if sign.isspace() or not unicodedata.category(sign).startswith("C")
    )
    kept = re.sub(r'[<>:"|?*]', "_", " ".join(kept.split())).strip(". ")
    if not kept:
        return "document"
    ending = PurePosixPath(kept).suffix[:20]
    return kept if len(kept) <= LONGEST else kept[: LONGEST - len(ending)] + ending
