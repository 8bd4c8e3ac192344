"""The entries that a VAT return is made of, read in a constant number of queries.

An entry counts by its date.  Tax that waits for the customer’s payment (44574) counts by the
payments that its lettering names, each for its share, unless the dossier moves it to 44571 itself.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection

from clients.models import Dossier
from ledger.models import Account, ThirdParty
from ledger.vat.collect import Leg, Piece

DAY = dt.timedelta(days=1)
_PICKED = """
SELECT DISTINCT l.entry_id FROM ledger_account a
JOIN ledger_entryline l ON l.dossier_id = a.dossier_id AND l.account_id = a.id
WHERE a.dossier_id = %(dossier)s AND (a.number LIKE '445%%' OR a.number LIKE '70%%')
  AND l.date BETWEEN %(since)s AND %(until)s
"""
_LINES = """
WITH picked AS MATERIALIZED (PICKED)
SELECT l.entry_id, l.account_id, l.debit - l.credit, l.third_party_id
FROM picked p
JOIN ledger_entry e ON e.dossier_id = %(dossier)s AND e.id = p.entry_id AND NOT e.is_opening
JOIN ledger_entryline l ON l.dossier_id = e.dossier_id AND l.entry_id = e.id
WHERE e.id <> ALL (%(left_out)s::bigint[])
ORDER BY l.entry_id, l.line_no
"""
_REGIMES = """
SELECT i.entry_id, min(i.regime) FROM ledger_invoice i
JOIN ledger_entry e ON e.dossier_id = i.dossier_id AND e.id = i.entry_id
WHERE i.dossier_id = %(dossier)s AND i.regime NOT IN ('', 'domestic')
  AND e.date BETWEEN %(since)s AND %(until)s GROUP BY 1
"""
# Tax that waits, and the letterings of its customers’ lines that a line of the period belongs to.
_WAITING = """
WITH waiting AS MATERIALIZED (
    SELECT DISTINCT l.entry_id FROM ledger_account a
    JOIN ledger_entryline l ON l.dossier_id = a.dossier_id AND l.account_id = a.id
    JOIN ledger_entry e ON e.dossier_id = l.dossier_id AND e.id = l.entry_id AND NOT e.is_opening
    WHERE a.dossier_id = %(dossier)s AND a.number LIKE '44574%%' AND l.date <= %(until)s
      AND l.credit <> l.debit AND e.id <> ALL (%(left_out)s::bigint[])
), groups AS MATERIALIZED (
    SELECT DISTINCT l.lettering_id FROM waiting w
    JOIN ledger_entryline l ON l.dossier_id = %(dossier)s AND l.entry_id = w.entry_id
    JOIN ledger_account a ON a.dossier_id = l.dossier_id AND a.id = l.account_id
    WHERE l.lettering_id IS NOT NULL AND a.number LIKE '41%%'
), met AS MATERIALIZED (
    SELECT g.lettering_id FROM groups g WHERE EXISTS (
        SELECT 1 FROM ledger_entryline l WHERE l.dossier_id = %(dossier)s
          AND l.lettering_id = g.lettering_id AND l.date BETWEEN %(since)s AND %(until)s)
)
SELECT l.lettering_id, l.entry_id, l.date, l.debit - l.credit,
       l.entry_id IN (SELECT entry_id FROM waiting)
FROM met m JOIN ledger_entryline l ON l.dossier_id = %(dossier)s AND l.lettering_id = m.lettering_id
    AND l.date <= %(until)s
ORDER BY l.lettering_id, l.date, l.entry_id, l.line_no
"""
_MOVES_ITSELF = """
SELECT EXISTS (
    SELECT 1 FROM ledger_account w
    JOIN ledger_entryline d ON d.dossier_id = w.dossier_id AND d.account_id = w.id AND d.debit > 0
    JOIN ledger_entryline c ON c.dossier_id = d.dossier_id AND c.entry_id = d.entry_id
        AND c.credit > 0
    JOIN ledger_account a ON a.dossier_id = c.dossier_id AND a.id = c.account_id
    WHERE w.dossier_id = %(dossier)s AND w.number LIKE '44574%%' AND a.number LIKE '44571%%')
"""


@dataclass(frozen=True, slots=True)
class Read:
    """The pieces of a period.  `pending` says how waiting tax becomes due: `none` (there is none),
    `lettering` (by the payments lettered) or `entries` (moved by the dossier itself).
    """

    pieces: list[Piece]
    pending: str


def read_pieces(
    dossier: Dossier, since: dt.date, until: dt.date, *, left_out: Iterable[int] = ()
) -> Read:
    """The entries of a period, both days included, that say something of VAT.

    `left_out` are the settlement entries written here.  At most eight queries.
    """
    values = {
        "dossier": dossier.id, "since": since, "until": until, "left_out": list(left_out),
    }  # fmt: skip
    accounts = {
        pk: (number, label) for pk, number, label in
        Account.objects.filter(dossier=dossier).values_list("id", "number", "label")
    }  # fmt: skip
    reader = _Reader(dossier, accounts, values)
    pieces = list(reader.pieces(_PICKED))
    pending = "none"
    if any(number.startswith("44574") for number, _label in accounts.values()):
        pending = "entries" if _rows(_MOVES_ITSELF, values)[0][0] else "lettering"
    if pending == "lettering":
        pieces += _due_by_payment(reader, values)
    return Read(pieces, pending)


class _Reader:
    """Turns rows into pieces."""

    def __init__(
        self, dossier: Dossier, accounts: dict[int, tuple[str, str]], values: dict[str, Any]
    ) -> None:
        self.accounts, self.values = accounts, values
        self.regimes = dict(_rows(_REGIMES, values))
        abroad = ThirdParty.objects.filter(dossier=dossier).exclude(country__in=("FR", ""))
        self.countries = dict(abroad.values_list("id", "country"))

    def pieces(self, picked: str, **more: Any) -> Iterator[Piece]:
        """The pieces of the entries that `picked` selects."""
        legs: list[Leg] = []
        current = 0
        for entry, account, cents, third in _rows(
            _LINES.replace("PICKED", picked), {**self.values, **more}
        ):
            if entry != current:
                if legs:
                    yield self._piece(current, legs)
                current, legs = entry, []
            number, label = self.accounts[account]
            legs.append(Leg(account, number, label, cents, self.countries.get(third or 0, "")))
        if legs:
            yield self._piece(current, legs)

    def _piece(self, entry: int, legs: list[Leg]) -> Piece:
        return Piece(entry, legs, self.regimes.get(entry, ""))


def _due_by_payment(reader: _Reader, values: dict[str, Any]) -> Iterator[Piece]:
    """Pieces with the share of their waiting tax that the payments of the period make due."""
    shares = _shares(_rows(_WAITING, values), values["since"])
    if not shares:
        return
    asked = "SELECT unnest(%(entries)s::bigint[]) AS entry_id"
    for piece in reader.pieces(asked, entries=list(shares)):
        whole = sum(leg.cents for leg in piece.legs if leg.number.startswith("41"))
        before, after = shares[piece.id]
        if whole and before != after:
            yield Piece(piece.id, piece.legs, piece.regime, (before, after, whole))


def _shares(rows: list[tuple[Any, ...]], since: dt.date) -> dict[int, tuple[int, int]]:
    """Of each waiting entry, the cents of its customer’s lines paid before and by the end."""
    groups: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for lettering, *row in rows:
        groups[lettering].append(tuple(row))
    sums: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for lines in groups.values():
        invoiced = sum(cents for _entry, _day, cents, waits in lines if waits)
        if invoiced <= 0:
            continue
        paid = [0, 0]
        for _entry, day, cents, waits in lines:
            if not waits:
                paid[1] -= cents
                paid[0] -= cents if day < since else 0
        paid = [min(max(cents, 0), invoiced) for cents in paid]
        for entry, _day, cents, waits in lines:
            if waits:
                for at in (0, 1):
                    sums[entry][at] += cents * paid[at] // invoiced
    return {entry: (before, after) for entry, (before, after) in sums.items()}


def _rows(sql: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())
