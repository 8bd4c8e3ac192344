"""Path converters: parts of an address as values; importing the module registers them."""

from __future__ import annotations

import datetime as dt

from django.urls import register_converter


class DayConverter:
    """A day in an address, `2025-12-31`; one that does not exist is no address of ours."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> dt.date:
        """The day.

        Raises:
            ValueError: no such day; the answer is then 404.
        """
        return dt.date.fromisoformat(value)

    def to_url(self, value: dt.date) -> str:
        """As the address writes it."""
        return value.isoformat()


register_converter(DayConverter, "day")
