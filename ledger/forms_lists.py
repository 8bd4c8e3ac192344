"""Filters of the list of bank transactions."""

from __future__ import annotations

from django import forms

from ledger.queries.lists import Filters


class ListForm(forms.Form):
    """Search, period, account; what cannot be read is left out rather than refused."""

    q = forms.CharField(required=False)
    du = forms.DateField(required=False)
    au = forms.DateField(required=False)
    compte = forms.IntegerField(required=False)
    apres = forms.CharField(required=False)

    def filters(self) -> Filters:
        """The filters that could be read."""
        self.is_valid()
        got = self.cleaned_data
        return Filters(
            search=(got.get("q") or "").strip(),
            since=got.get("du"),
            until=got.get("au"),
            bank_account=got.get("compte"),
            after=got.get("apres") or "",
        )
