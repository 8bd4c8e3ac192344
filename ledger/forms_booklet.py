"""What a plaquette is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from ledger.forms import PeriodForm
from ledger.forms_financials import BALANCE_SHEET, FLOWS, INCOME, MARGINS
from ledger.queries.years import Period, Year, period_of_year, same_period_before

DETAIL, NOTES = "detail", "notes"
PARTS = {
    BALANCE_SHEET: "Bilan",
    INCOME: "Compte de résultat",
    MARGINS: "Soldes intermédiaires de gestion",
    FLOWS: "Tableau de flux de trésorerie",
    DETAIL: "Détail des comptes",
    NOTES: "Notes de révision",
}
USUAL = [BALANCE_SHEET, INCOME, MARGINS, FLOWS, DETAIL]


class BookletForm(PeriodForm):
    """A whole year, and the parts wanted; without any, the usual ones."""

    parties = forms.MultipleChoiceField(required=False, choices=list(PARTS.items()))

    def __init__(
        self, data: Mapping[str, Any], *, years: Sequence[Year], may_read_notes: bool
    ) -> None:
        self.may_read_notes = may_read_notes
        super().__init__(data, years=years)
        if self.year:
            self.period = period_of_year(years, self.year)

    @property
    def year(self) -> Year | None:
        """The year: a plaquette is of one."""
        return self.period.years[-1] if self.period and self.period.years else None

    def before(self) -> Period | None:
        """The year before, where the books have it."""
        return same_period_before(self.years, self.period) if self.period else None

    def wanted(self) -> list[str]:
        """The parts, in the document's order."""
        asked = self.cleaned_data.get("parties") or USUAL
        return [key for key in PARTS if key in asked and (key != NOTES or self.may_read_notes)]

    def offered(self) -> list[tuple[str, str, bool]]:
        """Parts to tick: key, label, ticked."""
        ticked = self.wanted()
        return [
            (key, label, key in ticked)
            for key, label in PARTS.items()
            if key != NOTES or self.may_read_notes
        ]
