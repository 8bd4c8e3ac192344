"""Forms of the VAT pages."""

from __future__ import annotations

from typing import Any

from django import forms

from ledger.forms_typed import TypedDay, Words


class Euros(forms.IntegerField):
    """Whole euros, spaces allowed; nothing is nought."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, min_value=0, max_value=10**12, **kwargs)
        self.widget = forms.TextInput(attrs={"inputmode": "numeric"})

    def to_python(self, value: Any) -> int:
        """The euros."""
        text = "".join(str(value or "").replace("€", "").split())
        return super().to_python(text or "0") or 0


class StartForm(forms.Form):
    """Which period to declare: any day of it."""

    period = TypedDay(label="Un jour de la période", widget=forms.TextInput({"data-date": True}))

    def clean_period(self) -> Any:
        """The day is asked for."""
        day = self.cleaned_data["period"]
        if day is None:
            raise forms.ValidationError("Indiquez un jour de la période à déclarer.")
        return day


class AmountsForm(forms.Form):
    """Line 22 where no return came before, and line 26."""

    REFUSALS = {"vat_amount_invalid": "refund"}

    credit_brought = Euros(label="Ligne 22, crédit reporté (€)")
    refund = Euros(label="Ligne 26, remboursement demandé (€)")


class AnswerForm(forms.Form):
    """What the administration answered."""

    reference = Words(label="Numéro de dépôt", required=False, max_length=100)
    reason = Words(label="Motif du rejet", required=False, max_length=500)
