"""What of a charge or an income belongs to later years: prorata in the days of its service."""

from __future__ import annotations

import datetime as dt

from ledger.assets.days import rounded


def after(cents: int, since: dt.date, until: dt.date, closing: dt.date) -> int:
    """The part of `cents` for the days of service after `closing`, in calendar days.

    `since` and `until` are the first and last days of the service, both included.  Positive cents
    give a part between 0 and them (PCG 944-48: charges and income
    recorded in advance).
    """
    if closing < since:
        return cents
    if closing >= until:
        return 0
    return rounded(cents * (until - closing).days, (until - since).days + 1)
