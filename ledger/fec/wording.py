"""How the findings speak: French figures, dates and plurals, with their no-break spaces."""

from __future__ import annotations

import re
from typing import Final

_NBSP: Final = "\u00a0"
_THIN: Final = "\u202f"
_BEFORE: Final = re.compile(" ([:»%€])")
_BEFORE_THIN: Final = re.compile(" ([;?!])")


def typographic(sentence: str) -> str:
    """`sentence` with the no-break spaces that French typography asks for."""
    spaced = _BEFORE.sub(rf"{_NBSP}\1", sentence.replace("« ", f"«{_NBSP}"))
    return _BEFORE_THIN.sub(rf"{_THIN}\1", spaced)


def grouped(number: int) -> str:
    """1234567 as « 1 234 567 », with narrow no-break spaces."""
    return f"{number:,}".replace(",", _THIN)


def decimal(cents: int) -> str:
    """Integer cents as a plain decimal: -123456 is « -1234.56 »."""
    whole, rest = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}{whole}.{rest:02d}"


def comma(cents: int) -> str:
    """Integer cents as a FEC writes them: 123456 is « 1234,56 »."""
    return decimal(cents).replace(".", ",")


def euros(cents: int) -> str:
    """Integer cents for a reader: 123456 is « 1 234,56 € »."""
    whole, rest = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}{grouped(whole)},{rest:02d}{_NBSP}€"


def day(iso: str) -> str:
    """2025-02-27 as « 27/02/2025 »."""
    year, month, number = iso.split("-")
    return f"{number}/{month}/{year}"


def quoted(text: str) -> str:
    """`text` between guillemets, cut at 80 characters."""
    short = text if len(text) <= 80 else text[:79] + "…"
    return f"« {short} »"


def counted(number: int, noun: str, plural: str | None = None) -> str:
    """« 1 ligne », « 2 lignes », « 1 000 lignes »."""
    word = noun if number < 2 else plural or noun + "s"
    return f"{grouped(number)} {word}"
