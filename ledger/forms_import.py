"""The correction that a person enters beside a finding."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone

from firm.formats import parse_date_fr


class CorrectionForm(forms.Form):
    """One correction: `kind` says which fields count."""

    KINDS = ("date", "account", "exclude", "encoding", "standard_order", "forget")

    kind = forms.ChoiceField(choices=[(kind, kind) for kind in KINDS])
    line = forms.IntegerField(required=False, min_value=1)
    date = forms.CharField(label="Date retenue", required=False, max_length=12)
    account = forms.CharField(required=False, max_length=60)
    number = forms.CharField(label="Compte retenu", required=False, max_length=60)
    label = forms.CharField(label="Intitulé", required=False, max_length=300)
    journal = forms.CharField(required=False, max_length=60)
    piece = forms.CharField(required=False, max_length=100)
    encoding = forms.CharField(required=False, max_length=20)
    what = forms.CharField(required=False, max_length=20)
    key = forms.CharField(required=False, max_length=100)

    def clean_date(self) -> Any:
        """jj/mm/aaaa, or what `parse_date_fr` accepts."""
        typed = self.cleaned_data["date"].strip()
        if not typed:
            return None
        try:
            return parse_date_fr(typed, timezone.localdate())
        except ValueError as error:
            raise forms.ValidationError(f"« {typed} » n’est pas une date.") from error

    def change(self) -> dict[str, Any]:
        """The change that `fec_review.correct` takes."""
        data = self.cleaned_data
        kind = data["kind"]
        if kind == "date":
            return {"line": data["line"], "date": str(data["date"] or "")}
        if kind == "account":
            return {"account": data["account"], "number": data["number"], "label": data["label"]}
        if kind == "exclude":
            return {"exclude": [data["journal"], data["piece"]]}
        if kind == "encoding":
            return {"encoding": data["encoding"]}
        if kind == "standard_order":
            return {"standard_order": True}
        pair = [data["journal"], data["piece"]] if data["what"] == "excluded" else data["key"]
        return {"forget": data["what"], "key": pair}
