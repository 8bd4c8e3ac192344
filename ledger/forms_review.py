"""Forms of the review: its filters, a note, thresholds, what a firm sets."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from django import forms

from ledger.forms import PeriodForm, TextField
from ledger.forms_typed import TypedCents, TypedDecimal
from ledger.queries.balance_lines import plain
from ledger.queries.review import STATES, Sheet
from ledger.queries.years import Year
from ledger.review.programme import cycle

SORTS = {
    "n": lambda one: abs(one.now),
    "avant": lambda one: abs(one.before or 0),
    "ecart": lambda one: abs(one.now - (one.before or 0)),
    "taux": lambda one: abs(one.ratio) if one.ratio is not None else -1.0,
}


class ReviewForm(PeriodForm):
    """Which accounts of which year."""

    etat = TextField(required=False)
    cycle = TextField(required=False)
    seuil = forms.BooleanField(required=False)
    q = TextField(required=False)
    tri = TextField(required=False)
    apres = forms.CharField(required=False)

    @property
    def year(self) -> Year | None:
        """The year reviewed: a review is of one year."""
        return self.period.years[-1] if self.period and self.period.years else None

    @property
    def narrows(self) -> bool:
        """Whether some accounts are left out."""
        return any(self.cleaned_data.get(name) for name in ("etat", "cycle", "seuil", "q"))

    @property
    def sort(self) -> str:
        """The order asked for; empty for that of the cycles."""
        wanted = str(self.read("tri"))
        return wanted if wanted.lstrip("-") in SORTS else ""

    def kept(self, sheets: Sequence[Sheet]) -> list[Sheet]:
        """The accounts wanted, in the order wanted."""
        wanted = [one for one in sheets if self._is_wanted(one)]
        key = SORTS.get(self.sort.lstrip("-"))
        if key:
            wanted.sort(key=key, reverse=self.sort.startswith("-"))
        return wanted

    def _is_wanted(self, one: Sheet) -> bool:
        state, key = str(self.read("etat")), str(self.read("cycle"))
        if state in STATES and one.state != state:
            return False
        if cycle(key) and one.cycle != key:
            return False
        if self.read("seuil", False) and not one.is_over:
            return False
        text = plain(str(self.read("q")))
        return not text or one.account.lower().startswith(text) or text in plain(one.label)


class NoteForm(forms.Form):
    """The note of an account, and its own threshold."""

    note = forms.CharField(
        label="Note", required=False, max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip
    materiality = TypedCents(label="Seuil propre au compte", required=False)

    def clean_materiality(self) -> int | None:
        """Nothing, or an amount that is not negative."""
        return _not_negative(self.cleaned_data["materiality"])


class StepForm(forms.Form):
    """The answer to a question."""

    etat = forms.ChoiceField(
        choices=[("fait", "Fait"), ("a-faire", "À faire"), ("sans-objet", "Sans objet")]
    )
    note = forms.CharField(required=False, max_length=2000)


class ThresholdForm(forms.Form):
    """Thresholds of a year; empty: those of the firm."""

    cents = TypedCents(label="Seuil en euros", required=False)
    percent = TypedDecimal(label="Seuil en pour cent", most=1000, places=1, required=False)

    def clean_cents(self) -> int | None:
        """Nothing, or an amount that is not negative."""
        return _not_negative(self.cleaned_data["cents"])


class FirmBooksForm(forms.Form):
    """What a firm sets for its reviews and its plaquettes."""

    materiality = TypedCents(label="Seuil en euros")
    materiality_percent = TypedDecimal(label="Seuil en pour cent", most=1000, places=1)
    colour = forms.CharField(
        label="Couleur des plaquettes", max_length=7,
        widget=forms.TextInput(attrs={"type": "color"}),
    )  # fmt: skip

    def clean_materiality(self) -> int:
        """An amount that is not negative."""
        return _not_negative(self.cleaned_data["materiality"]) or 0

    def clean_materiality_percent(self) -> Decimal:
        """The rate."""
        return self.cleaned_data["materiality_percent"] or Decimal(0)

    def clean_colour(self) -> str:
        """`#rrggbb`, in lower case."""
        colour = str(self.cleaned_data["colour"]).lower()
        if not re.fullmatch(r"#[0-9a-f]{6}", colour):
            raise forms.ValidationError("Écrivez la couleur en hexadécimal, par exemple #2a50c7.")
        return colour


def _not_negative(cents: int | None) -> int | None:
    if cents is not None and cents < 0:
        raise forms.ValidationError("Un seuil n’est pas négatif : écrivez par exemple 500,00.")
    return cents
