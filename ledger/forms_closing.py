"""What a validation, a reversal and a closing ask for."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms

from firm.formats import date_fr
from ledger.actions.validation import Choice
from ledger.forms_bulk import FrenchDate, Numbers
from ledger.models import FiscalYear


class ValidationForm(forms.Form):
    """Which drafts of a year: up to a day, of some journals (all of them when none is ticked)."""

    au = FrenchDate(label="Jusqu’au", required=False, max_length=12)
    journaux = Numbers(label="Journaux", required=False)

    def __init__(self, data: Any, *, year: FiscalYear, today: dt.date) -> None:
        self.year = year
        self.usual = min(year.end, max(today, year.start))
        super().__init__(data)

    def clean_au(self) -> dt.date:
        """The day, within the year; the last one of the year, or today, unless another is typed."""
        day: dt.date = self.cleaned_data["au"] or self.usual
        if not self.year.start <= day <= self.year.end:
            raise forms.ValidationError(
                f"Choisissez un jour de l’exercice, du {date_fr(self.year.start)} au"
                f" {date_fr(self.year.end)}."
            )
        return day

    def choice(self) -> Choice:
        """What was asked for; the whole year's drafts are looked at while the day is no day."""
        day = self.cleaned_data.get("au", self.usual) if self.is_valid() else self.usual
        return Choice(self.year.id, until=day, journals=self.cleaned_data.get("journaux") or ())


class ReversalForm(forms.Form):
    """The day of the reversal."""

    date = FrenchDate(label="Date de la contre-passation", max_length=12)
    encore = forms.BooleanField(required=False)


class ClosingForm(forms.Form):
    """Why the opening balances of the next year are other ones, and the short name."""

    motif = forms.CharField(
        label="Pourquoi les à-nouveaux diffèrent", required=False, max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    confirmation = forms.CharField(required=False, max_length=100)
