"""Filters of the financial statements."""

from __future__ import annotations

from django import forms

from clients.models import Dossier
from ledger.forms import PeriodForm, TextField
from ledger.queries.years import Period, same_period_before

# What each page shows, by presentation: the code of a form of `ledger.financials`.
DEVELOPED, SIMPLE, BNC = "developpee", "simplifiee", "bnc"
PRESENTATIONS = {
    DEVELOPED: "Développée (2050 à 2053)",
    SIMPLE: "Simplifiée (2033)",
    BNC: "BNC (2035)",
}
BALANCE_SHEET, INCOME, MARGINS, FLOWS = "bilan", "resultat", "sig", "flux"
PAGES = {
    BALANCE_SHEET: "Bilan",
    INCOME: "Compte de résultat",
    MARGINS: "SIG",
    FLOWS: "Flux de trésorerie",
}
# The statements that have one presentation: their form.
ALONE = {MARGINS: "SIG", FLOWS: "FLUX"}
FORMS = {
    (BALANCE_SHEET, DEVELOPED): "2050",
    (BALANCE_SHEET, SIMPLE): "2033-A",
    (BALANCE_SHEET, BNC): "2033-A",
    (INCOME, DEVELOPED): "2052",
    (INCOME, SIMPLE): "2033-B",
    (INCOME, BNC): "2035",
}
BY_REGIME = {
    Dossier.TaxRegime.IS_SIMPLE: SIMPLE,
    Dossier.TaxRegime.BIC_SIMPLE: SIMPLE,
    Dossier.TaxRegime.MICRO: SIMPLE,
    Dossier.TaxRegime.BNC: BNC,
}


class StatementForm(PeriodForm):
    """A period, a presentation (that of the dossier's tax regime by default), and a box."""

    etat = TextField(required=False)
    presentation = TextField(required=False)
    poste = TextField(required=False)
    vides = forms.BooleanField(required=False)
    euros = forms.BooleanField(required=False)

    def shown(self) -> str:
        """Which statement: bilan, resultat, sig or flux."""
        wanted = str(self.read("etat"))
        return wanted if wanted in PAGES else BALANCE_SHEET

    def presentation_for(self, dossier: Dossier) -> str:
        """The presentation asked for, else the one of the dossier's regime."""
        wanted = str(self.read("presentation"))
        if wanted in PRESENTATIONS:
            return wanted
        return (
            BY_REGIME.get(Dossier.TaxRegime(dossier.tax_regime), DEVELOPED)
            if (dossier.tax_regime)
            else DEVELOPED
        )

    def code_for(self, dossier: Dossier) -> str:
        """The form to fill."""
        shown = self.shown()
        return ALONE.get(shown) or FORMS[shown, self.presentation_for(dossier)]

    def before(self) -> Period | None:
        """The same days of the year before, where the books have them."""
        return same_period_before(self.years, self.period) if self.period else None
