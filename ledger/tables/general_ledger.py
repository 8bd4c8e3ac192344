"""Grand livre of one account, or of all of them, as a table in flat memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from clients.models import Dossier
from firm.errors import NotFound
from ledger.forms import LedgerForm
from ledger.models import Account, ThirdParty
from ledger.queries.balance_lines import BalanceFilters, balance_lines
from ledger.queries.general_ledger import (
    WITHOUT_THIRD_PARTY,
    LedgerFilters,
    every_line,
    ledger_totals,
)
from ledger.queries.sums import NOTHING, Sums
from ledger.queries.years import years_of
from ledger.tables import Column, Row, Table
from ledger.tables.naming import file_name, searched, subtitle

COLUMNS = (
    Column("Compte", width=1.1),
    Column("Date", "date", 0.9),
    Column("Jal", width=0.5),
    Column("Écriture", width=0.9),
    Column("Tiers", width=1.7),
    Column("Pièce", width=1.1),
    Column("Libellé", width=2.9),
    Column("Débit", "amount", 1.2),
    Column("Crédit", "amount", 1.2),
    Column("Let.", width=0.5),
)


class Shown(NamedTuple):
    """An account whose lines are wanted, and their figures."""

    account_id: int
    number: str
    label: str
    sums: Sums


def general_ledger(dossier: Dossier, asked: Mapping[str, Any]) -> Table:
    """The lines of the account in `compte`, else of every account that the screen lists.

    Raises:
        NotFound: no account has this number.
    """
    form = LedgerForm(asked, years=years_of(dossier))
    filters = form.filters()
    if filters is None:
        return _table(dossier, form, [], None, "")
    if form.read("compte"):
        return _of_account(dossier, form, filters)
    # The search of this screen is for accounts, not for lines.
    lines = balance_lines(dossier, BalanceFilters(filters.period, text=filters.text))
    numbers = [line.account for line in lines if line.sums.lines or line.sums.opening]
    ids = dict(
        Account.objects.filter(dossier=dossier, number__in=numbers).values_list("number", "id")
    )
    shown = [
        Shown(ids[line.account], line.account, line.label, line.sums)
        for line in lines
        if line.account in ids
    ]
    return _table(dossier, form, shown, LedgerFilters(filters.period), searched(filters.text))


def _of_account(dossier: Dossier, form: LedgerForm, filters: LedgerFilters) -> Table:
    number = form.read("compte")
    account = Account.objects.filter(dossier=dossier, number=number).first()
    if account is None:
        raise NotFound(f"Aucun compte ne porte le numéro {number} dans ce dossier.")
    shown = Shown(
        account.id, account.number, account.label, ledger_totals(dossier, account.id, filters)
    )
    facts = (
        _third_party(dossier, filters),
        "lignes non lettrées" if filters.is_open else "",
        searched(filters.text),
    )
    fact = " · ".join(part for part in facts if part)
    return _table(dossier, form, [shown], filters, fact, account.number)


def _third_party(dossier: Dossier, filters: LedgerFilters) -> str:
    if filters.third_party is None:
        return ""
    if filters.third_party == WITHOUT_THIRD_PARTY:
        return "sans tiers"
    third = ThirdParty.objects.filter(dossier=dossier, id=filters.third_party).first()
    return f"tiers {third.label or third.code}" if third else ""


def _table(
    dossier: Dossier, form: LedgerForm, shown: Sequence[Shown], filters: LedgerFilters | None,
    fact: str, *parts: str,
) -> Table:  # fmt: skip
    narrows = bool(filters and filters.narrows)
    sums = sum((account.sums for account in shown), NOTHING)
    label = "Total des lignes retenues" if narrows else "Total"
    return Table(
        title=" ".join(("Grand livre", *parts)),
        subtitle=subtitle(dossier, form.period, fact),
        columns=(*COLUMNS, Column("Cumul" if narrows else "Solde progressif", "balance", 1.3)),
        rows=_rows(dossier, shown, filters) if filters else (),
        totals=_summed(label, sums),
        count=sums.lines,
        file_name=file_name("grand-livre", form.period, *parts),
    )


def _rows(dossier: Dossier, shown: Sequence[Shown], filters: LedgerFilters) -> Iterator[Row]:
    """Account by account: what is brought forward, the lines with their balance, the sum."""
    for account in shown:
        opening, number = account.sums.opening, account.number
        yield Row([f"{number} · {account.label}"], "group")
        if opening:
            label = "Solde à l’ouverture de la période"
            yield Row([number, None, "", "", "", "", label, None, None, "", opening])
        for line in every_line(dossier, account.account_id, filters, opening):
            yield Row([
                number, line.date, line.journal, line.number, line.third_party, line.piece_ref,
                line.label, line.debit or None, line.credit or None, line.lettering, line.balance,
            ])  # fmt: skip
        if len(shown) > 1:
            yield Row(_summed(f"Total {number}", account.sums), "subtotal")


def _summed(label: str, sums: Sums) -> list[Any]:
    return ["", None, "", "", "", "", label, sums.debit, sums.credit, "", sums.closing]
