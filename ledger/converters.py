"""Parts of addresses of the books."""

from __future__ import annotations

WORDS = {"purchase": "achats", "sale": "ventes"}


class DirectionConverter:
    """« achats » or « ventes » for the direction of an invoice."""

    regex = "achats|ventes"

    def to_python(self, value: str) -> str:
        """The direction."""
        return next(direction for direction, word in WORDS.items() if word == value)

    def to_url(self, value: str) -> str:
        """Its word."""
        return WORDS[value]
