"""VAT of a period as the form shows it, the returns of a dossier, and what has moved since.

Boxes are whole euros, everything else cents.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection

from clients.models import Dossier
from firm.formats import MONTHS, date_fr
from ledger.models import Entry, VatReturn, VatSettings
from ledger.queries.balances import trial_balance
from ledger.queries.vat_pieces import Read, read_pieces
from ledger.queries.years import DAY, default_period, month_bounds, years_of
from ledger.vat.collect import Collected, Taken, collect
from ledger.vat.declare import Declared, Settled, declare, settlement, to_euros
from ledger.vat.form import Form, form_at, known_rates, rate_in, role_of

State = VatReturn.State
LENGTHS = {"monthly": 1, "quarterly": 3}
# The sums that each return was worked out of: the months of its accounts less its own settlements.
_MARKS = """
SELECT r.id, md5(coalesce(s.said, '')) FROM ledger_vatreturn r LEFT JOIN LATERAL (
    SELECT string_agg(concat_ws(':', x.account_id, x.debit, x.credit), ',' ORDER BY x.account_id)
        AS said
    FROM (
        SELECT u.account_id, sum(u.debit) AS debit, sum(u.credit) AS credit FROM (
            SELECT m.account_id, m.debit, m.credit FROM ledger_accountmonth m
            WHERE m.dossier_id = r.dossier_id AND NOT m.is_opening
              AND m.month BETWEEN r.start AND r."end"
            UNION ALL
            SELECT l.account_id, -l.debit, -l.credit FROM ledger_vatreturn o
            JOIN ledger_entryline l ON l.dossier_id = o.dossier_id AND l.entry_id = o.settlement_id
            WHERE o.dossier_id = r.dossier_id AND l.date BETWEEN r.start AND r."end") u
        JOIN ledger_account a ON a.dossier_id = r.dossier_id AND a.id = u.account_id
        WHERE a.number ~ '^(445|7)' GROUP BY 1) x
    WHERE x.debit <> 0 OR x.credit <> 0) s ON true
WHERE r.dossier_id = %(dossier)s AND (%(only)s::bigint IS NULL OR r.id = %(only)s)
"""


@dataclass(frozen=True)
class VatFigures:
    """A period worked out: what its entries bring, the form filled, the settlement entry."""

    start: dt.date
    end: dt.date
    form: Form
    found: Collected
    declared: Declared
    lines: Sequence[Settled]
    pending: str


@dataclass(frozen=True, slots=True)
class ListedReturn:
    """A return in the list; `has_moved` when its sums are not those that it was worked out of."""

    row: VatReturn
    has_moved: bool
    period: str


def settings_of(dossier: Dossier) -> VatSettings:
    """How the dossier declares VAT, or the usual way while nobody has said, in one query."""
    found: VatSettings | None = VatSettings.objects.filter(dossier=dossier).first()
    return found or VatSettings(dossier=dossier)


def vat_figures(
    dossier: Dossier, start: dt.date, end: dt.date, *, brought: int = 0, refund: int = 0
) -> VatFigures:
    """Work a period out, both days included; `brought` and `refund` are euros (lines 22, 26)."""
    read = read_pieces(dossier, start, end, left_out=_own_settlements(dossier))
    return _worked_out(dossier, read, start, end, (brought, refund))


def _worked_out(
    dossier: Dossier, read: Read, start: dt.date, end: dt.date, credit: tuple[int, int]
) -> VatFigures:
    form = form_at(end)
    found = collect(read.pieces, form, rates=_rates_of(dossier, read), overseas=_is_overseas(read))
    declared = declare(found, form, brought=credit[0], refund=credit[1])
    return VatFigures(start, end, form, found, declared, settlement(found, declared), read.pending)


def _own_settlements(dossier: Dossier) -> list[int]:
    rows = VatReturn.objects.filter(dossier=dossier, settlement__isnull=False)
    return list(rows.values_list("settlement_id", flat=True))


def _rates_of(dossier: Dossier, read: Read) -> dict[int, Decimal]:
    """The rates that a person gave, by the account’s id."""
    given = settings_of(dossier).rates
    if not given:
        return {}
    numbers = {leg.number: leg.account for piece in read.pieces for leg in piece.legs}
    return {
        numbers[number]: Decimal(rate) for number, rate in given.items()
        if number in numbers and Decimal(rate) in known_rates()
    }  # fmt: skip


def _is_overseas(read: Read) -> bool:
    """Whether the dossier taxes its sales at 8,5 %, the normal rate overseas."""
    normal = Decimal("8.5")
    return any(
        leg.number.startswith("4457") and rate_in(leg.label) == normal
        for piece in read.pieces
        for leg in piece.legs
    )


def marks(dossier: Dossier, only: int | None = None) -> dict[int, str]:
    """What the sums of each return say now, in one query."""
    with connection.cursor() as cursor:
        cursor.execute(_MARKS, {"dossier": dossier.id, "only": only})
        return dict(cursor.fetchall())


def listed_returns(dossier: Dossier) -> list[ListedReturn]:
    """The dossier’s returns, latest first, in two queries."""
    now = marks(dossier)
    rows = VatReturn.objects.filter(dossier=dossier).select_related("settlement").order_by("-end")
    return [
        ListedReturn(row, has_moved(row, now), period_words(row.start, row.end)) for row in rows
    ]


def has_moved(row: VatReturn, now: dict[int, str]) -> bool:
    """Whether the sums of a return are not those that it was worked out of."""
    return bool(row.mark) and row.mark != now.get(row.pk, row.mark)


def previous_return(dossier: Dossier, start: dt.date) -> VatReturn | None:
    """The return of the period just before, in one query."""
    found: VatReturn | None = VatReturn.objects.filter(dossier=dossier, end=start - DAY).first()
    return found


def credit_in_books(dossier: Dossier, start: dt.date, end: dt.date) -> int:
    """The credit that 44567 holds before a period, in whole euros; two queries."""
    period = default_period(years_of(dossier), start, end)
    rows = trial_balance(dossier, period) if period else []
    held = sum(row.sums.opening for row in rows if role_of(row.account) == "credit")
    return max(to_euros(held), 0)


def period_words(start: dt.date, end: dt.date) -> str:
    """« octobre 2026 », « 4e trimestre 2026 », else its two days."""
    if start.day == 1 and month_bounds(start)[1] == end:
        return f"{MONTHS[start.month - 1]} {start.year}"
    if start.day == 1 and start.month % 3 == 1 and month_bounds(_months_on(start, 2))[1] == end:
        rank = (start.month + 2) // 3
        return f"{rank}{'er' if rank == 1 else 'e'} trimestre {start.year}"
    return f"du {date_fr(start)} au {date_fr(end)}"


def of_period(start: dt.date, end: dt.date) -> str:
    """The same after a noun: « d’octobre 2026 », « de mai 2026 », « du 4e trimestre 2026 »."""
    words = period_words(start, end)
    if words[0] in "ao":
        return f"d’{words}"
    if words.startswith("du "):
        return f"de la période {words}"
    return f"du {words}" if words[0].isdigit() else f"de {words}"


def _months_on(first: dt.date, count: int) -> dt.date:
    at = first.year * 12 + first.month - 1 + count
    return dt.date(at // 12, at % 12 + 1, 1)


def period_at(first: dt.date, length: int) -> tuple[dt.date, dt.date]:
    """The month, or the quarter, that a day lies in."""
    month = first.replace(day=1)
    if length == 3:
        month = month.replace(month=(month.month - 1) // 3 * 3 + 1)
    return month, month_bounds(_months_on(month, length - 1))[1]


def next_period(dossier: Dossier, today: dt.date) -> tuple[dt.date, dt.date]:
    """The period to prepare: the one after the latest return, else the last that is over."""
    length = LENGTHS.get(dossier.vat_regime, 1)
    last = VatReturn.objects.filter(dossier=dossier).order_by("-end").first()
    if last is not None:
        return period_at(last.end + DAY, length)
    start, _end = period_at(today, length)
    return period_at(start - DAY, length)


@dataclass(frozen=True, slots=True)
class BoxLine:
    """What an entry brings to a box through an account, in cents."""

    entry: Entry
    account: str
    label: str
    base: int
    tax: int


def box_lines(figures: VatFigures, code: str, limit: int) -> tuple[list[BoxLine], int, int, int]:
    """The lines behind a box by date, how many, and the sums of base and tax; one query."""
    taken = [one for one in figures.found.taken if one.box in _made_of(code)]
    sums: dict[tuple[int, int], list[int]] = {}
    for one in taken:
        held = sums.setdefault((one.entry, one.account), [0, 0])
        held[0] += one.base
        held[1] += one.tax
    entries = Entry.objects.filter(pk__in={entry for entry, _account in sums})
    known = {row.pk: row for row in entries.select_related("journal")}
    names = figures.found.accounts
    lines = [
        BoxLine(known[entry], *names.get(account, ("", "")), base, tax)
        for (entry, account), (base, tax) in sums.items()
        if entry in known
    ]
    lines.sort(key=lambda line: (line.entry.date, line.entry.pk, line.account))
    return lines[:limit], len(lines), *_sums(taken)


def _sums(taken: Sequence[Taken]) -> tuple[int, int]:
    return sum(one.base for one in taken), sum(one.tax for one in taken)


def _made_of(code: str) -> frozenset[str]:
    """The boxes that a total adds up; itself otherwise."""
    rated = frozenset(("08", "09", "9B", "10", "11", "T1", "T2", "T5", "T6", "13", "14",
                       "I1", "I2", "I3", "I4", "I5", "I6"))  # fmt: skip
    return {"16": rated, "23": frozenset(("19", "20"))}.get(code, frozenset((code,)))


def as_json(declared: Declared) -> dict[str, Any]:
    """The boxes as a return keeps them."""
    return {"base": dict(declared.base), "tax": dict(declared.tax)}
