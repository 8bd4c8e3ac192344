"""Financial statements of a period, from the sums kept beside the lines.

The side of a balance is that of each auxiliary account, not of its collective: 401 may owe and be
owed at once (proved on a filed return, `tests/ledger/test_financials.py`).  Amounts are cents.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from clients.models import Dossier
from ledger.financials.fill import (
    RESULT_ACCOUNTS,
    Filled,
    FilledSection,
    Held,
    Part,
    fill,
    lines,
    parts_of,
)
from ledger.financials.forms import Form, form
from ledger.queries.balances import AccountSums, trial_balance
from ledger.queries.sums import fetch, sums_parameters, sums_sql
from ledger.queries.years import Period

BALANCE_SHEETS = frozenset({"2050", "2033-A"})
CASH_FLOWS = "FLUX"
CASH = ("51", "53", "54")

# Of each account: what its third parties owe, what they are owed, and the balance of them all.
_SIDES = """
SELECT account_id, sum(greatest(closing, 0))::bigint, sum(greatest(-closing, 0))::bigint
FROM (SELECT account_id, third_party_id, sum(debit - credit)::bigint AS closing
      FROM (SUMS) s GROUP BY account_id, third_party_id) t
GROUP BY account_id
"""


@dataclass(frozen=True, slots=True)
class Statement:
    """A form filled for a period, beside the same one a year before where the books have it."""

    form: Form
    period: Period
    before: Period | None
    now: Filled
    past: Filled | None
    sections: Sequence[FilledSection]

    @property
    def gap(self) -> int:
        """Of a balance sheet: assets less liabilities; of flows: what they do not explain.

        0 when every account has a box.
        """
        if self.form.code == CASH_FLOWS:
            return self.now.values["ECART"]
        totals = [box for box in self.form.boxes() if box.is_grand]
        if self.form.code not in BALANCE_SHEETS:
            return 0
        assets, debts = totals
        return (
            self.now.values[assets.code]
            - self.now.values[assets.less]
            - self.now.values[debts.code]
        )


@dataclass(frozen=True, slots=True)
class BoxAccount:
    """An account behind a box, in the box's sense; `before` is None without a year before."""

    account: str
    label: str
    cents: int
    before: int | None


def statement(dossier: Dossier, code: str, period: Period, before: Period | None) -> Statement:
    """Fill a form; two queries, four with N-1 (half of it for what classes 6 and 7 alone fill).

    Raises:
        KeyError: no form has this code.
    """
    wanted = form(code)
    now = _filled(dossier, wanted, period)
    past = _filled(dossier, wanted, before) if before else None
    return Statement(wanted, period, before, now, past, lines(wanted, now, past))


def box_accounts(found: Statement, code: str) -> list[BoxAccount]:
    """The accounts behind a box (or behind a total), by number, beside those of N-1."""
    now = {part.account: part for part in parts_of(found.form, found.now, code)}
    past = {}
    if found.past is not None:
        past = {part.account: part for part in parts_of(found.form, found.past, code)}
    return [
        BoxAccount(
            number,
            (now.get(number) or past[number]).label,
            now[number].cents if number in now else 0,
            (past[number].cents if number in past else 0) if found.past is not None else None,
        )
        for number in sorted({*now, *past})
    ]


def _filled(dossier: Dossier, wanted: Form, period: Period) -> Filled:
    rows = trial_balance(dossier, period)
    if wanted.code == CASH_FLOWS:
        return fill(wanted, _flowed(rows), opening=_cash_at_start(rows))
    if wanted.code not in BALANCE_SHEETS:
        return fill(wanted, _moved(rows))
    return fill(wanted, _held(rows, _sides(dossier, period)), result=_result(rows))


def _result(rows: Sequence[AccountSums]) -> int:
    """Profit not carried yet, from the start of the books shown: what classes 6 and 7 hold."""
    return -sum(row.sums.closing for row in rows if row.account.startswith(RESULT_ACCOUNTS))


def _moved(rows: Sequence[AccountSums]) -> list[Held]:
    """What moved on the accounts of result, by its net side."""
    nets = (
        (row, row.sums.movement_debit - row.sums.movement_credit)
        for row in rows
        if row.account.startswith(RESULT_ACCOUNTS)
    )
    return [
        Held(row.account_id, row.account, row.label, max(net, 0), max(-net, 0)) for row, net in nets
    ]


def _flowed(rows: Sequence[AccountSums]) -> list[Held]:
    """What moved on every account, both sides apart; opening entries left out."""
    return [
        Held(
            row.account_id, row.account, row.label, row.sums.movement_debit,
            row.sums.movement_credit,
        )
        for row in rows
    ]  # fmt: skip


def _cash_at_start(rows: Sequence[AccountSums]) -> list[Part]:
    """What the accounts of cash were brought in with."""
    return [
        Part(row.account_id, row.account, row.label, row.sums.start)
        for row in rows
        if row.account.startswith(CASH)
    ]


def _held(rows: Sequence[AccountSums], sides: dict[int, tuple[int, int]]) -> list[Held]:
    """Closing balances of classes 1 to 5 by side; lines without third party count as one."""
    found = []
    for row in rows:
        if not "1" <= row.account[:1] <= "5":
            continue
        debit, credit = sides.get(row.account_id, (0, 0))
        rest = row.sums.closing - (debit - credit)
        found.append(
            Held(
                row.account_id,
                row.account,
                row.label,
                debit + max(rest, 0),
                credit + max(-rest, 0),
            )
        )
    return found


def _sides(dossier: Dossier, period: Period) -> dict[int, tuple[int, int]]:
    sql = sums_sql(period, keys=["account_id", "third_party_id"], months="ledger_thirdpartymonth")
    rows = fetch(_SIDES.replace("SUMS", sql), sums_parameters(dossier, period))
    return {account: (debit, credit) for account, debit, credit in rows}
