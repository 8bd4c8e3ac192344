"""Books for tests, written through the models, without the importer.

The sums by month are recomputed from the lines, so that they also check those that an import keeps.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypedDict

from django.db import connection
from django.test.utils import CaptureQueriesContext

from clients.models import Dossier
from ledger.models import (
    Account,
    Entry,
    EntryLine,
    FecImport,
    FiscalYear,
    Journal,
    Lettering,
    ThirdParty,
)


class Span(TypedDict):
    """Both days of a fiscal year, as `make_books` takes them."""

    start: dt.date
    end: dt.date


Y2022: Span = {"start": dt.date(2022, 1, 1), "end": dt.date(2022, 12, 31)}
Y2023: Span = {"start": dt.date(2023, 1, 1), "end": dt.date(2023, 12, 31)}


@dataclass(frozen=True)
class Line:
    """One line: an account, an amount in cents on one side, perhaps a third party and a letter."""

    account: str
    debit: int = 0
    credit: int = 0
    third: str = ""
    label: str = ""
    letter: str = ""
    account_label: str = ""
    third_label: str = ""
    line_no: int = 0


@dataclass(frozen=True)
class Piece:
    """One entry."""

    journal: str
    date: dt.date
    lines: Sequence[Line]
    number: str = ""
    label: str = ""
    ref: str = ""
    is_opening: bool = False
    journal_label: str = ""
    validated_on: dt.date | None = None
    piece_date: dt.date | None = None


@dataclass
class Books:
    """What was written."""

    year: FiscalYear
    entries: list[Entry] = field(default_factory=list)
    accounts: dict[str, Account] = field(default_factory=dict)
    journals: dict[str, Journal] = field(default_factory=dict)
    thirds: dict[tuple[str, str], ThirdParty] = field(default_factory=dict)
    letterings: dict[tuple[str, str, str], Lettering] = field(default_factory=dict)


def make_books(
    dossier: Dossier,
    pieces: Iterable[Piece],
    *,
    start: dt.date,
    end: dt.date,
    fec_import: FecImport | None = None,
) -> Books:
    """Write one fiscal year; the scope of the dossier must be open for writing."""
    year = FiscalYear.objects.create(dossier=dossier, start=start, end=end)
    books = Books(year)
    every = list(pieces)
    lines = [(piece, line) for piece in every for line in piece.lines]
    _write_journals(dossier, books, every)
    _write_accounts(dossier, books, [line for _piece, line in lines])
    _write_thirds(dossier, books, [line for _piece, line in lines])
    _write_letterings(dossier, books, lines)
    books.entries = Entry.objects.bulk_create(
        [_entry(dossier, books, piece, rank, fec_import) for rank, piece in enumerate(every, 1)]
    )
    EntryLine.objects.bulk_create(
        [
            _line(dossier, books, entry, line, line.line_no or rank)
            for entry, piece in zip(books.entries, every, strict=True)
            for rank, line in enumerate(piece.lines, 1)
        ],
        batch_size=2000,
    )
    sum_up(dossier)
    return books


def _write_journals(dossier: Dossier, books: Books, pieces: Iterable[Piece]) -> None:
    for piece in pieces:
        if piece.journal not in books.journals:
            books.journals[piece.journal], _made = Journal.objects.get_or_create(
                dossier=dossier,
                code=piece.journal,
                defaults={"label": piece.journal_label or f"Journal {piece.journal}"},
            )


def _write_accounts(dossier: Dossier, books: Books, lines: Iterable[Line]) -> None:
    known = {account.number: account for account in Account.objects.all()}
    fresh = {
        line.account: Account(
            dossier=dossier,
            number=line.account,
            label=line.account_label or f"Compte {line.account}",
        )
        for line in reversed(list(lines))
        if line.account not in known
    }
    for account in Account.objects.bulk_create(fresh.values()):
        known[account.number] = account
    books.accounts = known


def _role(account: str) -> str:
    return "customer" if account.startswith("41") else "supplier"


def _write_thirds(dossier: Dossier, books: Books, lines: Iterable[Line]) -> None:
    known = {(third.role, third.code): third for third in ThirdParty.objects.all()}
    fresh = {
        (_role(line.account), line.third): ThirdParty(
            dossier=dossier,
            role=_role(line.account),
            code=line.third,
            label=line.third_label or f"Tiers {line.third}",
            account=books.accounts[line.account],
        )
        for line in lines
        if line.third and (_role(line.account), line.third) not in known
    }
    for third in ThirdParty.objects.bulk_create(fresh.values()):
        known[third.role, third.code] = third
    books.thirds = known


def _write_letterings(dossier: Dossier, books: Books, lines: Iterable[tuple[Piece, Line]]) -> None:
    groups: dict[tuple[str, str, str], list[int]] = {}
    for _piece, line in lines:
        if line.letter:
            sums = groups.setdefault((line.account, line.third, line.letter), [0, 0])
            sums[0] += line.debit
            sums[1] += line.credit
    made = Lettering.objects.bulk_create(
        Lettering(
            dossier=dossier,
            account=books.accounts[account],
            third_party=books.thirds[_role(account), third] if third else None,
            code=letter,
            debit=debit,
            credit=credit,
            is_balanced=debit == credit,
        )
        for (account, third, letter), (debit, credit) in groups.items()
    )
    books.letterings = dict(zip(groups, made, strict=True))


def _entry(
    dossier: Dossier, books: Books, piece: Piece, rank: int, fec_import: FecImport | None
) -> Entry:
    return Entry(
        dossier=dossier,
        fiscal_year=books.year,
        journal=books.journals[piece.journal],
        number=piece.number or str(rank),
        date=piece.date,
        label=piece.label,
        piece_ref=piece.ref,
        piece_date=piece.piece_date,
        is_opening=piece.is_opening,
        debit=sum(line.debit for line in piece.lines),
        line_count=len(piece.lines),
        fec_import=fec_import,
        first_line=min((line.line_no for line in piece.lines), default=0) or None,
        file_validated_on=piece.validated_on,
    )


def _line(dossier: Dossier, books: Books, entry: Entry, line: Line, number: int) -> EntryLine:
    return EntryLine(
        dossier=dossier,
        entry=entry,
        line_no=number,
        account=books.accounts[line.account],
        third_party=books.thirds[_role(line.account), line.third] if line.third else None,
        date=entry.date,
        label=line.label or entry.label,
        debit=line.debit,
        credit=line.credit,
        lettering=books.letterings.get((line.account, line.third, line.letter)),
        lettering_code=line.letter or None,
    )


_MONTHS = """
INSERT INTO ledger_TABLE (dossier_id, fiscal_year_id, KEYS, month, is_opening, debit, credit,
                          line_count)
SELECT l.dossier_id, e.fiscal_year_id, KEYS, date_trunc('month', e.date)::date, e.is_opening,
       sum(l.debit), sum(l.credit), count(*)
FROM ledger_entryline l JOIN ledger_entry e ON e.dossier_id = l.dossier_id AND e.id = l.entry_id
WHERE l.dossier_id = %s AND FIRST IS NOT NULL
GROUP BY l.dossier_id, e.fiscal_year_id, KEYS, date_trunc('month', e.date), e.is_opening
"""
_BY_JOURNAL = """
INSERT INTO ledger_journalmonth (dossier_id, fiscal_year_id, journal_id, month, is_opening, debit,
                                 credit, line_count, entry_count)
SELECT e.dossier_id, e.fiscal_year_id, e.journal_id, date_trunc('month', e.date)::date,
       e.is_opening, sum(x.debit), sum(x.credit), sum(x.lines), count(*)
FROM ledger_entry e JOIN (
    SELECT entry_id, sum(debit) AS debit, sum(credit) AS credit, count(*) AS lines
    FROM ledger_entryline WHERE dossier_id = %s GROUP BY entry_id) x ON x.entry_id = e.id
WHERE e.dossier_id = %s GROUP BY 1, 2, 3, 4, 5
"""


def sum_up(dossier: Dossier) -> None:
    """Recompute the three tables of months of a dossier from its lines."""
    by_account = _MONTHS.replace("TABLE", "accountmonth")
    by_third = _MONTHS.replace("TABLE", "thirdpartymonth")
    with connection.cursor() as cursor:
        # Without statistics the planner believes one row and loops over the joins for minutes.
        cursor.execute("SELECT app_analyze('ledger_entry'), app_analyze('ledger_entryline')")
        for table in ("accountmonth", "thirdpartymonth", "journalmonth"):
            cursor.execute(f"DELETE FROM ledger_{table} WHERE dossier_id = %s", [dossier.id])
        cursor.execute(
            by_account.replace("KEYS", "account_id").replace("FIRST", "l.account_id"), [dossier.id]
        )
        cursor.execute(
            by_third.replace("KEYS", "third_party_id, account_id").replace(
                "FIRST", "l.third_party_id"
            ),
            [dossier.id],
        )
        cursor.execute(_BY_JOURNAL, [dossier.id, dossier.id])


def asked_of_the_books(call: Callable[[], Any]) -> int:
    """How many queries on the books a call makes; session and guards are counted elsewhere."""
    with CaptureQueriesContext(connection) as captured:
        call()
    return sum("ledger_" in query["sql"] for query in captured.captured_queries)
