"""Files that are something else: archives, spreadsheets, PDF, web pages, programs."""

from __future__ import annotations

from typing import Final

_ZIP: Final = b"PK\x03\x04"
_SAVE_AS_TEXT: Final = (
    "Dans le tableur, l’enregistrer au format « Texte (séparateur : tabulation) », puis importer "
    "ce texte."
)
_EXTRACT: Final = "En extraire le FEC, puis importer le fichier texte."
_EXPORT: Final = "Demander au logiciel comptable l’export « FEC » au format texte."
_SIGNATURES: Final[tuple[tuple[bytes, str, str], ...]] = (
    (b"PK\x05\x06", "une archive ZIP vide", _EXTRACT),
    (b"\x1f\x8b", "une archive GZIP", _EXTRACT),
    (b"7z\xbc\xaf\x27\x1c", "une archive 7-Zip", _EXTRACT),
    (b"Rar!", "une archive RAR", _EXTRACT),
    (b"BZh", "une archive BZIP2", _EXTRACT),
    (b"\xfd7zXZ\x00", "une archive XZ", _EXTRACT),
    (b"%PDF", "un document PDF", _EXPORT),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "un classeur ou document Office", _SAVE_AS_TEXT),
    (b"{\\rtf", "un document RTF", _EXPORT),
    (b"\x89PNG", "une image", _EXPORT),
    (b"\xff\xd8\xff", "une image", _EXPORT),
    (b"GIF8", "une image", _EXPORT),
    (b"SQLite format 3", "une base de données", _EXPORT),
    (b"\x7fELF", "un programme", _EXPORT),
    (b"MZ", "un programme", _EXPORT),
)
_PAGES: Final = (b"<!doctype html", b"<html", b"<head", b"<table", b"<script")
_BINARY_SHARE: Final = 0.05
_CONTROLS: Final = bytes(code for code in range(32) if code not in b"\t\r\n\x1a")


def foreign_format(head: bytes) -> str | None:
    """What a file is if not a text, and what to do, as a French sentence; None for a text.

    `head` is its first 64 KiB; a text in UTF-16 must have been recognised before.
    """
    if head.startswith(_ZIP):
        return _describe_zip(head)
    for signature, what, advice in _SIGNATURES:
        if head.startswith(signature) and not (signature == b"MZ" and b"\0" not in head):
            return f"Ce fichier est {what}. {advice}"
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_PAGES):
        return f"Ce fichier est une page web, peut-être un message d’erreur. {_EXPORT}"
    controls = len(head) - len(head.translate(None, _CONTROLS))
    if controls > _BINARY_SHARE * len(head) and controls > 8:
        return f"Ce fichier n’est pas un texte. {_EXPORT}"
    return None


def _describe_zip(head: bytes) -> str:
    if b"xl/" in head or b"[Content_Types].xml" in head:
        return f"Ce fichier est un classeur Excel. {_SAVE_AS_TEXT}"
    if b"mimetypeapplication/vnd.oasis" in head:
        return f"Ce fichier est un classeur OpenDocument. {_SAVE_AS_TEXT}"
    return f"Ce fichier est une archive ZIP. {_EXTRACT}"
