"""The word that a person types before what cannot be taken back."""

from __future__ import annotations

from django.http import HttpRequest

from firm.errors import BusinessError


class WordMissing(BusinessError):
    """The word typed is not the one asked for."""

    code = "word_missing"
    title = "Confirmation manquante"


def require_word(request: HttpRequest, word: str) -> None:
    """Let pass who typed the word.

    Raises:
        WordMissing: something else was typed.
    """
    if request.POST.get("confirmation", "").strip() != word:
        raise WordMissing(f"Pour confirmer, saisissez exactement « {word} ».")
