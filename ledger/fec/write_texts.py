"""What every written FEC does to its texts: nothing in them may break a record or an encoding.

LPF A47 A-1 XII admits ASCII, ISO 8859-15 and UTF-8 and gives numbers a decimal comma.  Texts are
written in NFC, without control characters nor separators; what a character set cannot hold is
transliterated, so that a file is always produced and always decodable.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from datetime import date
from functools import lru_cache
from typing import Final

# The name under which the transliteration is registered as a codec error handler.
TRANSLITERATE: Final = "fec-transliterate"

_REPLACED: Final = "\t|\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff"
_CACHE_SIZE: Final = 16_384

# What NFKD alone does not bring down to plain letters.
_PLAIN: Final[dict[str, str]] = {
    "‘": "'", "’": "'", "‚": ",", "‛": "'", "“": '"', "”": '"', "„": '"', "‹": "<", "›": ">",
    "«": '"', "»": '"', "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "―": "-", "−": "-",
    "…": "...", "•": "-", "·": ".", "€": "EUR", "£": "GBP", "¥": "JPY", "°": "o", "×": "x",
    "÷": "/", "±": "+/-", "¦": "-", "´": "'", "¨": "", "¸": "", "¤": "", "Œ": "OE", "œ": "oe",
    "Æ": "AE", "æ": "ae", "Ø": "O", "ø": "o", "ß": "ss", "ẞ": "SS", "Ł": "L", "ł": "l",
    "Đ": "D", "đ": "d", "Ð": "D", "ð": "d", "Þ": "Th", "þ": "th", "ı": "i", "Ħ": "H", "ħ": "h",
    "⁄": "/", "\u202f": " ", "\xa0": " ", "\xad": "-", "\u200b": "", "\u2060": "",
}  # fmt: skip


def clean_text(text: str, separator: str = "\t") -> str:
    """`text` in NFC; each run of control characters or separators becomes one space.

    Tab and pipe go whatever the separator: the other one may be asked for the same data.
    """
    pattern = _PATTERNS.get(separator)
    if pattern is None:
        pattern = _PATTERNS[separator] = _pattern(separator)
    composed = unicodedata.normalize("NFC", text)
    cleaned, count = pattern.subn(" ", composed)
    return cleaned.strip() if count else composed


def _pattern(separator: str) -> re.Pattern[str]:
    return re.compile(f"[{_REPLACED}{re.escape(separator)}]+")


_PATTERNS: Final[dict[str, re.Pattern[str]]] = {"\t": _pattern("\t")}


def _transliterated(error: UnicodeError) -> tuple[str, int]:
    """The codec error handler: what the character set lacks, in characters that it has."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    failing = error.object[error.start : error.end]
    text = "".join(_in_charset(sign, error.encoding) for sign in failing)
    return text, error.end


@lru_cache(maxsize=4096)
def _in_charset(sign: str, encoding: str) -> str:
    # NFKD may give a pipe (U+FF5C) or a space class character: cleaned again.
    decomposed = unicodedata.normalize("NFKD", _PLAIN.get(sign, sign))
    plain = "".join(part for part in decomposed if not unicodedata.combining(part))
    plain = "".join(_PLAIN.get(part, part) for part in plain)
    try:
        plain.encode(encoding)
    except UnicodeEncodeError:
        return "?"
    return clean_text(plain) if plain != " " else plain


codecs.register_error(TRANSLITERATE, _transliterated)


class DateTexts(dict["date | None", str]):
    """Dates as AAAAMMJJ, None as an empty zone; remembers the few dates that a file holds."""

    def __missing__(self, day: date | None) -> str:
        text = "" if day is None else f"{day.year:04d}{day.month:02d}{day.day:02d}"
        self[day] = text
        return text


class AmountTexts(dict[int, str]):
    """Integer cents as `1234,56`: never blank, sign first, no thousands (A47 A-1 XII 2°).

    Amounts repeat a lot in real books; the memory of them is bounded.
    """

    def __init__(self, point: str = ",") -> None:
        super().__init__()
        self.point = point

    def __missing__(self, cents: int) -> str:
        euros, rest = divmod(abs(cents), 100)
        text = f"{'-' if cents < 0 else ''}{euros}{self.point}{rest:02d}"
        if len(self) >= _CACHE_SIZE:
            self.clear()
        self[cents] = text
        return text


def foreign_text(amount: str | None) -> str:
    """A foreign amount, kept as text with its own scale, with the decimal comma."""
    return (amount or "").replace(".", ",")


def signed_amount(debit: int, credit: int) -> tuple[int, str]:
    """Montant and Sens of a line, in cents; a line with both sides gives its net."""
    if not credit:
        return debit, "D"
    if not debit:
        return credit, "C"
    net = debit - credit
    return (net, "D") if net >= 0 else (-net, "C")
