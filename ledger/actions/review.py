"""The review: signing accounts, one or many, by two people; and taking a signature back.

A signature keeps the closing balance that its author saw.  Whoever signs holds the books, so that
no entry slips in between the figure read and the figure signed.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from clients.models import Dossier
from firm import audit
from firm.errors import BusinessError, Conflict
from firm.formats import amount
from firm.models import User
from ledger.actions.entries import hold_books
from ledger.actions.summaries import refresh_review
from ledger.models import Account, FiscalYear, ReviewSheet

REVISE, SUPERVISE = "reviser", "superviser"
SIGNATURE = ("signed", "revised_by", "revised_at", "supervised_by", "supervised_at")

_CLOSINGS = """
SELECT account_id, sum(debit - credit)::bigint FROM ledger_accountmonth
WHERE dossier_id = %s AND fiscal_year_id = %s AND account_id = ANY (%s) GROUP BY account_id
"""
_SIGN = """
INSERT INTO ledger_reviewsheet AS s (dossier_id, fiscal_year_id, account_id, signed, revised_by,
    revised_at, batch, note, previous)
SELECT %(dossier)s, %(year)s, w.account, w.closing, %(by)s, %(at)s, %(batch)s, '',
    jsonb_build_object('by', %(by)s::bigint)
FROM unnest(%(accounts)s::bigint[], %(closings)s::bigint[]) w (account, closing)
ON CONFLICT (dossier_id, fiscal_year_id, account_id) DO UPDATE SET
    previous = jsonb_build_object('signed', s.signed, 'revised_by', s.revised_by,
        'revised_at', s.revised_at, 'supervised_by', s.supervised_by,
        'supervised_at', s.supervised_at, 'by', %(by)s::bigint),
    signed = excluded.signed, revised_by = excluded.revised_by, revised_at = excluded.revised_at,
    supervised_by = NULL, supervised_at = NULL, batch = excluded.batch
"""
_SUPERVISE = """
UPDATE ledger_reviewsheet s SET
    previous = jsonb_build_object('signed', s.signed, 'revised_by', s.revised_by,
        'revised_at', s.revised_at, 'supervised_by', s.supervised_by,
        'supervised_at', s.supervised_at, 'by', %(by)s::bigint),
    supervised_by = %(by)s, supervised_at = %(at)s, batch = %(batch)s
WHERE dossier_id = %(dossier)s AND fiscal_year_id = %(year)s AND account_id = ANY (%(accounts)s)
"""
_UNDO = """
UPDATE ledger_reviewsheet s SET
    signed = (previous ->> 'signed')::bigint, revised_by = (previous ->> 'revised_by')::bigint,
    revised_at = (previous ->> 'revised_at')::timestamptz,
    supervised_by = (previous ->> 'supervised_by')::bigint,
    supervised_at = (previous ->> 'supervised_at')::timestamptz, batch = NULL, previous = NULL
WHERE dossier_id = %(dossier)s AND batch = %(batch)s
  AND (previous ->> 'by')::bigint = %(by)s
"""


class FigureMoved(Conflict):
    """The balance is not the one that was on the screen of whoever signs."""

    code = "review_figure_moved"
    title = "Le solde a changé"


class AlreadySigned(BusinessError):
    """The account bears this signature already, and its figure has not moved."""

    code = "review_already_signed"
    title = "Compte déjà signé"


class NotRevised(BusinessError):
    """Nobody revised the account, or its figure moved since."""

    code = "review_not_revised"
    title = "Compte non révisé"


class SamePerson(BusinessError):
    """Who revised does not supervise."""

    code = "review_same_person"
    title = "Deux personnes sont nécessaires"


class NothingToTakeBack(BusinessError):
    """There is no such signature any more."""

    code = "review_nothing_to_take_back"
    title = "Rien à annuler"


class NotAnAccount(BusinessError):
    """An account that is not of this dossier."""

    code = "review_no_account"
    title = "Compte inconnu"


@transaction.atomic
def sign(dossier: Dossier, year: int, *, act: str, seen: Mapping[int, int], by: User) -> uuid.UUID:
    """Revise or supervise accounts; `seen` gives the closing balance (cents) shown for each.

    All or none.  A new revision takes an older supervision away.  Answers the name of the act,
    which `undo_signing` takes back.

    Raises:
        FigureMoved: an account closes at another figure than the one seen.
        AlreadySigned: an account bears this signature already, and it is still true.
        NotRevised: supervision of an account that nobody revised at this figure.
        SamePerson: supervision by whoever revised.
    """
    hold_books(dossier.id)
    closings = _closings(dossier, year, list(seen))
    held = {
        row.account_id: row
        for row in ReviewSheet.objects.select_for_update()
        .filter(fiscal_year=year, account__in=list(seen))
        .order_by("id")
    }
    numbers = dict(Account.objects.filter(pk__in=list(seen)).values_list("id", "number"))
    for account, cents in seen.items():
        if account not in numbers:
            raise NotAnAccount("Ce compte n’existe pas dans ce dossier.")
        _check_figure(numbers[account], cents, closings.get(account, 0))
        _check(numbers[account], held.get(account), cents, act=act, by=by)
    batch = uuid.uuid4()
    values: dict[str, Any] = {
        "dossier": dossier.id, "year": year, "by": by.id, "at": timezone.now(), "batch": batch,
        "accounts": list(seen), "closings": list(seen.values()),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_SIGN if act == REVISE else _SUPERVISE, values)
    _record("ledger.review_signed", dossier, by=by, act=act, year=year, batch=str(batch),
            accounts=sorted(numbers.values())[:500], count=len(seen))  # fmt: skip
    return batch


def _check_figure(number: str, seen: int, closing: int) -> None:
    if seen != closing:
        raise FigureMoved(
            f"Le compte {number} est passé de {amount(seen)} à {amount(closing)} depuis"
            " l’affichage : relisez-le avant de signer."
        )


def _check(number: str, sheet: ReviewSheet | None, cents: int, *, act: str, by: User) -> None:
    is_revised = sheet is not None and sheet.revised_at is not None and sheet.signed == cents
    if act == REVISE:
        if is_revised:
            raise AlreadySigned(
                f"Le compte {number} est déjà révisé à ce solde. Retirez la signature pour le"
                " reprendre."
            )
        return
    if sheet is None or not is_revised:
        raise NotRevised(
            f"Le compte {number} n’est pas révisé à ce solde\u00a0: faites-le réviser d’abord."
        )
    if sheet.supervised_at is not None:
        raise AlreadySigned(f"Le compte {number} est déjà supervisé.")
    if sheet.revised_by == by.id:
        raise SamePerson(
            f"Vous avez révisé le compte {number}\u00a0: une autre personne doit le superviser."
        )


def _closings(dossier: Dossier, year: int, accounts: list[int]) -> dict[int, int]:
    with connection.cursor() as cursor:
        cursor.execute(_CLOSINGS, [dossier.id, year, accounts])
        return dict(cursor.fetchall())


@transaction.atomic
def undo_signing(dossier: Dossier, batch: uuid.UUID, *, by: User) -> int:
    """Give every account that an act of one's own signed back what it bore before.

    Answers how many.

    Raises:
        NothingToTakeBack: the act was taken back, is another person's, or every account was
            signed again since.
    """
    with connection.cursor() as cursor:
        cursor.execute(_UNDO, {"dossier": dossier.id, "batch": batch, "by": by.id})
        count = int(cursor.rowcount)
    if not count:
        raise NothingToTakeBack(
            "Ces signatures ont déjà été annulées ou remplacées, ou viennent d’une autre personne."
        )
    _record("ledger.review_signing_undone", dossier, by=by, batch=str(batch), count=count)
    return count


@transaction.atomic
def withdraw(dossier: Dossier, year: int, account: int, *, by: User) -> tuple[uuid.UUID, str]:
    """Take the latest signature of an account away: its supervision, else its revision.

    Answers the name of the act, which `undo_signing` takes back, and which signature went.

    Raises:
        NothingToTakeBack: it bears none.
    """
    sheet = (
        ReviewSheet.objects.select_for_update().filter(fiscal_year=year, account=account).first()
    )
    if sheet is None or sheet.revised_at is None:
        raise NothingToTakeBack("Ce compte ne porte aucune signature.")
    act = SUPERVISE if sheet.supervised_at else REVISE
    gone = SIGNATURE[3:] if act == SUPERVISE else SIGNATURE
    before = {name: _plain(getattr(sheet, name)) for name in SIGNATURE} | {"by": by.id}
    for name in gone:
        setattr(sheet, name, None)
    batch = sheet.batch = uuid.uuid4()
    sheet.previous = before
    sheet.save()
    _record("ledger.review_withdrawn", dossier, by=by, act=act, year=year, account=account)
    return batch, act


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.datetime) else value


@transaction.atomic
def write_note(
    dossier: Dossier, year: int, account: int, *, note: str, materiality: int | None, by: User
) -> ReviewSheet:
    """Keep the note of an account and its own threshold (cents; None: that of the year)."""
    if (
        not FiscalYear.objects.filter(pk=year).exists()
        or not Account.objects.filter(pk=account).exists()
    ):
        raise NotAnAccount("Ce compte n’existe pas dans ce dossier.")
    sheet, _made = ReviewSheet.objects.update_or_create(
        dossier=dossier, fiscal_year_id=year, account_id=account,
        defaults={"note": note, "materiality": materiality},
    )  # fmt: skip
    _record("ledger.review_noted", dossier, by=by, year=year, account=account)
    made: ReviewSheet = sheet
    return made


def _record(kind: str, dossier: Dossier, *, by: User, **details: Any) -> None:
    audit.record(kind, by=by, dossier_id=dossier.id, **details)
    refresh_review(dossier.id)
