"""Which alphabet the bytes of a file are written in.

The law knows ASCII, ISO 8859-15 and UTF-8 (LPF A47 A-1, XII).  Real files also come in UTF-16,
Windows-1252 and DOS CP850, or in several at once.  One reading of the whole file collects the
evidence (`Survey`); `decide` draws the conclusion, and asks when two alphabets fit equally well.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass, field
from typing import Final

from ledger.fec.findings import Finding, finding
from ledger.fec.survey import Survey

ISO: Final = "iso8859-15"
UTF8: Final = "utf-8"
CHOICES: Final[tuple[str, ...]] = (UTF8, ISO, "cp1252", "cp850", "mac-roman")

_LEGAL: Final = "La loi attend ASCII, ISO 8859-15 ou UTF-8."
_FRENCH: Final = frozenset("àâäçéèêëîïôöùûüÿœÀÂÄÇÉÈÊËÎÏÔÖÙÛÜŸŒ")
_BETWEEN_LETTERS: Final = frozenset("’‘·-")
_SIGNS: Final = frozenset("°€«»“”–—…§²³¹µ\xa0½¼¾×Øø")
_NAMES: Final[dict[str, str]] = {
    "cp1252": "Windows-1252",
    "cp850": "DOS (CP850)",
    ISO: "ISO 8859-15",
    UTF8: "UTF-8",
    "mac-roman": "Mac OS Roman",
}


@dataclass(frozen=True, slots=True)
class Encoding:
    """How to decode: `fallback` is the alphabet of the bytes that are not UTF-8 in a mixed file."""

    codec: str
    fallback: str | None = None
    findings: list[Finding] = field(default_factory=list)

    @property
    def errors(self) -> str:
        """The name of the codec error handler that repairs a line this encoding cannot decode."""
        return f"fec-{self.fallback}" if self.fallback else "replace"


def decide(survey: Survey, chosen: str | None = None) -> Encoding:
    """The encoding of a surveyed file; `chosen` is what a person settled, and wins.

    Raises:
        LookupError: `chosen` is no encoding that Python knows.
    """
    if chosen:
        codec = codecs.lookup(chosen).name
        return Encoding(codec, None, _announce(codec, survey))
    if survey.utf16:
        return Encoding(survey.utf16, None, _announce(survey.utf16, survey))
    if survey.is_ascii:
        return Encoding("ascii")
    if survey.is_utf8:
        return Encoding(UTF8)
    alphabet, doubt = _best_alphabet(survey)
    if survey.has_utf8:
        return Encoding(UTF8, alphabet, doubt)
    return Encoding(alphabet, None, doubt or _announce(alphabet, survey))


def _announce(codec: str, survey: Survey) -> list[Finding]:
    if codec.startswith("utf-16"):
        message = f"Le fichier est en UTF-16 : il a été converti. {_LEGAL}"
        return [finding("ENCODAGE_UTF16", message)]
    code = {"cp1252": "ENCODAGE_CP1252", "cp850": "ENCODAGE_CP850"}.get(codec)
    if code is None:
        return []
    message = f"Le fichier est en {_NAMES[codec]} : il a été converti. {_LEGAL}"
    old, new = escaped(survey.excerpt), survey.excerpt.decode(codec, "replace")
    return [finding(code, message, old=old, new=new)]


def _best_alphabet(survey: Survey) -> tuple[str, list[Finding]]:
    """The single-byte alphabet that makes the best French, and a question when two tie."""
    windows = "cp1252" if survey.has_c1 else ISO
    dos_score, windows_score = score(survey, "cp850"), score(survey, windows)
    if max(dos_score, windows_score) > 0 and dos_score != windows_score:
        return ("cp850" if dos_score > windows_score else windows), []
    as_dos = survey.excerpt.decode("cp850")
    as_windows = survey.excerpt.decode(windows, "replace")
    message = (
        f"L’encodage est incertain : « {as_windows} » en {_NAMES[windows]} ou « {as_dos} » en "
        f"{_NAMES['cp850']} ? Choisir l’encodage du fichier."
    )
    doubt = finding(
        "ENCODAGE_AMBIGU", message, old=escaped(survey.excerpt), new=as_windows, settle="encoding"
    )
    return windows, [doubt]


def score(survey: Survey, codec: str) -> int:
    """How French the accented characters look under an alphabet; higher is better."""
    total = 0
    for (before, byte, after), count in survey.contexts.items():
        signs = bytes((before, byte, after)).decode(codec, "replace")
        total += count * _weight(*signs)
    return total


def _weight(before: str, sign: str, after: str) -> int:
    in_word = before.isalpha() or after.isalpha()
    if sign in _SIGNS and not (sign in "Øø" and in_word):
        return _sign_weight(before, sign, after)
    if sign in _BETWEEN_LETTERS:
        return 2 if before.isalpha() and after.isalpha() else 0
    if sign in _FRENCH:
        return _french_weight(before, sign, after, in_word=in_word)
    if sign.isalpha():
        return 1 if in_word and _is_cased_like_its_word(before, sign, after) else -1
    if sign == "\ufffd" or ord(sign) < 0xA0:
        return -5
    return -3 if "\u2500" <= sign <= "\u25ff" else -1


def _sign_weight(before: str, sign: str, after: str) -> int:
    inside_word = before.isalpha() and after.isalpha()
    if sign == "\xa0":
        return 2
    if sign in "°…µ²":
        return -2 if inside_word else 2
    if sign in "–—“”":
        is_turned_right = after.isalpha() if sign == "“" else before.isalpha()
        return -1 if inside_word else 1 + (sign in "“”" and is_turned_right)
    return 1


def _french_weight(before: str, sign: str, after: str, *, in_word: bool) -> int:
    if sign in "àÀ" and not after.isalpha():
        # « à » alone or at the end of là, déjà, voilà, çà; other words do not end so.
        return 3 if not before.isalpha() or before.lower() in "jlç" else 0
    if not in_word:
        return 0
    if sign in "ôö" and not (before.isalpha() and after.isalpha()):
        return int(sign == "ô")  # ôter, allô
    # « RéGLEMENT » is common: keyboards in capitals give small accented letters.
    return 3 if _is_cased_like_its_word(before, sign, after) else 2


def _is_cased_like_its_word(before: str, sign: str, after: str) -> bool:
    if sign.isupper():
        return not before.islower()
    return not (before.isupper() and (after.isupper() or not after.isalpha()))


def escaped(raw: bytes) -> str:
    """Bytes as a person can read them: ASCII as it is, the others as \\xNN."""
    return raw.decode("ascii", "backslashreplace")


class _Fallback:
    """Codec error handler: the bytes that are no UTF-8 are read under another alphabet."""

    def __init__(self, alphabet: str) -> None:
        self.alphabet = alphabet

    def __call__(self, error: UnicodeError) -> tuple[str, int]:
        if not isinstance(error, UnicodeDecodeError):
            raise error
        raw = error.object[error.start : error.end]
        return raw.decode(self.alphabet, "replace"), error.end


for _alphabet in (ISO, "cp1252", "cp850"):
    codecs.register_error(f"fec-{_alphabet}", _Fallback(_alphabet))
