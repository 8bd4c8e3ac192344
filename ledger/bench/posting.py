"""Posting entries one by one with every trigger, beside the same without sums or counters."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from contextlib import suppress

from django.db import connection, transaction

from clients.demo import create_cast
from clients.models import Dossier
from firm import scope
from firm.models import User
from ledger import demo
from ledger.actions.entries import hold_years, write_entries
from ledger.actions.new_entries import Line, NewEntry, arrays, check
from ledger.actions.scripts import statements
from ledger.bench import Result, best_of
from ledger.models import Account, FiscalYear, Journal, ThirdParty

GOAL = 1.5
RANK = 901  # a demo dossier that no demonstration makes
YEAR = 2031
TIMES = 5
# The parts of the statement that keep the sums and the counters.
SUMS = re.compile(r", by_account AS \(.*\n\)\n(?=SELECT id FROM wanted)", re.DOTALL)
Post = Callable[[Dossier, NewEntry, User], object]


class Undone(Exception):
    """Rolls a round back, so that each begins on the same books."""


def run(size: int) -> list[Result]:
    """Time `size` entries of 2, 6 and 10 lines, the median of five rounds."""
    cast = create_cast()
    alice = cast.people["alice"]
    dossier = demo.demo_dossier(cast.firms["martin"], alice, RANK)
    only = frozenset({dossier.id})
    with scope.open_scope(scope.Scope(user=alice.id, firm=dossier.firm_id, read=only, write=only)):
        return [_timed(dossier, alice, size, lines) for lines in (2, 6, 10)]


def _timed(dossier: Dossier, by: User, size: int, lines: int) -> Result:
    def times(post: Post) -> float:
        return best_of(TIMES, lambda: _round(dossier, by, size, lines, post)) / size

    return Result(
        f"an entry of {lines} lines", times(_with_sums), "without sums", times(_without_sums), GOAL
    )


def _round(dossier: Dossier, by: User, size: int, lines: int, post: Post) -> None:
    with suppress(Undone), transaction.atomic():
        wanted = _entry(dossier, lines)
        for _time in range(size):
            post(dossier, wanted, by)
        raise Undone


def _entry(dossier: Dossier, lines: int) -> NewEntry:
    FiscalYear.objects.get_or_create(
        dossier=dossier, start=dt.date(YEAR, 1, 1), end=dt.date(YEAR, 12, 31)
    )
    journal, _new = Journal.objects.get_or_create(dossier=dossier, code="BENCH", label="Mesure")
    third, _new = ThirdParty.objects.get_or_create(
        dossier=dossier, role="supplier", code="BENCH", label="Mesure"
    )
    accounts = [
        Account.objects.get_or_create(dossier=dossier, number=f"60{rank:04d}", label="Mesure")[0]
        for rank in range(lines)
    ]
    rows = [Line.of(account.id, 100) for account in accounts[1:]]
    owed = Line.of(accounts[0].id, -100 * len(rows), third_party_id=third.id)
    return NewEntry(journal.id, dt.date(YEAR, 6, 15), [owed, *rows], label="Mesure")


def _with_sums(dossier: Dossier, wanted: NewEntry, by: User) -> None:
    write_entries(dossier, [wanted], by=by)


def _without_sums(dossier: Dossier, wanted: NewEntry, by: User) -> None:
    """The same steps and triggers; the statement keeps no sums."""
    del by
    check(wanted.lines)
    (statement,) = statements("post")
    bare = SUMS.sub("\n", statement.text)
    with transaction.atomic(), connection.cursor() as cursor:
        years = hold_years(dossier, [wanted.date])
        cursor.execute(bare, arrays(dossier, [wanted], years))
        cursor.fetchall()
