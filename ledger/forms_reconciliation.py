"""What is asked of a bank reconciliation: a day, the statement's balance, the lines ticked."""

from __future__ import annotations

from django import forms

from ledger.forms_typed import TypedCents, TypedDay
from ledger.queries.reconciliation import VIEWS


class ReconciliationForm(forms.Form):
    """Filters in an address; what cannot be read is said and left out."""

    au = TypedDay(required=False)
    solde = TypedCents(required=False)
    vue = forms.ChoiceField(required=False, choices=[(view, view) for view in VIEWS])


class UntilForm(forms.Form):
    """Up to which day."""

    au = TypedDay(required=False)
