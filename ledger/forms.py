"""Filters of the books: they read the address, say what cannot be read, and never save.

The period is asked for by `exercice` (the closing day of a fiscal year, or « tous ») and by `du`
and `au`, both included; days outside the year that was chosen give way to its own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from firm.formats import date_fr, parse_amount_fr, parse_date_fr
from ledger.models import ThirdParty
from ledger.queries.auxiliary import AuxiliaryFilters
from ledger.queries.balance_lines import BalanceFilters
from ledger.queries.entries import EntryFilters
from ledger.queries.general_ledger import LedgerFilters
from ledger.queries.years import (
    Period,
    Year,
    default_period,
    latest_with_lines,
    month_label,
    period_of_year,
    same_period_before,
)

EVERY_YEAR = "tous"
ROLES = {"clients": ThirdParty.Role.CUSTOMER, "fournisseurs": ThirdParty.Role.SUPPLIER}


class DayField(forms.Field):
    """A day typed the French way; a missing month or year is that of `today`."""

    today = dt.date(2000, 1, 1)

    def to_python(self, value: Any) -> dt.date | None:
        """The day, or None for nothing."""
        try:
            return parse_date_fr(str(value or ""), self.today)
        except ValueError as error:
            raise forms.ValidationError(
                f"« {value} » n’est pas une date : écrivez-la jj/mm/aaaa."
                " La période de l’exercice est affichée."
            ) from error


class CentsField(forms.Field):
    """An amount typed the French way, in cents."""

    def to_python(self, value: Any) -> int | None:
        """The cents, or None for nothing."""
        try:
            return parse_amount_fr(str(value or ""))
        except ValueError as error:
            raise forms.ValidationError(
                f"« {value} » n’est pas un montant : écrivez par exemple 1 234,56."
                " Le filtre est ignoré."
            ) from error


class TextField(forms.CharField):
    """Words to look for; spaces are squeezed, length is bounded."""

    def to_python(self, value: Any) -> str:
        """The words."""
        return " ".join(str(value or "").replace("\0", "").split())[:100]


class PeriodForm(forms.Form):
    """A fiscal year, or days, among the years of a dossier."""

    exercice = TextField(required=False)
    du = DayField(required=False)
    au = DayField(required=False)

    def __init__(self, data: Mapping[str, Any], *, years: Sequence[Year]) -> None:
        super().__init__(data)
        self.years = years
        latest = latest_with_lines(years)
        for name in ("du", "au"):
            field = self.fields[name]
            assert isinstance(field, DayField)
            field.today = latest.end if latest else field.today
        self.is_valid()
        self.period = self._period()

    def _period(self) -> Period | None:
        got = self.cleaned_data
        since, until = got.get("du"), got.get("au")
        chosen = self._bounds(got.get("exercice") or "")
        if chosen:
            first, last = chosen
            since = since if since and first <= since <= last else first
            until = until if until and first <= until <= last else last
        if since and until and since > until:
            self.add_error(
                "au",
                f"La période finit le {date_fr(until)}, avant de commencer le {date_fr(since)} :"
                " corrigez l’une des deux dates. L’exercice entier est affiché.",
            )
            since, until = chosen or (None, None)
        return default_period(self.years, since, until)

    def _bounds(self, wanted: str) -> tuple[dt.date, dt.date] | None:
        """First and last day of the year (or years) asked for; None when none is."""
        filled = [year for year in self.years if year.lines]
        if wanted == EVERY_YEAR and filled:
            return min(year.start for year in filled), max(year.end for year in filled)
        found = next((year for year in self.years if year.end.isoformat() == wanted), None)
        return (found.start, found.end) if found else None

    @property
    def problems(self) -> list[str]:
        """What could not be read, as sentences."""
        return [str(message) for messages in self.errors.values() for message in messages]

    @property
    def options(self) -> list[tuple[str, str]]:
        """Fiscal years to choose from, latest first."""
        filled = [(year.end.isoformat(), year.label) for year in self.years if year.lines]
        return [*filled, (EVERY_YEAR, "tous")] if len(filled) > 1 else filled

    @property
    def chosen(self) -> str:
        """The option that the period is in."""
        if self.period is None or not self.period.years:
            return ""
        return EVERY_YEAR if len(self.period.years) > 1 else self.period.years[0].end.isoformat()

    def read(self, name: str, default: Any = "") -> Any:
        """A field's value when it could be read."""
        value = self.cleaned_data.get(name)
        return default if value is None else value


class BalanceForm(PeriodForm):
    """Filters of the balance générale."""

    q = TextField(required=False)
    mouvementes = forms.BooleanField(required=False)
    tri = TextField(required=False)
    compte = TextField(required=False)
    apres = forms.CharField(required=False)

    def filters(self) -> BalanceFilters | None:
        """What to show; None when the dossier has no book."""
        if self.period is None:
            return None
        return BalanceFilters(
            self.period,
            same_period_before(self.years, self.period),
            text=self.read("q"),
            moved_only=self.read("mouvementes", False),
            sort=self.read("tri") or "compte",
        )


class AuxiliaryForm(PeriodForm):
    """Filters of the balance auxiliaire."""

    tiers = TextField(required=False)
    q = TextField(required=False)
    mouvementes = forms.BooleanField(required=False)
    apres = forms.CharField(required=False)

    @property
    def side(self) -> str:
        """« clients » or « fournisseurs »."""
        wanted = str(self.read("tiers"))
        return wanted if wanted in ROLES else "clients"

    def filters(self) -> AuxiliaryFilters | None:
        """What to show; None when the dossier has no book."""
        if self.period is None:
            return None
        return AuxiliaryFilters(
            self.period,
            role=ROLES[self.side],
            text=self.read("q"),
            moved_only=self.read("mouvementes", False),
        )


class LedgerForm(PeriodForm):
    """Filters of the grand livre; `tiers` is an id, 0 for the lines without a third party."""

    compte = forms.CharField(required=False, strip=False)
    tiers = forms.IntegerField(required=False, min_value=0)
    lettrage = forms.CharField(required=False)
    q = TextField(required=False)
    apres = forms.CharField(required=False)
    avant = forms.CharField(required=False)
    fin = forms.BooleanField(required=False)

    def filters(self) -> LedgerFilters | None:
        """Which lines to show; None when the dossier has no book."""
        if self.period is None:
            return None
        return LedgerFilters(
            self.period,
            third_party=self.cleaned_data.get("tiers"),
            is_open=self.read("lettrage") == "non",
            text=self.read("q"),
        )


class MonthField(forms.Field):
    """A month, `2022-05`, as its first day."""

    def to_python(self, value: Any) -> dt.date | None:
        """The day, or None for nothing or nonsense: months are chosen, not typed."""
        try:
            return dt.date.fromisoformat(f"{value}-01") if value else None
        except ValueError:
            return None


class JournalForm(PeriodForm):
    """A fiscal year, perhaps one of its months, perhaps one journal."""

    journal = forms.IntegerField(required=False)
    mois = MonthField(required=False)
    apres = forms.CharField(required=False)

    @property
    def year(self) -> Year | None:
        """The fiscal year shown: journals are kept by year."""
        return self.period.years[-1] if self.period and self.period.years else None

    @property
    def months(self) -> list[tuple[str, str]]:
        """The months to choose from."""
        days = period_of_year(self.years, self.year).months() if self.year else ()
        return [(f"{day:%Y-%m}", month_label(day)) for day in days]


class EntriesForm(PeriodForm):
    """Filters of the list of entries."""

    journal = forms.IntegerField(required=False)
    mois = MonthField(required=False)
    q = TextField(required=False)
    montant = CentsField(required=False)
    tri = TextField(required=False)
    apres = forms.CharField(required=False)

    def filters(self) -> EntryFilters | None:
        """Which entries to show; None when the dossier has no book."""
        if self.period is None:
            return None
        return EntryFilters(
            self.period,
            journal_id=self.cleaned_data.get("journal"),
            month=self.cleaned_data.get("mois"),
            text=self.read("q"),
            amount=self.cleaned_data.get("montant"),
            newest_first=self.read("tri") != "date",
        )

    @property
    def months(self) -> list[tuple[str, str]]:
        """The months of the period, to choose from."""
        days = self.period.months() if self.period else ()
        return [(f"{day:%Y-%m}", month_label(day)) for day in days]

    @property
    def narrows(self) -> bool:
        """Whether anything but the period was asked for."""
        return any(self.cleaned_data.get(name) for name in ("journal", "mois", "q", "montant"))
