"""Forms of a dossier: they validate and convert, and never save."""

from __future__ import annotations

from django import forms


class NewDossierForm(forms.Form):
    """What a new dossier needs."""

    name = forms.CharField(label="Nom du dossier", max_length=200)
    siren = forms.CharField(
        label="SIREN",
        max_length=20,
        required=False,
        help_text="Neuf chiffres ; un SIRET convient aussi.",
    )
    slug = forms.SlugField(
        label="Nom court",
        max_length=48,
        required=False,
        help_text="Il figure dans l’adresse et confirme les suppressions.",
    )


class DossierForm(forms.Form):
    """The dossier's own data."""

    name = forms.CharField(label="Nom du dossier", max_length=200)
    legal_form = forms.CharField(label="Forme juridique", max_length=60, required=False)
    siren = forms.CharField(label="SIREN", max_length=20, required=False)
    takeover_date = forms.DateField(
        label="Date de reprise",
        required=False,
        help_text=(
            "Avant cette date, l’historique vient du FEC ; à partir d’elle, la saisie se fait ici."
        ),
    )
