"""What is asked of the pages of lettering: filters in addresses, ticked lines, a tolerance."""

from __future__ import annotations

from typing import Any

from django import forms

from ledger.actions.write_offs import MOST
from ledger.forms_typed import TypedCents, Words
from ledger.queries.open_items import LETTERED, VIEWS

SCOPES = (("tiers", "Ce tiers"), ("compte", "Ce compte"), ("dossier", "Tout le dossier"))
MANY = 500


class OpenItemsForm(forms.Form):
    """Filters of the list; what cannot be read is left out rather than refused."""

    q = Words(required=False)
    collectif = forms.ChoiceField(required=False, choices=[(root, root) for root in LETTERED])
    tiers = forms.RegexField(r"^\d{1,18}-\d{1,18}$", required=False)
    vue = forms.ChoiceField(required=False, choices=[(view, view) for view in VIEWS])
    exercice = forms.RegexField(r"^\d{4}-\d{2}-\d{2}$", required=False)
    paires = forms.BooleanField(required=False)
    autres = forms.BooleanField(required=False)

    def read(self, name: str) -> str:
        """One filter as text, empty when it could not be read."""
        self.is_valid()
        return str(self.cleaned_data.get(name) or "")


class LetterForm(forms.Form):
    """The lines ticked (`entry-line`, repeated as `ids`) and what becomes of the difference."""

    reste = forms.ChoiceField(
        required=False, choices=[("", ""), ("partiel", "partiel"), ("ecart", "écart")]
    )

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        sent = data.getlist("ids") if hasattr(data, "getlist") else list(data.get("ids", []))
        self.places = [place for text in sent[:MANY] if (place := place_of(text))]

    @property
    def remainder(self) -> str:
        """As the action names it."""
        self.is_valid()
        asked = self.cleaned_data.get("reste") or ""
        return {"partiel": "partial", "ecart": "write_off"}.get(asked, "")


def place_of(text: str) -> tuple[int, int] | None:
    """The entry and line that `12-3` names."""
    entry, _dash, line = text.partition("-")
    if not (entry.isdecimal() and line.isdecimal() and len(entry) < 19 and len(line) < 10):
        return None
    return int(entry), int(line)


class ProposeForm(forms.Form):
    """What to propose groups for, and the largest difference to write off."""

    portee = forms.ChoiceField(label="Portée", choices=SCOPES, initial="dossier")
    tolerance = TypedCents(
        label="Tolérance", required=False, initial="0,05",
        help_text="Écart maximal par groupe, passé en 658 ou 758. Vide ou 0\u00a0: aucun écart.",
    )  # fmt: skip
    tiers = forms.RegexField(r"^\d{1,18}-\d{1,18}$", required=False)
    exercice = forms.RegexField(r"^\d{4}-\d{2}-\d{2}$", required=False)

    def clean_tolerance(self) -> int:
        """Between nothing and 10 €."""
        cents = self.cleaned_data.get("tolerance") or 0
        if not 0 <= cents <= MOST:
            raise forms.ValidationError(
                "Saisissez une tolérance entre 0 et 10,00\u00a0€\u00a0: au-delà, l’écart se lettre"
                " en partiel."
            )
        return int(cents)
