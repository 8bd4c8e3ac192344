"""Bytes of a statement as text, and what betrays a file that is none."""

from __future__ import annotations

import re

from ledger.bank.lines import UnreadableStatement

MARKS = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig"))
_HTML = re.compile(r"\s*(<!doctype\s+html|<html|<head|<body|<table)", re.IGNORECASE)


def decoded(content: bytes) -> str:
    """UTF-16 or UTF-8 by its mark, UTF-8 if it is valid, else Windows-1252 as French banks write.

    Raises:
        UnreadableStatement: it is binary, or the web page of an expired session.
    """
    text = _decoded(content)
    if "\0" in text[:4096]:
        raise UnreadableStatement(
            "Ce fichier n’est pas un relevé\u00a0: il contient des données binaires. Téléchargez "
            "le relevé au format CAMT.053, OFX, CSV ou XLSX depuis l’espace de la banque."
        )
    if _HTML.match(text):
        raise UnreadableStatement(
            "Ce fichier est une page web, pas un relevé\u00a0: la banque a sans doute fermé la "
            "session. Reconnectez-vous à son espace et téléchargez de nouveau le relevé."
        )
    return text


def _decoded(content: bytes) -> str:
    for mark, encoding in MARKS:
        if content.startswith(mark):
            return content.decode(encoding, "replace")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")
