"""Forms of a dossier: they validate and convert, and never save."""

from __future__ import annotations

from typing import Any

from django import forms

from clients.models import Dossier


class NewDossierForm(forms.Form):
    """What a new dossier needs."""

    name = forms.CharField(label="Nom du dossier", max_length=200)
    siren = forms.CharField(
        label="SIREN",
        max_length=20,
        required=False,
        help_text="Neuf chiffres ; un SIRET convient aussi.",
    )
    slug = forms.SlugField(
        label="Nom court",
        max_length=48,
        required=False,
        help_text="Il figure dans l’adresse et confirme les suppressions.",
    )

    REFUSALS = {
        "siren_invalid": "siren",
        "siret_invalid": "siren",
        "siren_taken": "siren",
        "name_missing": "name",
    }


class DossierForm(forms.Form):
    """The dossier's own data."""

    name = forms.CharField(label="Nom du dossier", max_length=200)
    legal_form = forms.CharField(label="Forme juridique", max_length=60, required=False)
    siren = forms.CharField(
        label="SIREN",
        max_length=20,
        required=False,
        help_text="Neuf chiffres ; un SIRET convient aussi.",
    )
    siret = forms.CharField(label="SIRET du siège", max_length=20, required=False)
    tax_regime = forms.ChoiceField(
        label="Régime fiscal", choices=[("", "—"), *Dossier.TaxRegime.choices], required=False
    )
    vat_regime = forms.ChoiceField(
        label="Régime de TVA", choices=[("", "—"), *Dossier.VatRegime.choices], required=False
    )
    year_end = forms.CharField(
        label="Fin d’exercice", max_length=5, required=False, help_text="jj/mm, par exemple 31/12."
    )
    takeover_date = forms.DateField(
        label="Date de reprise",
        required=False,
        help_text=(
            "Avant cette date, l’historique vient du FEC ; à partir d’elle, la saisie se fait ici."
        ),
    )

    REFUSALS = {
        "siren_invalid": "siren",
        "siren_taken": "siren",
        "siret_invalid": "siret",
        "name_missing": "name",
        "year_end_invalid": "year_end",
    }

    @classmethod
    def of(cls, dossier: Dossier, data: Any = None) -> DossierForm:
        """The form filled with what the dossier has."""
        initial = {name: getattr(dossier, name) for name in cls.base_fields}
        initial["year_end"] = "/".join(reversed(dossier.year_end.split("-")))
        return cls(data, initial=initial)
