"""Texts as the artefacts may hold them: trimmed, on one line, within the widths of the books.

Whatever is changed is said; a text that had to be cut is kept whole beside the line (`extra`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from ledger.fec.notes import Note, Notebook
from ledger.fec.wording import quoted

LABEL_MAX: Final = 500
REF_MAX: Final = 200

# What would break a tab-separated artefact or what PostgreSQL refuses; \x01 is its quote and
# \x02 marks the place of a lettering number in the unfinished lines.
_SIGNS: Final = "\0\x01\x02\t\n\r"
_FORBIDDEN: Final = re.compile(f"[{_SIGNS}]+")


class Texts:
    """Cleans the texts of one file; remembers the first padded zone."""

    def __init__(self, notes: Notebook) -> None:
        self._notes = notes

    def code(self, zone: str, line: int, column: int) -> str:
        """A zone trimmed and without forbidden characters."""
        text = zone.strip()
        if _FORBIDDEN.search(text) is None:
            return text
        clean = _FORBIDDEN.sub(" ", text).strip()
        message = f"Un caractère interdit est remplacé par une espace dans {quoted(clean)}."
        self._notes.write("CARACTERE_REMPLACE", message, Note(line, column, text, clean))
        return clean

    def column(self, zones: Sequence[str], lines: Sequence[int], column: int) -> list[str]:
        """A whole column trimmed and clean."""
        texts = list(map(str.strip, zones))
        if is_clean("".join(texts)):
            return texts
        return [self.code(text, line, column) for text, line in zip(texts, lines, strict=True)]

    def short(self, text: str, most: int, line: int, column: int) -> str:
        """`text`, cut to `most` characters with an ellipsis if need be."""
        if len(text) <= most:
            return text
        cut = text[: most - 1] + "…"
        message = f"Le texte dépasse {most} caractères : il est abrégé, l’original est conservé."
        self._notes.write("TEXTE_TROP_LONG", message, Note(line, column, text, cut))
        return cut


def is_clean(text: str) -> bool:
    """True when nothing in `text` would break an artefact."""
    return not any(sign in text for sign in _SIGNS)
