"""Pointing a bank account's lines on its statement: by hand, with an operation, or by amount."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from django.db import connection, transaction

from clients.models import Dossier
from firm import audit
from firm.errors import BusinessError, Conflict
from firm.formats import amount, date_fr
from firm.models import User
from ledger.actions.entries import hold_books
from ledger.models import BankAccount, BankPointing, BankTransaction, EntryLine
from ledger.queries.reconciliation import UNBOOKED

Place = tuple[int, int]
NEAR = 5  # days between a line and the operation that it is matched with by itself
_FREE = """
l.dossier_id = %(dossier)s AND l.account_id = %(account)s AND NOT EXISTS (
    SELECT 1 FROM ledger_bankpointing p WHERE p.dossier_id = %(dossier)s
      AND p.entry_id = l.entry_id AND p.line_no = l.line_no)
AND NOT EXISTS (
    SELECT 1 FROM ledger_banktransaction t WHERE t.dossier_id = %(dossier)s
      AND t.entry_id = l.entry_id AND t.line_no = l.line_no AND t.source <> 'fec'
      AND t.booking = 'booked')
"""
_UNTIL = f"""
INSERT INTO ledger_bankpointing (dossier_id, entry_id, line_no, cleared_on, created_by)
SELECT %(dossier)s, l.entry_id, l.line_no, l.date, %(by)s FROM ledger_entryline l
JOIN ledger_entry e ON e.dossier_id = %(dossier)s AND e.id = l.entry_id AND NOT e.is_opening
WHERE {_FREE} AND l.date <= %(day)s
"""  # noqa: S608 (of constants)
# One line and one operation of the same amount, a few days apart, each the only one of its kind.
_PAIRS = f"""
WITH line AS MATERIALIZED (
    SELECT l.entry_id, l.line_no, l.date, l.debit - l.credit AS cents FROM ledger_entryline l
    JOIN ledger_entry e ON e.dossier_id = %(dossier)s AND e.id = l.entry_id AND NOT e.is_opening
    WHERE {_FREE}
), moved AS MATERIALIZED (
    SELECT b.id, b.date, b.amount FROM ledger_banktransaction b
    WHERE {UNBOOKED.replace("AND (NOT b.is_pre_takeover OR b.is_kept)", "")}
      AND b.date <= %(day)s
), pair AS (
    SELECT l.entry_id, l.line_no, m.id, m.date,
        count(*) OVER (PARTITION BY l.entry_id, l.line_no) AS moves,
        count(*) OVER (PARTITION BY m.id) AS lines
    FROM line l JOIN moved m ON m.amount = l.cents
        AND m.date BETWEEN l.date - %(near)s AND l.date + %(near)s
)
SELECT entry_id, line_no, id, date FROM pair WHERE moves = 1 AND lines = 1
"""  # noqa: S608 (idem)
_MATCH = """
WITH pair AS (
    SELECT * FROM unnest(%(entries)s::bigint[], %(lines)s::int[], %(moves)s::bigint[],
        %(days)s::date[]) AS t (entry, line, move, day)
), pointed AS (
    INSERT INTO ledger_bankpointing (dossier_id, entry_id, line_no, transaction_id, cleared_on,
        created_by)
    SELECT %(dossier)s, entry, line, move, day, %(by)s FROM pair
)
UPDATE ledger_banktransaction b SET booking = 'booked', entry_id = x.entry, line_no = x.line
FROM (SELECT DISTINCT ON (move) * FROM pair ORDER BY move, entry, line) x
WHERE b.dossier_id = %(dossier)s AND b.id = x.move
"""
_FREED = """
UPDATE ledger_banktransaction SET booking = 'to_process', entry_id = NULL, line_no = NULL
WHERE dossier_id = %(dossier)s AND id = ANY (%(moves)s)
"""


class NotPointable(BusinessError):
    """A line is not of the bank's account, or the amounts differ."""

    code = "not_pointable"
    title = "Pointage impossible"


class AlreadyPointed(Conflict):
    """A line or an operation was pointed meanwhile; the message names it."""

    code = "already_pointed"
    title = "Déjà pointé"


@transaction.atomic
def point(
    dossier: Dossier,
    account: BankAccount,
    places: Iterable[Place],
    *,
    by: User,
    cleared_on: dt.date,
    move: BankTransaction | None = None,
) -> int:
    """Point lines on the statement; with the operation `move`, whose amount they make.

    Without one, the bank shows them by `cleared_on`, a line dated later on its own day.  Answers
    how many lines were pointed.

    Raises:
        NotPointable: a line is not of the account, or the lines do not make the operation's amount.
        AlreadyPointed: a line is pointed, or the operation is in the books already.
    """
    hold_books(dossier.id)
    lines = _lines(dossier, account, set(places))
    if move is None:
        BankPointing.objects.bulk_create(
            BankPointing(
                dossier=dossier, entry_id=line.entry_id, line_no=line.line_no, created_by=by.id,
                cleared_on=max(cleared_on, line.date),
            )
            for line in lines
        )  # fmt: skip
    else:
        held = BankTransaction.objects.select_for_update().get(pk=move.pk)
        _refuse_move(account, held, lines)
        _match(dossier, [(line.entry_id, line.line_no, held.id, held.date) for line in lines], by)
    audit.record(
        "ledger.bank_pointed", by=by, dossier_id=dossier.id, bank_account=account.id,
        lines=len(lines), transaction=move.id if move else None,
        amount=sum(line.debit - line.credit for line in lines),
    )  # fmt: skip
    return len(lines)


def _lines(dossier: Dossier, account: BankAccount, places: set[Place]) -> list[EntryLine]:
    rows = EntryLine.objects.filter(
        dossier=dossier, account=account.account_id, entry__in={entry for entry, _line in places},
        entry__is_opening=False,
    )  # fmt: skip
    lines = [row for row in rows.order_by("date", "entry", "line_no")
             if (row.entry_id, row.line_no) in places]  # fmt: skip
    if not lines or len(lines) != len(places):
        raise NotPointable(
            "Cochez des lignes du compte de banque, à-nouveaux exceptés, puis pointez-les."
        )
    held = BankPointing.objects.filter(dossier=dossier, entry__in=[one.entry_id for one in lines])
    pointed = set(held.values_list("entry_id", "line_no"))
    booked = BankTransaction.objects.filter(
        dossier=dossier, entry__in=[one.entry_id for one in lines], booking="booked"
    ).exclude(source=BankTransaction.Source.FEC)
    pointed |= {(entry or 0, line or 0) for entry, line in booked.values_list("entry", "line_no")}
    for line in lines:
        if (line.entry_id, line.line_no) in pointed:
            raise AlreadyPointed(
                f"La ligne du {date_fr(line.date)}, «\u00a0{line.label}\u00a0», est déjà pointée :"
                " actualisez la page. Rien n’a été modifié."
            )
    return lines


def _refuse_move(account: BankAccount, held: BankTransaction, lines: Sequence[EntryLine]) -> None:
    if held.bank_account_id != account.id:
        raise NotPointable("Cette opération est d’un autre compte bancaire.")
    if held.entry_id is not None or held.booking == BankTransaction.Booking.ARCHIVED:
        raise AlreadyPointed(
            f"L’opération du {date_fr(held.date)}, «\u00a0{held.label}\u00a0», est déjà"
            " comptabilisée ou archivée : actualisez la page. Rien n’a été modifié."
        )
    total = sum(line.debit - line.credit for line in lines)
    if total != held.amount:
        raise NotPointable(
            f"Les lignes cochées font {amount(total)} et l’opération {amount(held.amount)} :"
            " cochez des lignes du même montant, ou comptabilisez l’opération."
        )


def _match(dossier: Dossier, pairs: Sequence[tuple[int, int, int, dt.date]], by: User) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            _MATCH,
            {
                "dossier": dossier.id, "by": by.id, "entries": [one[0] for one in pairs],
                "lines": [one[1] for one in pairs], "moves": [one[2] for one in pairs],
                "days": [one[3] for one in pairs],
            },
        )  # fmt: skip


@transaction.atomic
def match_by_amount(dossier: Dossier, account: BankAccount, *, by: User, until: dt.date) -> int:
    """Match lines with operations of the same amount at most five days apart, if each is the only
    one; answers how many.  Operations up to `until`, included.
    """
    hold_books(dossier.id)
    with connection.cursor() as cursor:
        cursor.execute(
            _PAIRS,
            {"dossier": dossier.id, "account": account.account_id, "bank": account.id,
             "day": until, "near": NEAR},
        )  # fmt: skip
        pairs = list(cursor.fetchall())
    if pairs:
        _match(dossier, pairs, by)
        audit.record(
            "ledger.bank_matched", by=by, dossier_id=dossier.id, bank_account=account.id,
            lines=len(pairs), until=until.isoformat(),
        )  # fmt: skip
    return len(pairs)


@transaction.atomic
def point_until(dossier: Dossier, account: BankAccount, *, by: User, until: dt.date) -> int:
    """Point every line up to a day, included, each on its own day; answers how many.

    For books taken over from elsewhere, which were reconciled there.
    """
    hold_books(dossier.id)
    with connection.cursor() as cursor:
        cursor.execute(
            _UNTIL,
            {"dossier": dossier.id, "account": account.account_id, "day": until, "by": by.id},
        )
        count = int(cursor.rowcount)
    if count:
        audit.record(
            "ledger.bank_pointed_until", by=by, dossier_id=dossier.id, bank_account=account.id,
            lines=count, until=until.isoformat(),
        )  # fmt: skip
    return count


@transaction.atomic
def unpoint(dossier: Dossier, account: BankAccount, ids: Iterable[int], *, by: User) -> int:
    """Take pointings back, whole operations at a time; those are to book again.

    Answers how many lines are to point again; a pointing that is gone counts for nothing.
    """
    hold_books(dossier.id)
    asked = BankPointing.objects.filter(dossier=dossier, pk__in=list(ids))
    moves = {move for move in asked.values_list("transaction", flat=True) if move}
    count = _free(dossier, sorted(moves)) + asked.delete()[0]
    if count:
        audit.record(
            "ledger.bank_unpointed", by=by, dossier_id=dossier.id, bank_account=account.id,
            lines=count,
        )  # fmt: skip
    return count


def unmatch(move: BankTransaction, *, by: User) -> bool:
    """Part an operation from the lines that it was matched with; False if it wrote its own entry.

    In the caller's transaction, which holds the operation.
    """
    dossier = move.dossier
    if not BankPointing.objects.filter(dossier=dossier, transaction=move.pk).exists():
        return False
    count = _free(dossier, [move.pk])
    audit.record(
        "ledger.bank_unpointed", by=by, dossier_id=dossier.id, bank_account=move.bank_account_id,
        lines=count, transaction=move.pk,
    )  # fmt: skip
    return True


def _free(dossier: Dossier, moves: Sequence[int]) -> int:
    if not moves:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_FREED, {"dossier": dossier.id, "moves": list(moves)})
    rows = BankPointing.objects.filter(dossier=dossier, transaction__in=moves)
    return int(rows.delete()[0])
