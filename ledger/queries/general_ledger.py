"""Grand livre: the lines of an account in order, with a running balance.

A page starts from its cursor, which carries the balance reached, and reads `lines_by_account` from
there on: the middle of an account of millions of lines costs what its beginning does.  Amounts are
cents; balances are signed, debit positive.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db import connection

from clients.models import Dossier
from ledger.queries import cursors
from ledger.queries.balances import account_sums, third_party_sums
from ledger.queries.sums import Sums
from ledger.queries.years import Period

PAGE = 50
WITHOUT_THIRD_PARTY = 0

COLUMNS = """
    l.date, l.entry_id, l.line_no, j.code, e.number, e.piece_ref, l.label, t.id,
    coalesce(nullif(t.label, ''), t.code, ''), l.debit, l.credit, l.lettering_id,
    coalesce(l.lettering_code, ''), coalesce(g.is_balanced, false), e.fec_import_id, e.is_opening,
    e.state
"""
FROM = """
FROM ledger_entryline l
JOIN ledger_entry e ON e.dossier_id = l.dossier_id AND e.id = l.entry_id
LEFT JOIN ledger_journal j ON j.dossier_id = e.dossier_id AND j.id = e.journal_id
LEFT JOIN ledger_thirdparty t ON t.dossier_id = l.dossier_id AND t.id = l.third_party_id
LEFT JOIN ledger_lettering g ON g.dossier_id = l.dossier_id AND g.id = l.lettering_id
WHERE l.dossier_id = %(dossier)s
  AND l.date BETWEEN %(since)s AND %(until)s AND e.fiscal_year_id = ANY (%(years)s)
  AND NOT (e.is_opening AND e.fiscal_year_id = ANY (%(left_out)s))
"""
_OPEN = " AND (g.id IS NULL OR NOT g.is_balanced)"
_TEXT = """ AND (l.label ILIKE %(text)s OR e.piece_ref ILIKE %(text)s OR e.number ILIKE %(text)s
    OR t.label ILIKE %(text)s OR t.code ILIKE %(text)s)"""
_HERE = "(l.date, l.entry_id, l.line_no)"
_THERE = "(%(at_date)s, %(at_entry)s, %(at_line)s)"


@dataclass(frozen=True, slots=True)
class LedgerFilters:
    """Which lines of the account are wanted.

    `third_party` is an id, `WITHOUT_THIRD_PARTY` or None for all; `is_open` keeps what no balanced
    lettering settles.
    """

    period: Period
    third_party: int | None = None
    is_open: bool = False
    text: str = ""

    @property
    def narrows(self) -> bool:
        """Whether lines are picked out, so that the balance shown is only theirs."""
        return self.is_open or bool(self.text) or self.third_party == WITHOUT_THIRD_PARTY


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """A line and the balance after it."""

    date: dt.date
    entry_id: int
    line_no: int
    journal: str
    number: str
    piece_ref: str
    label: str
    third_party_id: int | None
    third_party: str
    debit: int
    credit: int
    lettering_id: int | None
    lettering: str
    is_lettering_balanced: bool
    import_id: int | None
    is_opening: bool
    state: str
    balance: int = 0


@dataclass(frozen=True, slots=True)
class LedgerPage:
    """Some lines in order; `brought` is the balance before the first of them.

    `before` and `after` are the cursors of the neighbouring pages, empty at the ends.
    """

    lines: list[LedgerLine]
    brought: int
    before: str = ""
    after: str = ""


def ledger_totals(dossier: Dossier, account_id: int, filters: LedgerFilters) -> Sums:
    """Figures of the whole filtered set, in one query; from the sums by month where these tell.

    Lines that are picked out have no opening balance: only what they are themselves.
    """
    if not filters.narrows:
        if filters.third_party:
            return third_party_sums(dossier, filters.period, account_id, filters.third_party)
        return account_sums(dossier, filters.period, account_id)
    where, parameters = _condition(dossier, account_id, filters)
    figures = "coalesce(sum(l.debit), 0)::bigint, coalesce(sum(l.credit), 0)::bigint, count(*)"
    sql = f"SELECT {figures} {where}"
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        debit, credit, lines = cursor.fetchone()
    return Sums(0, debit, credit, debit, credit, lines)


def first_page(
    dossier: Dossier, account_id: int, filters: LedgerFilters, totals: Sums, limit: int = PAGE
) -> LedgerPage:
    """From the first line on, in one query."""
    return _forward(dossier, account_id, filters, None, totals.opening, limit=limit)


def last_page(
    dossier: Dossier, account_id: int, filters: LedgerFilters, totals: Sums, limit: int = PAGE
) -> LedgerPage:
    """The last lines, read backwards from the closing balance, in one query."""
    return _backward(dossier, account_id, filters, None, totals.closing, limit=limit)


def page_at(
    dossier: Dossier,
    account_id: int,
    filters: LedgerFilters,
    cursor: str,
    *,
    backwards: bool = False,
    limit: int = PAGE,
) -> LedgerPage | None:
    """The page after (or before) a cursor, in one query; None when it is not one of this list."""
    parts = cursors.unpack(_about(account_id, filters), cursor, 4)
    if parts is None:
        return None
    place = (dt.date.fromisoformat(parts[0]), int(parts[1]), int(parts[2]))
    step = _backward if backwards else _forward
    return step(dossier, account_id, filters, place, int(parts[3]), limit=limit)


def every_line(
    dossier: Dossier, account_id: int, filters: LedgerFilters, opening: int, step: int = 2000
) -> Iterator[LedgerLine]:
    """All lines in order, by pages of `step`: flat memory for exports."""
    page = _forward(dossier, account_id, filters, None, opening, limit=step)
    yield from page.lines
    while page.after:
        last = page.lines[-1]
        place = (last.date, last.entry_id, last.line_no)
        page = _forward(dossier, account_id, filters, place, last.balance, limit=step)
        yield from page.lines


Place = tuple[dt.date, int, int]


def _forward(
    dossier: Dossier, account_id: int, filters: LedgerFilters, place: Place | None,
    balance: int, *, limit: int,
) -> LedgerPage:  # fmt: skip
    rows = _read(dossier, account_id, filters, place, limit + 1, backwards=False)
    lines = list(_running(rows[:limit], balance))
    about = _about(account_id, filters)
    return LedgerPage(
        lines,
        brought=balance,
        before=_cursor(about, lines[0], balance) if place and lines else "",
        after=_cursor(about, lines[-1], lines[-1].balance) if len(rows) > limit else "",
    )


def _backward(
    dossier: Dossier, account_id: int, filters: LedgerFilters, place: Place | None,
    balance: int, *, limit: int,
) -> LedgerPage:  # fmt: skip
    rows = _read(dossier, account_id, filters, place, limit + 1, backwards=True)
    picked = rows[:limit][::-1]
    brought = balance - sum(row.debit - row.credit for row in picked)
    lines = list(_running(picked, brought))
    about = _about(account_id, filters)
    return LedgerPage(
        lines,
        brought=brought,
        before=_cursor(about, lines[0], brought) if len(rows) > limit else "",
        after=_cursor(about, lines[-1], balance) if place and lines else "",
    )


def _running(rows: Sequence[LedgerLine], balance: int) -> Iterator[LedgerLine]:
    for row in rows:
        balance += row.debit - row.credit
        yield replace(row, balance=balance)


def _cursor(about: str, line: LedgerLine, balance: int) -> str:
    return cursors.pack(about, line.date, line.entry_id, line.line_no, balance)


def _about(account_id: int, filters: LedgerFilters) -> str:
    period = filters.period
    asked = (
        account_id,
        period.since,
        period.until,
        filters.third_party,
        filters.is_open,
        filters.text,
    )
    return "/".join(map(str, asked))


def _read(
    dossier: Dossier, account_id: int, filters: LedgerFilters, place: Place | None, limit: int,
    *, backwards: bool,
) -> list[LedgerLine]:  # fmt: skip
    where, parameters = _condition(dossier, account_id, filters)
    if place:
        where += f" AND {_HERE} {'<' if backwards else '>'} {_THERE}"
        parameters |= dict(zip(("at_date", "at_entry", "at_line"), place, strict=True))
    way = "DESC" if backwards else "ASC"
    order = f" ORDER BY l.date {way}, l.entry_id {way}, l.line_no {way} LIMIT {limit:d}"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {COLUMNS}{where}{order}", parameters)
        return [LedgerLine(*row) for row in cursor.fetchall()]


def _condition(
    dossier: Dossier, account_id: int, filters: LedgerFilters
) -> tuple[str, dict[str, Any]]:
    """FROM and WHERE of the lines wanted, and their parameters."""
    period = filters.period
    where = f"{FROM} AND l.account_id = %(account)s"
    parameters: dict[str, Any] = {
        "dossier": dossier.id,
        "account": account_id,
        "since": period.since,
        "until": period.until,
        "years": period.year_ids,
        "left_out": list(period.left_out),
    }
    if filters.third_party == WITHOUT_THIRD_PARTY:
        where += " AND l.third_party_id IS NULL"
    elif filters.third_party:
        where += " AND l.third_party_id = %(third_party)s"
        parameters["third_party"] = filters.third_party
    if filters.is_open:
        where += _OPEN
    if filters.text:
        where += _TEXT
        parameters["text"] = contains(filters.text)
    return where, parameters


def contains(text: str) -> str:
    """A LIKE pattern that finds `text` anywhere, its own % and _ taken literally."""
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"
