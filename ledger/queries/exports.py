"""The years of a dossier with what they hold."""

from __future__ import annotations

from typing import Any

from django.db.models import BigIntegerField, F, Max, Q, Sum
from django.db.models.functions import Coalesce

from ledger.models import AccountMonth, Entry, EntrySeal, FiscalYear, JournalMonth
from ledger.queries.openings import SHAPE
from ledger.queries.years import DAY


def years_with_sums() -> list[dict[str, Any]]:
    """Years of the dossier in scope, latest first: lines, entries, totals, result; five queries.

    `drafts` counts the entries without a link (links have no gap).  `result` in signed cents:
    positive is a profit (classes 6 and 7, opening entries left out).
    """
    lines = {
        row["fiscal_year"]: row
        for row in JournalMonth.objects.values("fiscal_year").annotate(
            lines=Sum("line_count"),
            entries=Sum("entry_count"),
            debit=Sum("debit"),
            credit=Sum("credit"),
        )
    }
    managed = Q(account__number__startswith="6") | Q(account__number__startswith="7")
    results = {
        row["fiscal_year"]: row["result"]
        for row in AccountMonth.objects.filter(managed, is_opening=False)
        .values("fiscal_year")
        .annotate(result=Coalesce(Sum(F("credit") - F("debit"), output_field=BigIntegerField()), 0))
    }
    sealed = dict(EntrySeal.objects.values_list("fiscal_year").annotate(n=Max("chain_seq")))
    opened = set(
        Entry.objects.filter(fec_import__isnull=True, is_opening=True, shape=SHAPE, state="draft")
        .values_list("date", flat=True)
    )  # fmt: skip
    return [
        {
            "year": year,
            "mark": str(year.id),
            "result": results.get(year.id, 0),
            **(held := lines.get(year.id, {"lines": 0, "entries": 0})),
            "drafts": held["entries"] - sealed.get(year.id, 0),
            "has_openings": year.end + DAY in opened,
        }
        for year in FiscalYear.objects.order_by("-end")
    ]
