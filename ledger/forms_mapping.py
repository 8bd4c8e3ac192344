"""The form that says which column of a bank's table is what."""

from __future__ import annotations

from typing import Any

from django import forms

from ledger.bank.days import ORDERS
from ledger.bank.mapping import Mapping
from ledger.bank.tables import Table

NAMES = {
    "date": "Date", "value_date": "Date de valeur", "label": "Libellé",
    "label_2": "Suite du libellé", "reference": "Référence", "amount": "Montant", "debit": "Débit",
    "credit": "Crédit",
}  # fmt: skip
MARKS = ((",", "Virgule\u00a0: 1 234,56"), (".", "Point\u00a0: 1,234.56"))
WIDTH = 40


class MappingForm(forms.Form):
    """One choice of a column a field, and how dates and amounts are written."""

    skip = forms.IntegerField(
        label="Lignes à ignorer avant les en-têtes", min_value=0, max_value=500,
        help_text="Les lignes vides ne comptent pas.",
    )  # fmt: skip
    has_header = forms.BooleanField(label="La ligne suivante contient les en-têtes", required=False)
    days = forms.ChoiceField(label="Dates", choices=list(ORDERS.items()))
    decimal = forms.ChoiceField(label="Séparateur décimal", choices=MARKS)
    is_inverted = forms.BooleanField(
        label="Un montant positif est une sortie d’argent", required=False
    )

    def __init__(self, *args: Any, table: Table, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.table = table
        shown = self._shown()
        for name, label in NAMES.items():
            self.fields[name] = forms.ChoiceField(
                label=label, required=name in ("date", "label"), choices=shown
            )

    def _shown(self) -> list[tuple[str, str]]:
        """The columns by their heading under the lines to skip, or by their number."""
        skip = self.data.get("skip", "") if self.is_bound else self.initial.get("skip", 0)
        has_header = bool(
            self.data.get("has_header") if self.is_bound else self.initial.get("has_header", True)
        )
        at = int(skip) if str(skip).isdigit() and len(str(skip)) < 4 else 0
        headings = Mapping(skip=at, has_header=has_header).header(self.table)
        titles = [
            f"{number + 1}. {headings[number] if number < len(headings) else ''}"[:WIDTH]
            for number in range(self.table.width)
        ]
        return [("", "Aucune"), *((str(at), title) for at, title in enumerate(titles))]

    @classmethod
    def of(cls, mapping: Mapping, table: Table) -> MappingForm:
        """Filled with what was guessed or kept."""
        initial: dict[str, Any] = mapping.as_dict()
        for name in NAMES:
            held = mapping.columns.get(name.removesuffix("_2"), [])
            rank = 1 if name.endswith("_2") else 0
            initial[name] = str(held[rank]) if len(held) > rank else ""
        return cls(initial=initial, table=table)

    def mapping(self) -> Mapping:
        """The mapping chosen."""
        got = self.cleaned_data
        columns: dict[str, list[int]] = {}
        for name in NAMES:
            if got[name]:
                columns.setdefault(name.removesuffix("_2"), []).append(int(got[name]))
        if columns.get("amount"):
            columns.pop("debit", None)
            columns.pop("credit", None)
        return Mapping(
            skip=got["skip"], has_header=got["has_header"], columns=columns,
            decimal=got["decimal"], days=got["days"], is_inverted=got["is_inverted"],
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """A mapping that can be used; what it lacks is said on top."""
        got = super().clean() or {}
        if not self.errors and (problem := self.mapping().problem(self.table)):
            raise forms.ValidationError(problem)
        return got
