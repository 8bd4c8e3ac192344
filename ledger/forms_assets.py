"""Forms of « Immobilisations »: filters, a line of the register, an exit, a split."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from django import forms

from firm.errors import BusinessError
from firm.formats import amount_plain, date_fr
from ledger.assets.days import Span
from ledger.forms import TextField
from ledger.forms_typed import TypedCents, TypedDay, Words
from ledger.models import FixedAsset
from ledger.queries.asset_charges import BY_ACCOUNT, GROUPINGS
from ledger.queries.assets import SORTS, STATES, AssetFilters
from ledger.queries.years import Year, latest_with_lines

STATE_LABELS = {
    "en-service": "En service", "amorties": "Amorties", "sorties": "Sorties dans l’exercice",
    "a-ecrire": "Dotation à écrire",
}  # fmt: skip
METHODS = [("", "Aucun"), *FixedAsset.Method.choices[:2]]


class YearChoiceForm(forms.Form):
    """A fiscal year of the dossier, the latest with lines unless another is asked for."""

    exercice = TextField(required=False)

    def __init__(self, data: Mapping[str, Any], *, years: Sequence[Year]) -> None:
        super().__init__(data)
        self.years = list(years)
        self.is_valid()
        wanted = self.cleaned_data.get("exercice") or ""
        asked = next((year for year in self.years if year.end.isoformat() == wanted), None)
        latest = latest_with_lines(self.years) or (self.years[0] if self.years else None)
        self.year = asked or latest

    @property
    def span(self) -> Span | None:
        """Both days of the year; None when the dossier has none."""
        return Span(self.year.start, self.year.end) if self.year else None

    @property
    def options(self) -> list[tuple[str, str]]:
        """Years to choose from, latest first."""
        return [(year.end.isoformat(), year.label) for year in self.years]

    @property
    def chosen(self) -> str:
        """The option that is shown."""
        return self.year.end.isoformat() if self.year else ""

    def read(self, name: str) -> str:
        """A field's value when it could be read."""
        return str(self.cleaned_data.get(name) or "")


class AssetListForm(YearChoiceForm):
    """Filters of the register."""

    q = TextField(required=False)
    compte = TextField(required=False)
    etat = TextField(required=False)
    tri = TextField(required=False)
    apres = TextField(required=False)

    def filters(self) -> AssetFilters:
        """The filters that could be read; unknown ones are left out."""
        state, sort = self.read("etat"), self.read("tri")
        return AssetFilters(
            search=self.read("q"),
            account=self.read("compte"),
            state=state if state in STATES else "",
            sort=sort if sort.lstrip("-") in SORTS else "compte",
        )


class ChargesForm(YearChoiceForm):
    """Which year's charges, and how they are grouped."""

    regroupement = TextField(required=False)

    @property
    def grouping(self) -> str:
        """A key of `GROUPINGS`."""
        wanted = self.read("regroupement")
        return wanted if wanted in GROUPINGS else BY_ACCOUNT


class AccountNumber(Words):
    """The number of an account that may not exist yet; what follows it is left out."""

    def to_python(self, value: Any) -> str:
        """The number."""
        typed = super().to_python(value).split()
        if typed and not re.fullmatch(r"[1-8][0-9]{2}[0-9A-Za-z]{0,57}", typed[0]):
            raise forms.ValidationError(
                f"«\u00a0{typed[0]}\u00a0» n’est pas un compte\u00a0: commencez par trois chiffres."
            )
        return typed[0] if typed else ""


class Months(Words):
    """A life: « 5 ans », « 36 mois », « 60 »; in months."""

    def to_python(self, value: Any) -> Any:
        """The months, 0 for nothing."""
        typed = super().to_python(value).casefold()
        if not typed:
            return 0
        found = re.fullmatch(r"(\d{1,4}) ?(mois|m|ans?|a)?", typed)
        if not found:
            raise forms.ValidationError(
                f"«\u00a0{value}\u00a0» n’est pas une durée\u00a0: écrivez «\u00a05 ans\u00a0» ou"
                " «\u00a036 mois\u00a0»."
            )
        return int(found[1]) * (12 if (found[2] or "").startswith("a") else 1)


class AssetForm(forms.Form):
    """A line of the register."""

    label = Words(label="Libellé", max_length=300)
    code = Words(label="Référence", required=False, max_length=40)
    quantity = forms.IntegerField(label="Quantité", min_value=1, max_value=10**6, initial=1)
    supplier = Words(label="Fournisseur", required=False, max_length=300)
    account = AccountNumber(label="Compte d’immobilisation")
    acquired_on = TypedDay(label="Date d’acquisition")
    in_service_on = TypedDay(label="Mise en service", required=False)
    cost = TypedCents(label="Valeur brute HT")
    residual = TypedCents(label="Valeur résiduelle", required=False)
    method = forms.ChoiceField(label="Mode", choices=FixedAsset.Method.choices)
    months = Months(label="Durée", required=False)
    depreciation_account = AccountNumber(label="Compte d’amortissement", required=False)
    charge_account = AccountNumber(label="Compte de dotation", required=False)
    fiscal_method = forms.ChoiceField(label="Plan fiscal", choices=METHODS, required=False)
    fiscal_months = Months(label="Durée fiscale", required=False)
    opening_on = TypedDay(label="Déjà amorti jusqu’au", required=False)
    opening_depreciation = TypedCents(label="Amortissements repris", required=False)
    opening_derogatory = TypedCents(label="Dérogatoire repris", required=False)

    @classmethod
    def of(cls, asset: FixedAsset) -> AssetForm:
        """Filled with a line of the register, saved or proposed."""
        shown: dict[str, Any] = {name: getattr(asset, name) for name in cls.base_fields}
        for name in ("acquired_on", "in_service_on", "opening_on"):
            shown[name] = date_fr(shown[name]) if shown[name] else ""
        for name in ("cost", "residual", "opening_depreciation", "opening_derogatory"):
            shown[name] = amount_plain(shown[name]) if shown[name] else ""
        for name in ("months", "fiscal_months"):
            shown[name] = months_text(shown[name])
        return cls(initial=shown)

    def clean(self) -> dict[str, Any]:
        """Amounts left empty are nil; what must be given is said where it misses."""
        got = super().clean() or {}
        for name in ("residual", "opening_depreciation", "opening_derogatory"):
            got[name] = got.get(name) or 0
        if got.get("acquired_on") is None and "acquired_on" not in self.errors:
            self.add_error("acquired_on", "Donnez la date d’acquisition.")
        if not got.get("account") and "account" not in self.errors:
            self.add_error("account", "Donnez le compte d’immobilisation.")
        if not got.get("label") and "label" not in self.errors:
            self.add_error("label", "Donnez un libellé à l’immobilisation.")
        return got


def months_text(months: int) -> str:
    """« 5 ans », « 18 mois », or nothing."""
    if not months:
        return ""
    if months % 12:
        return f"{months} mois"
    return "1 an" if months == 12 else f"{months // 12} ans"


class ExitForm(forms.Form):
    """An asset leaves."""

    kind = forms.ChoiceField(label="Sortie", choices=FixedAsset.Exit.choices)
    on = TypedDay(label="Date de sortie")
    price = TypedCents(label="Prix de cession HT", required=False)

    def clean(self) -> dict[str, Any]:
        """The day must be given."""
        got = super().clean() or {}
        if got.get("on") is None and "on" not in self.errors:
            self.add_error("on", "Donnez la date de sortie.")
        return got


def parts_of(data: Any) -> list[tuple[str, int]]:
    """The parts typed in a split: (label, cents); empty rows are left out.

    Raises:
        ValidationError: an amount cannot be read.
    """
    cents, words = TypedCents(required=False), Words(required=False, max_length=300)
    found: list[tuple[str, int]] = []
    rows = zip(data.getlist("part_label"), data.getlist("part_cost"), strict=False)
    for label, typed in rows:
        if label.strip() or typed.strip():
            found.append((words.clean(label), cents.clean(typed) or 0))
    return found


@contextmanager
def said_in(form: forms.Form) -> Iterator[None]:
    """Show a refusal raised in the block beside the field that it names."""
    try:
        yield
    except BusinessError as error:
        named = error.details.get("field")
        form.add_error(named if named in form.fields else None, error.message)


def typed_day(text: str) -> dt.date | None:
    """A day in an address, ISO; None for anything else."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None
