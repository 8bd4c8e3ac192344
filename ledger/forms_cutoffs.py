"""Forms of « Régularisations »."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from firm.formats import amount_plain, date_fr
from ledger.forms import TextField
from ledger.forms_assets import AccountNumber, YearChoiceForm
from ledger.forms_typed import TypedCents, TypedDay, Words
from ledger.models import CutOff
from ledger.queries.cutoffs import STATES
from ledger.queries.years import Year


class CutOffListForm(YearChoiceForm):
    """Filters of the list: a year, a kind, a state, words."""

    q = TextField(required=False)
    nature = TextField(required=False)
    etat = TextField(required=False)

    def lets_through(self, row: Any) -> bool:
        """Whether a row at the closing is to be shown."""
        kind, state, words = self.read("nature"), self.read("etat"), self.read("q").casefold()
        texts = f"{row.cutoff.label} {row.cutoff.account}".casefold()
        return (
            (kind not in CutOff.Kind.values or row.cutoff.kind == kind)
            and (state not in STATES or row.state == state)
            and all(word in texts for word in words.split())
        )


class CutOffForm(forms.Form):
    """A cut-off; a service is asked for when it is spread, VAT for invoices to come."""

    kind = forms.ChoiceField(label="Nature", choices=CutOff.Kind.choices)
    year_end = forms.ChoiceField(label="À la clôture du")
    label = Words(label="Libellé", max_length=300)
    account = AccountNumber(label="Compte de charge ou de produit")
    amount = TypedCents(label="Montant HT")
    vat = TypedCents(label="TVA", required=False)
    since = TypedDay(label="Prestation du", required=False)
    until = TypedDay(label="au", required=False)

    def __init__(self, *args: Any, years: Sequence[Year], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.years = {year.end.isoformat(): year for year in years}
        self.fields["year_end"].choices = [  # type: ignore[attr-defined]
            (end, date_fr(year.end)) for end, year in self.years.items()
        ]

    @classmethod
    def of(cls, cutoff: CutOff, years: Sequence[Year]) -> CutOffForm:
        """Filled with a cut-off, saved or proposed."""
        shown = {
            "kind": cutoff.kind, "label": cutoff.label, "account": cutoff.account,
            "amount": amount_plain(cutoff.amount) if cutoff.amount else "",
            "vat": amount_plain(cutoff.vat) if cutoff.vat else "",
            "since": date_fr(cutoff.since) if cutoff.since else "",
            "until": date_fr(cutoff.until) if cutoff.until else "",
            "year_end": cutoff.year_end.isoformat(),
        }  # fmt: skip
        return cls(initial=shown, years=years)

    def clean(self) -> dict[str, Any]:
        """The closing as a day; what must be given is said where it misses."""
        got = super().clean() or {}
        got["vat"] = got.get("vat") or 0
        if year := self.years.get(got.get("year_end") or ""):
            got["year_end"] = year.end
        for name, said in (("label", "Donnez un libellé."), ("account", "Donnez un compte.")):
            if not got.get(name) and name not in self.errors:
                self.add_error(name, said)
        return got
