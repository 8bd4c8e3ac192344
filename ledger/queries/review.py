"""The review of a year as it stands: accounts beside N-1, who signed them, what moved since.

Nothing tells a signature that its figure moved: each reading compares the figure signed with the
closing balance of today, from the sums kept by month.  Amounts are cents, balances debit positive.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import connection

from clients.models import Dossier
from firm.models import User
from ledger.models import FirmBooks, ReviewSheet, ReviewStep, ReviewYear
from ledger.queries.balances import trial_balance
from ledger.queries.years import Period, Year, period_of_year, same_period_before
from ledger.review.programme import Cycle, cycle_of, cycles

TO_REVISE, REVISED, SUPERVISED, STALE = "a-reviser", "revise", "supervise", "a-revoir"
STATES = {
    TO_REVISE: "À réviser",
    REVISED: "Révisé",
    SUPERVISED: "Supervisé",
    STALE: "À revoir",
}
_OPEN_LETTERINGS = """
SELECT account_id, count(*) FROM ledger_lettering
WHERE dossier_id = %s AND NOT is_balanced GROUP BY account_id
"""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From which variation on an account is looked at: both reached.  Cents and per cent.

    `own_*` are those set for the year, None where the firm's stand.
    """

    cents: int
    percent: Decimal
    own_cents: int | None = None
    own_percent: Decimal | None = None

    def reached(self, now: int, before: int | None, own: int | None = None) -> bool:
        """Whether the variation asks to be looked at; without N-1, whether the balance does.

        `own` is the threshold of the account itself, in cents: it stands alone.
        """
        moved = abs(now - (before or 0))
        if moved == 0:
            return False
        if own is not None:
            return moved >= own
        if moved < self.cents:
            return False
        return not before or Decimal(moved * 100) >= self.percent * abs(before)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One account in the review of a year; `before` is None when N-1 is not in the books."""

    account_id: int
    account: str
    label: str
    now: int
    before: int | None
    is_over: bool
    note: str = ""
    own_materiality: int | None = None
    signed: int | None = None
    revised_by: int | None = None
    revised_at: dt.datetime | None = None
    supervised_by: int | None = None
    supervised_at: dt.datetime | None = None
    open_letterings: int = 0

    @property
    def cycle(self) -> str:
        """The key of its cycle."""
        return cycle_of(self.account)

    @property
    def state(self) -> str:
        """à réviser → révisé → supervisé; à revoir once the figure signed is no longer that of
        the books.
        """
        if self.revised_at is None:
            return TO_REVISE
        if self.signed != self.now:
            return STALE
        return SUPERVISED if self.supervised_at else REVISED

    @property
    def is_done(self) -> bool:
        """Signed, and still true."""
        return self.state in {REVISED, SUPERVISED}

    @property
    def gap(self) -> int | None:
        """N less N-1, in the account's own sense: a debt that grows is positive."""
        if self.before is None:
            return None
        return self.now - self.before if (self.before or self.now) >= 0 else self.before - self.now

    @property
    def ratio(self) -> float | None:
        """The gap over N-1; None when there was nothing."""
        return self.gap / abs(self.before) if self.gap and self.before else None

    def may_be_supervised_by(self, person: int) -> bool:
        """Whether this person may sign in second: another one than the reviser."""
        return self.state == REVISED and self.revised_by != person


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a cycle, or the whole, is: numbers of accounts and of questions."""

    accounts: int = 0
    done: int = 0
    supervised: int = 0
    stale: int = 0
    over: int = 0
    steps: int = 0
    answered: int = 0

    @property
    def ratio(self) -> float:
        """Share of the accounts that are signed and still true; 1 for none at all."""
        return self.done / self.accounts if self.accounts else 1.0

    @property
    def stale_words(self) -> str:
        """« 2 à revoir »."""
        return f"{self.stale} à revoir"

    @property
    def percent(self) -> int:
        """The share in whole per cent, never rounded up to 100."""
        return self.done * 100 // self.accounts if self.accounts else 100


@dataclass(frozen=True)
class Review:
    """The review of one year; `sheets` in the order of account numbers."""

    year: Year
    period: Period
    before: Period | None
    thresholds: Thresholds
    sheets: Sequence[Sheet]
    answers: dict[tuple[str, str], ReviewStep] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)

    def sheet(self, account_id: int) -> Sheet | None:
        """One account."""
        return next((one for one in self.sheets if one.account_id == account_id), None)

    def of_cycle(self, key: str) -> list[Sheet]:
        """The accounts of a cycle."""
        return [one for one in self.sheets if one.cycle == key]

    def progress(self, cycle: Cycle) -> Progress:
        """How far a cycle is."""
        answered = sum(
            1
            for step in cycle.steps
            if (held := self.answers.get((cycle.key, step.key)))
            and (held.done_at or not held.is_applicable)
        )
        return progress_of(self.of_cycle(cycle.key), len(cycle.steps), answered)

    @property
    def whole(self) -> Progress:
        """How far the dossier is."""
        parts = [self.progress(cycle) for cycle in cycles()]
        steps, answered = sum(p.steps for p in parts), sum(p.answered for p in parts)
        return progress_of(self.sheets, steps, answered)


def progress_of(sheets: Iterable[Sheet], steps: int = 0, answered: int = 0) -> Progress:
    """How far some accounts are."""
    every = list(sheets)
    return Progress(
        len(every),
        sum(one.is_done for one in every),
        sum(one.state == SUPERVISED for one in every),
        sum(one.state == STALE for one in every),
        sum(one.is_over for one in every),
        steps,
        answered,
    )


def review_of(dossier: Dossier, years: Sequence[Year], year: Year) -> Review:
    """The review of a year: eight queries, seven without N-1."""
    period = period_of_year(years, year)
    before = same_period_before(years, period)
    thresholds = thresholds_of(dossier, year.id)
    held = {
        row["account_id"]: row
        for row in ReviewSheet.objects.filter(fiscal_year=year.id).values(*KEPT)
    }
    sheets = _sheets(dossier, period, before, thresholds, held)
    answers = {(row.cycle, row.step): row for row in ReviewStep.objects.filter(fiscal_year=year.id)}
    people = {one.revised_by for one in sheets} | {one.supervised_by for one in sheets}
    people |= {row.done_by for row in answers.values()}
    return Review(year, period, before, thresholds, sheets, answers, _names(people))


KEPT = ("account_id", "note", "materiality", "signed", "revised_by", "revised_at",
        "supervised_by", "supervised_at")  # fmt: skip


def _sheets(
    dossier: Dossier, period: Period, before: Period | None, thresholds: Thresholds,
    held: dict[int, dict[str, Any]],
) -> list[Sheet]:  # fmt: skip
    now = {row.account_id: row for row in trial_balance(dossier, period)}
    past = {row.account_id: row for row in trial_balance(dossier, before)} if before else {}
    waiting = _open_letterings(dossier)
    known = {**past, **now}
    missing = set(held) - set(known)
    names = {row: (known[row].account, known[row].label) for row in known} | _accounts(missing)
    found = []
    for account_id, (account, label) in names.items():
        closing = now[account_id].sums.closing if account_id in now else 0
        was = past[account_id].sums.closing if account_id in past else 0
        kept = held.get(account_id, {})
        if account_id not in now and not was and not _says_something(kept):
            continue
        own = kept.get("materiality")
        found.append(Sheet(
            account_id, account, label, closing, was if before else None,
            thresholds.reached(closing, was if before else None, own),
            kept.get("note", ""), own,
            kept.get("signed"), kept.get("revised_by"), kept.get("revised_at"),
            kept.get("supervised_by"), kept.get("supervised_at"), waiting.get(account_id, 0),
        ))  # fmt: skip
    return sorted(found, key=lambda one: one.account)


def _says_something(kept: dict[str, Any]) -> bool:
    return bool(kept and (kept["note"] or kept["revised_at"]))


def _accounts(ids: set[int]) -> dict[int, tuple[str, str]]:
    """Number and name of accounts that have a sheet and no line; one query, none for none."""
    if not ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, number, label FROM ledger_account"
            " WHERE dossier_id = ANY (app_dossiers()) AND id = ANY (%s)",
            [list(ids)],
        )
        return {row[0]: (row[1], row[2]) for row in cursor.fetchall()}


def _open_letterings(dossier: Dossier) -> dict[int, int]:
    with connection.cursor() as cursor:
        cursor.execute(_OPEN_LETTERINGS, [dossier.id])
        return dict(cursor.fetchall())


def _names(people: set[int | None]) -> dict[int, str]:
    """Names of those who signed, in one query."""
    wanted = {person for person in people if person}
    return {one.pk: one.get_full_name() for one in User.objects.filter(pk__in=wanted)}


def firm_books(firm_id: int | None) -> FirmBooks:
    """What a firm set for its books, else what stands without it; one query.

    Without a firm (a dossier that none follows) the defaults stand.
    """
    found = FirmBooks.objects.filter(firm_id=firm_id).first() if firm_id else None
    return found or FirmBooks()


def thresholds_of(dossier: Dossier, year_id: int) -> Thresholds:
    """The thresholds of a year: its own, else its firm's; two queries."""
    firm = firm_books(dossier.firm_id)
    own = ReviewYear.objects.filter(fiscal_year=year_id).first()
    cents = own.materiality if own else None
    percent = own.materiality_percent if own else None
    return Thresholds(
        firm.materiality if cents is None else cents,
        Decimal(firm.materiality_percent) if percent is None else percent,
        cents,
        percent,
    )
