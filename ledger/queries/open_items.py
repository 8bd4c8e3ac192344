"""Open lines: what is not lettered, or in a lettering that does not balance yet, and whose it is.

Amounts are cents.  What an earlier year left open stands again in the opening entries of the next
one: the lines asked for are those of the current years, from the last one with opening entries, or
of one earlier year.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db import connection

from clients.models import Dossier
from ledger.models import Account, ThirdParty
from ledger.queries.cursors import pack, unpack
from ledger.queries.drift import CURRENT_YEARS
from ledger.queries.years import years_of

LETTERED = ("40", "41", "42", "43", "44", "45", "46", "47", "58")
EVERY = ("1", "2", "3", "4", "5")
LINES = 200

_CURRENT = f"""
SELECT min(start) FROM ledger_fiscalyear
WHERE dossier_id = %(dossier)s AND id IN ({CURRENT_YEARS})
"""  # noqa: S608 (of constants)
_PARTIES = """
WITH line AS MATERIALIZED (
    SELECT l.account_id, l.third_party_id, l.debit, l.credit, l.lettering_id
    FROM ledger_entryline l
    LEFT JOIN ledger_lettering g ON g.dossier_id = %(dossier)s AND g.id = l.lettering_id
    WHERE l.dossier_id = %(dossier)s AND l.account_id = ANY (%(accounts)s)
      AND l.date >= %(since)s AND l.date <= %(until)s
      AND (l.lettering_id IS NULL OR NOT g.is_balanced)
), party AS (
    SELECT account_id, third_party_id, count(*) AS n, sum(debit)::bigint AS debit,
        sum(credit)::bigint AS credit, count(DISTINCT lettering_id) AS partial
    FROM line GROUP BY 1, 2
), met AS (
    SELECT DISTINCT account_id, third_party_id FROM (
        SELECT account_id, third_party_id FROM line WHERE lettering_id IS NULL
        GROUP BY account_id, third_party_id, abs(debit - credit)
        HAVING count(*) FILTER (WHERE debit > credit) = 1
           AND count(*) FILTER (WHERE debit < credit) = 1) x
)
SELECT a.id, a.number, a.label, t.id, coalesce(t.code, ''), coalesce(t.label, ''), p.n, p.debit,
    p.credit, p.partial, m.account_id IS NOT NULL
FROM party p
JOIN ledger_account a ON a.dossier_id = %(dossier)s AND a.id = p.account_id
LEFT JOIN ledger_thirdparty t ON t.dossier_id = %(dossier)s AND t.id = p.third_party_id
LEFT JOIN met m ON m.account_id = p.account_id
    AND m.third_party_id IS NOT DISTINCT FROM p.third_party_id
ORDER BY a.number, lower(coalesce(t.label, '')), t.id
"""
_LINES = """
SELECT l.entry_id, l.line_no, l.date, j.code, e.number, e.piece_ref, l.label, l.debit, l.credit,
    l.lettering_id, coalesce(l.lettering_code, ''), coalesce(g.is_balanced, false), l.currency
FROM ledger_entryline l
JOIN ledger_entry e ON e.dossier_id = l.dossier_id AND e.id = l.entry_id
JOIN ledger_journal j ON j.dossier_id = e.dossier_id AND j.id = e.journal_id
LEFT JOIN ledger_lettering g ON g.dossier_id = l.dossier_id AND g.id = l.lettering_id
WHERE l.dossier_id = %(dossier)s AND l.account_id = %(account)s AND {third}
  AND l.date >= %(since)s AND l.date <= %(until)s AND {view} AND {after}
ORDER BY l.date, l.entry_id, l.line_no LIMIT %(most)s
"""
_TOTALS = """
SELECT count(*), coalesce(sum(l.debit), 0)::bigint, coalesce(sum(l.credit), 0)::bigint
FROM ledger_entryline l
LEFT JOIN ledger_lettering g ON g.dossier_id = l.dossier_id AND g.id = l.lettering_id
WHERE l.dossier_id = %(dossier)s AND l.account_id = %(account)s AND {third}
  AND l.date >= %(since)s AND l.date <= %(until)s AND {view}
"""
VIEWS = {
    "ouvertes": "(l.lettering_id IS NULL OR NOT g.is_balanced)",
    "toutes": "true",
    "lettrees": "l.lettering_id IS NOT NULL",
}
FOREVER = dt.date(9999, 12, 31)


class Span(NamedTuple):
    """Days, both included; `key` is how addresses name it, empty for the current years."""

    key: str
    label: str
    since: dt.date
    until: dt.date


@dataclass(frozen=True, slots=True)
class OpenParty:
    """The open lines of an account, or of a third party within it."""

    account_id: int
    number: str
    account_label: str
    third_party_id: int | None
    code: str
    name: str
    count: int
    debit: int
    credit: int
    partial: int
    has_pairs: bool

    @property
    def key(self) -> str:
        """How addresses name it."""
        return f"{self.account_id}-{self.third_party_id or 0}"

    @property
    def balance(self) -> int:
        """Debit minus credit."""
        return self.debit - self.credit

    @property
    def label(self) -> str:
        """The third party's name, else the account's."""
        return self.name or self.code or self.account_label


@dataclass(frozen=True, slots=True)
class OpenLine:
    """One line of a third party."""

    entry_id: int
    line_no: int
    date: dt.date
    journal: str
    number: str
    piece_ref: str
    label: str
    debit: int
    credit: int
    lettering_id: int | None
    code: str
    is_balanced: bool
    currency: str | None

    @property
    def key(self) -> str:
        """How forms name it."""
        return f"{self.entry_id}-{self.line_no}"

    @property
    def cents(self) -> int:
        """Debit minus credit."""
        return self.debit - self.credit


class LineTotals(NamedTuple):
    """Of every line of a view."""

    lines: int
    debit: int
    credit: int


@dataclass(frozen=True, slots=True)
class LinePage:
    """Some lines, and the cursor of the next ones."""

    lines: list[OpenLine]
    after: str


def spans(dossier: Dossier) -> list[Span]:
    """The current years as one span, then each earlier year, the latest first; in two queries."""
    with connection.cursor() as cursor:
        cursor.execute(_CURRENT, {"dossier": dossier.id})
        (since,) = cursor.fetchone()
    years = years_of(dossier)
    first = since or dt.date(1, 1, 1)
    current = [year.label for year in reversed(years) if year.start >= first]
    return [
        Span("", " et ".join(current[-2:]) or "exercices en cours", first, FOREVER),
        *(
            Span(year.end.isoformat(), year.label, year.start, year.end)
            for year in years
            if year.start < first
        ),
    ]


def span_of(dossier: Dossier, key: str) -> Span:
    """The span that an address names; the current years for anything else."""
    found = spans(dossier)
    return next((span for span in found if span.key == key), found[0])


def lettered_accounts(dossier: Dossier, *, every: bool = False) -> list[int]:
    """The accounts that are usually lettered, or all those of the balance sheet; in one query."""
    roots = EVERY if every else LETTERED
    rows = Account.objects.filter(dossier=dossier, number__regex=f"^({'|'.join(roots)})")
    return list(rows.order_by("id").values_list("id", flat=True))


def open_parties(
    dossier: Dossier,
    span: Span,
    *,
    every: bool = False,
    root: str = "",
    text: str = "",
    with_pairs: bool = False,
) -> list[OpenParty]:
    """Third parties and accounts with open lines, by account and name, in two queries."""
    values = _values(dossier, span) | {"accounts": lettered_accounts(dossier, every=every)}
    with connection.cursor() as cursor:
        cursor.execute(_PARTIES, values)
        rows = [OpenParty(*row) for row in cursor.fetchall()]
    wanted = text.casefold().strip()
    return [
        row
        for row in rows
        if row.number.startswith(root)
        and (not with_pairs or row.has_pairs)
        and (
            not wanted
            or row.number.startswith(wanted)
            or any(wanted in said.casefold() for said in (row.label, row.code))
        )
    ]


def party_lines(
    dossier: Dossier,
    party: tuple[int, int | None],
    span: Span,
    *,
    view: str = "ouvertes",
    cursor: str = "",
    most: int = LINES,
) -> LinePage:
    """The lines of an account and third party, by date, in one query."""
    about = f"lettrage/{dossier.id}/{party}/{view}/{span.key}"
    at = unpack(about, cursor, 3)
    after = "(l.date, l.entry_id, l.line_no) > (%(day)s::date, %(entry)s, %(line)s)"
    values = _values(dossier, span, party) | {"most": most + 1}
    if at:
        values |= {"day": at[0], "entry": int(at[1]), "line": int(at[2])}
    rows = [OpenLine(*row) for row in _rows(_LINES, party, view, values, after if at else "true")]
    shown = rows[:most]
    last = shown[-1] if len(rows) > most else None
    return LinePage(shown, pack(about, last.date, last.entry_id, last.line_no) if last else "")


def party_totals(
    dossier: Dossier, party: tuple[int, int | None], span: Span, *, view: str = "ouvertes"
) -> LineTotals:
    """How many lines the view has, and their sums, in one query."""
    (row,) = _rows(_TOTALS, party, view, _values(dossier, span, party))
    return LineTotals(*row)


def find_party(dossier: Dossier, key: str) -> tuple[Account, ThirdParty | None] | None:
    """The account and third party that an address names, in two queries at most."""
    account_id, _dash, third_id = key.partition("-")
    if not (account_id.isdecimal() and third_id.isdecimal() and len(key) < 38):
        return None
    account = Account.objects.filter(dossier=dossier, pk=int(account_id)).first()
    if account is None or third_id == "0":
        return (account, None) if account else None
    third = ThirdParty.objects.filter(dossier=dossier, pk=int(third_id)).first()
    return (account, third) if third else None


def _values(
    dossier: Dossier, span: Span, party: tuple[int, int | None] = (0, None)
) -> dict[str, Any]:
    return {
        "dossier": dossier.id, "since": span.since, "until": span.until, "account": party[0],
        "third": party[1],
    }  # fmt: skip


def _rows(
    statement: str,
    party: tuple[int, int | None],
    view: str,
    values: dict[str, Any],
    after: str = "true",
) -> Sequence[tuple[Any, ...]]:
    third = "l.third_party_id = %(third)s" if party[1] else "l.third_party_id IS NULL"
    with connection.cursor() as cursor:
        cursor.execute(statement.format(third=third, view=VIEWS[view], after=after), values)
        return list(cursor.fetchall())
