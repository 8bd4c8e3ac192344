"""What the books had depreciated before the register: up to which day, and how much."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.db import connection

from clients.models import Dossier
from ledger.assets.days import DAY, Span
from ledger.models import FixedAsset
from ledger.queries.asset_plans import DEPRECIATION, Standing, as_if_new, spans_of, written
from ledger.queries.balances import trial_balance
from ledger.queries.years import Year, period

# Accounts 28 by year: what the opening brought, and what moved since.
_MOVED = """
SELECT a.number, s.fiscal_year_id,
    coalesce(sum(s.credit - s.debit) FILTER (WHERE s.is_opening), 0)::bigint,
    coalesce(sum(s.credit - s.debit) FILTER (WHERE NOT s.is_opening), 0)::bigint
FROM ledger_accountmonth s
JOIN ledger_account a ON a.dossier_id = s.dossier_id AND a.id = s.account_id
WHERE s.dossier_id = %s AND a.number LIKE '28%%'
GROUP BY 1, 2
"""


@dataclass(frozen=True, slots=True)
class Start:
    """The last day that the books depreciated themselves, and cents that no asset accounts for."""

    day: dt.date
    cents: int


def starts_of_register(dossier: Dossier, years: Sequence[Year]) -> dict[str, Start]:
    """Of each account 28, where the register takes over; "" for those without lines; four queries.

    It is the end of the latest year in which more was credited than the register wrote, else the
    day before the first year, whose opening then says how much.
    """
    filled = sorted((year for year in years if year.lines), key=lambda year: year.start)
    if not filled:
        return {}
    first = filled[0]
    by_id = {year.id: year for year in filled}
    own = _own(dossier)
    found = {"": Start(first.start - DAY, 0)}
    rows: defaultdict[str, dict[int, tuple[int, int]]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(_MOVED, [dossier.id])
        for number, year, opening, moved in cursor.fetchall():
            if year in by_id:
                rows[number][year] = (opening, moved)
    for number, moves in rows.items():
        held = own.get(number, [])
        late = [
            year for year in filled
            if year.id in moves and moves[year.id][1] > _within(held, year.start, year.end)
        ]  # fmt: skip
        year, day = (late[-1], late[-1].end) if late else (first, first.start - DAY)
        opening, moved = moves.get(year.id, (0, 0))
        balance = opening + (moved if late else 0)
        found[number] = Start(day, balance - sum(cents for on, cents in held if on <= day))
    return found


def _own(dossier: Dossier) -> Mapping[str, list[tuple[dt.date, int]]]:
    """What the register accounts for on each account 28: (day, cents), taken over or written."""
    found: defaultdict[str, list[tuple[dt.date, int]]] = defaultdict(list)
    held = written(dossier)
    for asset in FixedAsset.objects.filter(dossier=dossier).exclude(depreciation_account=""):
        if asset.opening_on:
            found[asset.depreciation_account].append((asset.opening_on, asset.opening_depreciation))
        if asset.id in held:
            found[asset.depreciation_account] += [
                (row.on, row.amount) for row in held[asset.id].rows if row.kind == DEPRECIATION
            ]
    return found


def _within(rows: Sequence[tuple[dt.date, int]], since: dt.date, until: dt.date) -> int:
    return sum(cents for on, cents in rows if since <= on <= until)


def as_the_ledger_says(
    dossier: Dossier, span: Span, years: Sequence[Year], rows: Sequence[Standing]
) -> list[Standing]:
    """Standings of a year that the books depreciated themselves, corrected by the ledger.

    What was taken over as its plan would have it follows that plan; the rest of an account 28, at
    both ends of the year, is shared between the other assets by what was taken over of each.  One
    query, none when the register wrote the year.
    """
    apart = [row for row in rows if _is_told_by_the_ledger(row, span, years)]
    if not apart:
        return list(rows)
    balances = {
        row.account: (-row.sums.start, -row.sums.closing)
        for row in trial_balance(dossier, period(years, span.start, span.end))
        if row.account.startswith("28")
    }
    told = {row.asset.id: row for row in apart}
    for number in {row.asset.depreciation_account for row in apart}:
        same = [row for row in apart if row.asset.depreciation_account == number]
        others = [
            row for row in rows
            if row.asset.depreciation_account == number and row.asset.id not in told
        ]  # fmt: skip
        start, closing = balances.get(number, (0, 0))
        before = _shared(
            start - sum(row.before for row in others), [row for row in same if row.gross_before]
        )
        after = _shared(closing - sum(row.accumulated for row in others), same)
        for row in same:
            opening = row.asset
            end = after[opening.id]
            if span.end == opening.opening_on:
                end = opening.opening_depreciation
            was = min(before.get(opening.id, 0), end)
            told[opening.id] = replace(row, before=was, charge=end - was, written=end - was)
    return [told.get(row.asset.id, row) for row in rows]


def _is_told_by_the_ledger(row: Standing, span: Span, years: Sequence[Year]) -> bool:
    asset = row.asset
    if asset.opening_on is None or span.end > asset.opening_on or not asset.depreciation_account:
        return False
    by_plan = as_if_new(asset, spans_of(years), asset.opening_on)
    return by_plan != asset.opening_depreciation


def _shared(cents: int, rows: Sequence[Standing]) -> dict[int, int]:
    """Cents shared by what was taken over of each, within its cost."""
    weight = sum(row.asset.opening_depreciation for row in rows)
    rest, found = max(cents, 0), {}
    for row in rows:
        own = row.asset.opening_depreciation
        part = min(rest * own // weight if weight else 0, row.asset.cost)
        found[row.asset.id] = part
        rest, weight = rest - part, weight - own
    return found
