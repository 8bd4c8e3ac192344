"""Filters of the balance âgée."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django import forms
from django.utils import timezone

from ledger.forms import ROLES, DayField, TextField
from ledger.queries.aged import Aged
from ledger.queries.balance_lines import plain
from ledger.queries.years import Year, latest_with_lines

_SORTS: dict[str, Callable[[Aged], Any]] = {
    "nom": lambda row: plain(row.name or row.code),
    "total": lambda row: abs(row.total),
    "retard": lambda row: abs(row.late),
    "ancien": lambda row: row.oldest,
}


class AgedForm(forms.Form):
    """Customers or suppliers, on a day: by default today, or the last day of the books."""

    tiers = TextField(required=False)
    au = DayField(required=False)
    q = TextField(required=False)
    echus = forms.BooleanField(required=False)
    compte = forms.IntegerField(required=False, min_value=1)
    de = forms.IntegerField(required=False, min_value=0)
    tri = TextField(required=False)
    apres = forms.CharField(required=False)

    def __init__(self, data: Mapping[str, Any], *, years: Sequence[Year]) -> None:
        super().__init__(data)
        self.years = years
        latest = latest_with_lines(years)
        field = self.fields["au"]
        assert isinstance(field, DayField)
        field.today = latest.end if latest else field.today
        self.is_valid()
        last = min(latest.end, timezone.localdate()) if latest else timezone.localdate()
        if latest and last < latest.start:
            last = latest.end
        self.day: dt.date = self.cleaned_data.get("au") or last

    @property
    def side(self) -> str:
        """« clients » or « fournisseurs »."""
        asked = str(self.cleaned_data.get("tiers") or "")
        return asked if asked in ROLES else "clients"

    @property
    def role(self) -> str:
        """The role of the third parties."""
        return ROLES[self.side]

    @property
    def text(self) -> str:
        """The words looked for."""
        return str(self.cleaned_data.get("q") or "")

    @property
    def is_late_only(self) -> bool:
        """Whether third parties with nothing late are left out."""
        return bool(self.cleaned_data.get("echus"))

    @property
    def sort(self) -> str:
        """The order asked for; empty: by account and name."""
        asked = str(self.cleaned_data.get("tri") or "")
        return asked if asked.lstrip("-") in _SORTS else ""

    @property
    def problems(self) -> list[str]:
        """What could not be read, as sentences."""
        return [str(message) for messages in self.errors.values() for message in messages]

    def in_order(self, rows: list[Aged]) -> list[Aged]:
        """Third parties in the order asked for."""
        key = _SORTS.get(self.sort.lstrip("-"))
        return sorted(rows, key=key, reverse=self.sort.startswith("-")) if key else rows
