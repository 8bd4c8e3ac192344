"""Automatic lettering of open lines: looked for, lettered, taken back."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress

from django.db import connection, transaction

from clients.demo import create_cast
from clients.models import Dossier
from firm import scope
from firm.models import Job, User
from ledger import demo
from ledger.actions.lettering_batches import Wanted, preview_letterings
from ledger.actions.lettering_runs import letter_batch, unletter_batch
from ledger.bench import Clock, Result
from ledger.models import Account, FiscalYear, Journal, ThirdParty
from ledger.queries.lettering_batches import fit_mark

GOAL = 5.0  # seconds for 100 000 open lines: found and lettered
RANK = 902  # a demo dossier that no demonstration makes
YEAR = 2031
TOLERANCE = 5
# Per group: a sale on one line and its payment, or three sales paid at once, or a payment that is
# two cents short.  Every tenth pair shares its amount with another one, and is ambiguous.
_ENTRIES = """
INSERT INTO ledger_entry (id, dossier_id, fiscal_year_id, journal_id, number, date, piece_ref,
    label, debit, line_count)
SELECT nextval('ledger_entry_id_seq'), %(dossier)s, %(year)s, %(journal)s, 'B' || n,
    make_date(%(of)s, 1, 1) + (n %% 360)::int, CASE WHEN n %% 4 < 2 THEN 'F-' || n / 2 ELSE '' END,
    'Mesure ' || n, 0, 2
FROM generate_series(0, %(size)s - 1) AS n
"""
_LINES = """
WITH made AS (
    SELECT id, date, substr(number, 2)::int AS n FROM ledger_entry
    WHERE dossier_id = %(dossier)s AND journal_id = %(journal)s
), due AS (
    SELECT id, date, n, CASE
        WHEN n %% 40 = 39 THEN -(100 * ((n / 40) %% 500) + 7000000)
        WHEN n %% 40 = 38 THEN 100 * ((n / 40) %% 500) + 7000002
        WHEN n %% 20 IN (2, 3) THEN (1 - 2 * (n %% 2)) * 500000
        WHEN n %% 2 = 0 THEN 10000 + n * 7 ELSE -(10000 + (n - 1) * 7) END AS cents,
        %(first)s + (n / 80) %% 500 AS third
    FROM made
)
INSERT INTO ledger_entryline (dossier_id, entry_id, line_no, account_id, third_party_id, date,
    label, debit, credit)
SELECT %(dossier)s, id, 1, %(customers)s, third, date, 'Mesure', greatest(cents, 0),
    greatest(-cents, 0)
FROM due
UNION ALL
SELECT %(dossier)s, id, 2, %(sales)s, NULL, date, 'Mesure', greatest(-cents, 0), greatest(cents, 0)
FROM due
"""


class Undone(Exception):
    """Rolls everything back."""


def run(size: int) -> list[Result]:
    """Time `size` open lines of 500 customers; the goal is that of finding and lettering them."""
    cast = create_cast()
    alice = cast.people["alice"]
    dossier = demo.demo_dossier(cast.firms["martin"], alice, RANK)
    only = frozenset({dossier.id})
    with scope.open_scope(scope.Scope(user=alice.id, firm=dossier.firm_id, read=only, write=only)):
        return _timed(dossier, alice, size)


def _timed(dossier: Dossier, by: User, size: int) -> list[Result]:
    found, made, undone = Clock(), Clock(), Clock()
    said = ""
    with suppress(Undone), transaction.atomic():
        _fill(dossier, size)
        with found.timed():
            job = preview_letterings(dossier, Wanted(tolerance=TOLERANCE), by=by)
        with made.timed():
            mark = fit_mark(dossier.id, job.pk)
            done = letter_batch(dossier, job.pk, expected=mark, by=by)
        said = f"{done['groups']} groups of {done['lines']} lines"
        with undone.timed():
            unletter_batch(dossier, job.pk, done=done, by=by)
        Job.objects.filter(pk=job.pk).delete()
        raise Undone
    return [
        Result(f"find what settles what among {size} open lines", found.seconds),
        Result(f"letter {said}", made.seconds),
        Result("both", found.seconds + made.seconds, goal=GOAL * size / 100_000),
        Result("take it all back", undone.seconds),
    ]


def _fill(dossier: Dossier, size: int) -> None:
    year, _new = FiscalYear.objects.get_or_create(
        dossier=dossier, start=dt.date(YEAR, 1, 1), end=dt.date(YEAR, 12, 31)
    )
    journal = Journal.objects.create(dossier=dossier, code="LETTRAGE", label="Mesure")
    customers = Account.objects.get_or_create(dossier=dossier, number="411000", label="Clients")[0]
    sales = Account.objects.get_or_create(dossier=dossier, number="707000", label="Ventes")[0]
    thirds = ThirdParty.objects.bulk_create(
        ThirdParty(dossier=dossier, role="customer", code=f"LET{rank:04d}", label=f"Client {rank}",
                   account=customers)
        for rank in range(500)
    )  # fmt: skip
    values = {
        "dossier": dossier.id, "year": year.id, "journal": journal.id, "of": YEAR, "size": size,
        "first": min(third.id for third in thirds), "customers": customers.id, "sales": sales.id,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_ENTRIES, values)
        cursor.execute("SELECT app_analyze('ledger_entry')")
        cursor.execute(_LINES, values)
        cursor.execute("SELECT app_analyze('ledger_entryline')")
