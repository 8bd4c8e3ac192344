"""The balance générale as it is read: filtered, sorted, in classes, beside the year before.

Amounts are cents.  « Écart » is growth in the account's own sense: a debt that grows is positive.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from clients.models import Dossier
from ledger.queries.balances import CLASSES, AccountSums, trial_balance
from ledger.queries.sums import NOTHING, Sums
from ledger.queries.years import Period


@dataclass(frozen=True, slots=True)
class BalanceFilters:
    """What the balance is asked for; `before` is the period of N-1, if it is in the books."""

    period: Period
    before: Period | None = None
    text: str = ""
    moved_only: bool = False
    sort: str = "compte"


@dataclass(frozen=True, slots=True)
class BalanceLine:
    """An account, or a group of them, over the period; `before` is its closing balance of N-1.

    `owed` and `owing` are the debit and credit balances: of one account one of them is 0, of a
    group they are the sums of its accounts'.
    """

    account: str
    label: str
    sums: Sums
    owed: int
    owing: int
    before: int | None

    @property
    def gap(self) -> int | None:
        """Closing less that of N-1, in the sense of N-1 (or of N when it was nil)."""
        if self.before is None:
            return None
        now = self.sums.closing
        return now - self.before if (self.before or now) >= 0 else self.before - now

    @property
    def ratio(self) -> float | None:
        """The gap over the balance of N-1; None when there was none."""
        return self.gap / abs(self.before) if self.gap and self.before else None


@dataclass(frozen=True, slots=True)
class BalanceClass:
    """The accounts of one class of the chart, and their subtotal."""

    digit: str
    lines: list[BalanceLine]
    subtotal: BalanceLine

    @property
    def title(self) -> str:
        """« Classe 4 · Tiers »."""
        name = CLASSES.get(self.digit)
        return f"Classe {self.digit} · {name}" if name else "Autres comptes"


def balance_lines(dossier: Dossier, filters: BalanceFilters) -> list[BalanceLine]:
    """The accounts wanted, in the order wanted; one query, two with N-1."""
    now = {row.account: row for row in trial_balance(dossier, filters.period)}
    past = {}
    if filters.before:
        past = {row.account: row for row in trial_balance(dossier, filters.before)}
    lines = [
        _line(now.get(number), past.get(number), has_past=filters.before is not None)
        for number in sorted({*now, *past})
    ]
    kept = [line for line in lines if _is_wanted(line, filters)]
    key = _SORTS.get(filters.sort.lstrip("-"))
    if key:
        kept.sort(key=key, reverse=filters.sort.startswith("-"))
    elif filters.sort == "-compte":
        kept.reverse()
    return kept


def _line(now: AccountSums | None, past: AccountSums | None, *, has_past: bool) -> BalanceLine:
    known = now or past
    assert known is not None
    sums = now.sums if now else NOTHING
    before = (past.sums.closing if past else 0) if has_past else None
    return BalanceLine(
        known.account, known.label, sums, max(sums.closing, 0), max(-sums.closing, 0), before
    )


def _is_wanted(line: BalanceLine, filters: BalanceFilters) -> bool:
    if filters.moved_only and not line.sums.has_moved:
        return False
    if not line.sums.lines and not line.sums.closing and not line.before:
        return False
    wanted = plain(filters.text)
    return not wanted or line.account.lower().startswith(wanted) or wanted in plain(line.label)


def plain(text: str) -> str:
    """Lower case without accents, to compare what people type."""
    parts = unicodedata.normalize("NFKD", text.strip().lower())
    return "".join(part for part in parts if not unicodedata.combining(part))


_SORTS: dict[str, Callable[[BalanceLine], str | float]] = {
    "intitule": lambda line: plain(line.label),
    "ouverture": lambda line: line.sums.start,
    "debit": lambda line: line.sums.movement_debit,
    "credit": lambda line: line.sums.movement_credit,
    "solde": lambda line: line.sums.closing,
    "avant": lambda line: line.before or 0,
    "ecart": lambda line: line.gap or 0,
    "taux": lambda line: float("-inf") if line.ratio is None else line.ratio,
}


def summed(lines: Sequence[BalanceLine], label: str) -> BalanceLine:
    """Several lines as one."""
    sums = sum((line.sums for line in lines), NOTHING)
    has_past = any(line.before is not None for line in lines)
    return BalanceLine(
        "",
        label,
        sums,
        sum(line.owed for line in lines),
        sum(line.owing for line in lines),
        sum(line.before or 0 for line in lines) if has_past else None,
    )


def in_classes(lines: Iterable[BalanceLine]) -> list[BalanceClass]:
    """Lines sorted by account, cut by the first digit of their number."""
    return [
        BalanceClass(digit, group, summed(group, f"Total classe {digit}"))
        for digit, group in ((digit, list(rows)) for digit, rows in groupby(lines, _digit))
    ]


def _digit(line: BalanceLine) -> str:
    return line.account[:1]
