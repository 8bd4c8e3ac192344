"""« Que voulez-vous faire ? »: the selection of a bulk job, and the rows that a red bin names."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone

from firm.formats import parse_date_fr
from ledger.actions.bulk_pick import KINDS, Selection

OPERATIONS = (
    ("archive", "Archiver"),
    ("restore", "Désarchiver"),
    ("delete", "Supprimer"),
    ("reset", "Réinitialiser le dossier"),
)
KIND_LABELS = (
    ("purchases", "Factures d’achat"),
    ("sales", "Factures de vente"),
    ("bank", "Opérations bancaires"),
    ("entries", "Écritures des journaux"),
)


class FrenchDate(forms.CharField):
    """A day as people type it; empty is no bound."""

    def clean(self, value: Any) -> Any:
        """The day.

        Raises:
            ValidationError: it is none.
        """
        typed = super().clean(value).strip()
        if not typed:
            return None
        try:
            return parse_date_fr(typed, timezone.localdate())
        except ValueError as error:
            raise forms.ValidationError(f"« {typed} » n’est pas une date.") from error


class Numbers(forms.Field):
    """Ids that come several times under one name."""

    widget = forms.SelectMultiple

    def clean(self, value: Any) -> tuple[int, ...]:
        """The numbers among them."""
        return tuple(int(one) for one in value or () if str(one).isdigit())


class BulkForm(forms.Form):
    """What to do, and to what."""

    operation = forms.ChoiceField(label="Opération", choices=OPERATIONS)
    du = FrenchDate(label="Du", required=False, max_length=12)
    au = FrenchDate(label="Au", required=False, max_length=12)
    natures = forms.MultipleChoiceField(label="Éléments", choices=KIND_LABELS, required=False)
    sources = forms.MultipleChoiceField(required=False)
    comptes = Numbers(required=False)
    journaux = Numbers(required=False)
    fec = forms.BooleanField(required=False)

    def __init__(self, *args: Any, choices: dict[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choices = choices
        sources: Any = self.fields["sources"]
        sources.choices = [(key, label) for key, label, _n in choices["sources"]]

    def clean(self) -> dict[str, Any]:
        """A deletion needs something to delete; a period runs forward."""
        data: dict[str, Any] = super().clean() or {}
        since, until = data.get("du"), data.get("au")
        if since and until and since > until:
            self.add_error("au", "La période se termine avant de commencer.")
        if data.get("operation") != "reset" and not data.get("natures"):
            self.add_error("natures", "Cochez au moins une catégorie.")
        return data

    def selection(self) -> Selection:
        """The selection of a valid form; every source or account ticked is the same as none."""
        data = self.cleaned_data
        if data["operation"] == "reset":
            return Selection("reset")
        every = {key for key, _label, n in self.choices["sources"] if n and key != "fec"}
        sources = set(data["sources"]) - {"fec"}
        accounts = {key for key, _label, _n in self.choices["accounts"]}
        include_fec = data["fec"] or "fec" in data["sources"]
        is_open = data["operation"] == "restore" and include_fec
        kinds = tuple(kind for kind in KINDS if kind in data["natures"])
        return Selection(
            data["operation"], since=data["du"], until=data["au"], kinds=kinds,
            sources=() if (every <= sources and (is_open or data["operation"] != "restore"))
            else tuple(sorted(sources)),
            bank_accounts=() if accounts <= set(data["comptes"]) else data["comptes"],
            journals=data["journaux"], include_fec=include_fec,
        )  # fmt: skip


class ItemsForm(forms.Form):
    """The rows that a red bin names: `invoices` and `transactions`, or `ids` of one `kind`."""

    KINDS = (("invoices", "invoices"), ("transactions", "transactions"))

    invoices = Numbers(required=False)
    transactions = Numbers(required=False)
    ids = Numbers(required=False)
    kind = forms.ChoiceField(choices=KINDS, required=False)
    tout = forms.BooleanField(required=False)

    def rows(self) -> dict[str, tuple[int, ...]]:
        """Ids by kind, as the actions take them."""
        self.is_valid()
        data = self.cleaned_data
        found = {"invoices": data["invoices"], "transactions": data["transactions"]}
        if data.get("kind"):
            found[data["kind"]] += data["ids"]
        return found
