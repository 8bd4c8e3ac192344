"""What a year of a plan costs, as the platform has published it."""

from __future__ import annotations

import datetime as dt

from clients.models import PlanPrice


def prices_on(day: dt.date) -> dict[str, int]:
    """Plan → cents without VAT in force on a day, in one query; a plan without one is absent."""
    rows = PlanPrice.objects.filter(starts_on__lte=day).order_by("starts_on")
    return dict(rows.values_list("plan", "price"))


def prices_to_come(day: dt.date) -> list[PlanPrice]:
    """Prices published for later, the nearest first, in one query."""
    return list(PlanPrice.objects.filter(starts_on__gt=day).order_by("starts_on", "plan"))
