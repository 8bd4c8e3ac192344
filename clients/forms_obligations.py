"""Forms of the obligations: what they are planned from, a new one, another day."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone

from clients.actions.obligations import PROFILE
from clients.models import TaxProfile
from firm.formats import date_fr, parse_date_fr

PAYROLL = ((0, "pas de salarié"), (5, "le 5 (50 salariés et plus)"), (15, "le 15"))


class TypedDue(forms.Field):
    """A day: `jj/mm/aaaa`, `jj/mm`, `jjmm`."""

    widget = forms.TextInput(attrs={"data-date": True})

    def to_python(self, value: Any) -> dt.date | None:
        """The day, or None for nothing."""
        try:
            return parse_date_fr(str(value or ""), timezone.localdate())
        except ValueError as error:
            raise forms.ValidationError(
                f"«\u00a0{value}\u00a0» n’est pas une date\u00a0: écrivez-la jj/mm/aaaa."
            ) from error


class ProfileForm(forms.Form):
    """What the calendar depends on beside the regimes and the year end."""

    REFUSALS = {"tax_profile_invalid": "vat_day"}

    vat_day = forms.IntegerField(
        label="Jour de la TVA", min_value=15, max_value=24,
        help_text="Du 15 au 24, selon le SIREN et la forme de l’entreprise.",
    )  # fmt: skip
    payroll_day = forms.TypedChoiceField(label="DSN", choices=PAYROLL, coerce=int)
    pays_instalments = forms.BooleanField(label="Verse des acomptes d’IS", required=False)
    pays_cfe = forms.BooleanField(label="Redevable de la CFE", required=False)
    pays_cfe_advance = forms.BooleanField(
        label="Acompte de CFE (cotisation de 3\u00a0000\u00a0€ et plus)", required=False
    )
    pays_cvae = forms.BooleanField(label="Redevable de la CVAE", required=False)
    files_das2 = forms.BooleanField(label="Dépose la DAS2", required=False)
    holds_meeting = forms.BooleanField(
        label="Approuve et dépose ses comptes au greffe", required=False
    )

    @classmethod
    def of(cls, profile: TaxProfile, data: Any = None) -> ProfileForm:
        """Filled with a profile."""
        return cls(data, initial={name: getattr(profile, name) for name in PROFILE})


class OwnForm(forms.Form):
    """An obligation that the rules do not know of."""

    label = forms.CharField(label="Obligation", max_length=150)
    due_on = TypedDue(label="Échéance")


class MoveForm(forms.Form):
    """Another day for an obligation."""

    due_on = TypedDue(label="Échéance")

    def said(self) -> str:
        """The day as it is written."""
        return date_fr(self.cleaned_data["due_on"])
