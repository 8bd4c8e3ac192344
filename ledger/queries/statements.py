"""Statements of the bank: lists, what one would add, what to know before it is imported."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

from django.db.models import Count, Exists, OuterRef, Q, Sum

from firm.formats import amount, date_fr
from ledger.bank.lines import Statement
from ledger.bank.planning import Held, Plan, plan
from ledger.models import AutoInvoice, BankAccount, BankStatement, BankTransaction

LONG_GAP = dt.timedelta(days=7)
MANY = 100


def statements_of_dossier(bank_account: int | None = None) -> list[BankStatement]:
    """The latest hundred, latest first, in one query."""
    rows = BankStatement.objects.select_related("bank_account__account").order_by("-id")
    if bank_account:
        rows = rows.filter(bank_account=bank_account)
    return list(rows[:MANY])


def latest_statements(accounts: Sequence[int]) -> dict[int, BankStatement]:
    """The imported statement that ends last of each bank account, in one query."""
    rows = BankStatement.objects.filter(
        bank_account__in=accounts, state=BankStatement.State.IMPORTED
    ).order_by("bank_account", "-until", "-id")
    return {row.bank_account_id: row for row in rows.distinct("bank_account")}


def plan_for(account: BankAccount, statement: Statement) -> Plan:
    """Which lines are new to the account.  Two queries; what a FEC brought is not the bank's."""
    if not statement.lines:
        return Plan()
    days = [line.date for line in statement.lines]
    names = {line.external_id for line in statement.lines} - {""}
    known = BankTransaction.objects.filter(bank_account=account).exclude(source="fec")
    columns = ("date", "amount", "label", "external_id", "repeats")
    near = known.filter(date__gte=min(days), date__lte=max(days)).values_list("id", *columns)
    named = known.filter(external_id__in=names).values_list("id", *columns)
    held = {row[0]: Held(*row[1:]) for rows in (near, named) for row in rows}
    return plan(statement, held.values())


def remarks(account: BankAccount, statement: Statement, planned: Plan) -> list[str]:
    """What a person should know before he imports, in French: sums and gaps that do not hold."""
    said = list(statement.notes)
    opening, closing = statement.opening, statement.closing
    if opening is not None and closing is not None and opening + planned.net != closing:
        missing = closing - opening - planned.net
        said.append(
            f"Les opérations ne mènent pas du solde d’ouverture ({amount(opening)}) au solde de "
            f"clôture ({amount(closing)})\u00a0: il manque {amount(missing)}. Le fichier est "
            "peut-être incomplet."
        )
    return said + _gap(account, statement)


def _gap(account: BankAccount, statement: Statement) -> list[str]:
    """What lies between the statement before and this one."""
    if statement.since is None:
        return []
    before = BankStatement.objects.filter(
        bank_account=account, state=BankStatement.State.IMPORTED, until__lt=statement.until
    )
    previous = before.order_by("-until", "-id").first()
    if previous is None:
        return []
    ends, starts = date_fr(previous.until), date_fr(statement.since)
    if previous.closing is not None and statement.closing is not None:
        later = sum(line.amount for line in statement.lines if line.date > previous.until)
        off = statement.closing - previous.closing - later
        return [
            f"Il manque {amount(off)} d’opérations entre le relevé précédent (solde "
            f"{amount(previous.closing)} au {ends}) et celui-ci\u00a0: importez le relevé de "
            "l’intervalle."
        ] if off else []  # fmt: skip
    if statement.since - previous.until > LONG_GAP:
        return [
            f"Rien entre le {ends}, fin du relevé précédent, et le {starts}\u00a0: vérifiez "
            "qu’il ne manque pas un relevé."
        ]
    return []


class Undoing(NamedTuple):
    """What undoing a statement would remove; `kept_back` are booked, or made
    an auto-invoice, and forbid it."""

    total: int
    money_in: int
    money_out: int
    worked_on: int
    kept_back: int


def undoing(statement: BankStatement) -> Undoing:
    """Counts and sums in cents, in one query."""
    made = Exists(AutoInvoice.objects.filter(transaction=OuterRef("pk")))
    touched = ~Q(booking="to_process") | Q(document__isnull=False)
    found = BankTransaction.objects.filter(statement=statement).aggregate(
        total=Count("id"),
        money_in=Sum("amount", filter=Q(amount__gt=0), default=0),
        money_out=Sum("amount", filter=Q(amount__lt=0), default=0),
        worked_on=Count("id", filter=touched),
        kept_back=Count("id", filter=Q(entry__isnull=False) | Q(booking="booked") | Q(made)),
    )
    return Undoing(**found)
