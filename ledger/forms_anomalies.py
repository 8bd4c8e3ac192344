"""Filters of « Anomalies »: the year, the rule shown, what is set aside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from ledger.anomalies.catalogue import FAMILIES, SEVERITIES, rules
from ledger.forms import TextField
from ledger.queries.anomalies import DISMISSED, OPEN, SORTS, Wanted
from ledger.queries.years import Year, latest_with_lines

SHOWN = [(OPEN, "À examiner"), (DISMISSED, "Écartées")]


class AnomalyForm(forms.Form):
    """`exercice` is the closing day of a fiscal year; an unknown choice gives way to the usual."""

    exercice = TextField(required=False)
    gravite = TextField(required=False)
    famille = TextField(required=False)
    regle = TextField(required=False)
    vue = TextField(required=False)
    tri = TextField(required=False)
    vides = forms.BooleanField(required=False)

    def __init__(self, data: Mapping[str, Any], *, years: Sequence[Year]) -> None:
        super().__init__(data)
        self.years = [year for year in years if year.lines]
        self.is_valid()

    def read(self, name: str) -> str:
        """What the address says under a name."""
        return str(self.cleaned_data.get(name) or "")

    @property
    def year(self) -> Year | None:
        """The year asked for, else the latest with lines."""
        asked = self.read("exercice")
        named = (year for year in self.years if year.end.isoformat() == asked)
        return next(named, None) or latest_with_lines(self.years)

    @property
    def options(self) -> list[tuple[str, str]]:
        """The years to choose from, latest first."""
        return [(year.end.isoformat(), year.label) for year in self.years]

    @property
    def codes(self) -> list[str]:
        """The rules that the filters leave."""
        severity, family = self.read("gravite"), self.read("famille")
        return [
            code
            for code, rule in rules().items()
            if (severity not in SEVERITIES or rule.severity == severity)
            and (family not in FAMILIES or rule.family == family)
        ]

    @property
    def rule(self) -> str:
        """The rule whose hits are shown, if any."""
        return self.read("regle") if self.read("regle") in rules() else ""

    @property
    def shown(self) -> str:
        """Open hits, or those set aside."""
        return DISMISSED if self.read("vue") == DISMISSED else OPEN

    @property
    def views(self) -> list[tuple[str, str]]:
        """What « Afficher » offers."""
        return SHOWN

    def wanted(self) -> Wanted:
        """Which hits, in which order."""
        sort = self.read("tri")
        known = sort.removeprefix("-") in SORTS
        return Wanted(self.shown, sort if known else "-montant")
