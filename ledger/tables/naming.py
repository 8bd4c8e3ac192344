"""What a table is called: its subtitle and the name of its file."""

from __future__ import annotations

from django.utils.text import slugify

from clients.models import Dossier
from firm.formats import period_fr
from ledger.queries.years import Period


def subtitle(dossier: Dossier, period: Period | None, *facts: str) -> str:
    """« Boulangerie · du 01/09/2021 au 31/08/2022 · … » ; empty facts are left out."""
    days = period_fr(period.since, period.until) if period else ""
    return " · ".join(part for part in (dossier.name, days, *facts) if part)


def file_name(name: str, period: Period | None, *parts: str) -> str:
    """`balance-2021-2022`: letters, digits and dashes; a part of a year by its days."""
    return "-".join(filter(None, (name, *(slugify(part) for part in parts), _days(period))))


def searched(text: str) -> str:
    """The words looked for, as a fact of a subtitle."""
    return f"recherche « {text} »" if text else ""


def _days(period: Period | None) -> str:
    if period is None:
        return ""
    label = period.years[0].label if period.is_whole_year else ""
    if label and label.replace("-", "").isdigit():
        return label
    return f"{period.since:%Y%m%d}-{period.until:%Y%m%d}"
