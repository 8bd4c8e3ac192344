"""The dates of a fiscal year to open."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone

from ledger.models import FiscalYear


class YearForm(forms.Form):
    """Both days of the year; those that follow the latest year are proposed."""

    start = forms.DateField(label="Premier jour", widget=forms.DateInput(attrs={"data-date": ""}))
    end = forms.DateField(label="Dernier jour", widget=forms.DateInput(attrs={"data-date": ""}))

    def __init__(self, data: Any = None, *, latest: FiscalYear | None = None) -> None:
        start = timezone.localdate().replace(month=1, day=1)
        if latest:
            start = latest.end + dt.timedelta(days=1)
        end = _year_later(start) - dt.timedelta(days=1)
        super().__init__(data, initial={"start": start, "end": end})


def _year_later(day: dt.date) -> dt.date:
    try:
        return day.replace(year=day.year + 1)
    except ValueError:  # 29 February
        return day.replace(year=day.year + 1, month=3, day=1)
