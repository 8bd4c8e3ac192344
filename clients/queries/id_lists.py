"""Thousands of ids as one text: the driver makes a list of numbers much slower than Python does."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Q, TextField
from django.db.models.functions import Cast


def listed(column: str, kept: Q | None = None) -> Cast:
    """The whole numbers of a column, in no promised order; the same one for lists of one query."""
    return Cast(ArrayAgg(column, filter=kept), TextField())


def read(text: Any) -> list[int]:
    """The numbers of such a list; none for NULL."""
    return list(map(int, text[1:-1].split(","))) if text else []
