"""The état de rapprochement of a bank account, as a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils import timezone

from clients.models import Dossier
from firm.errors import NotFound
from firm.formats import date_fr
from ledger.forms_reconciliation import ReconciliationForm
from ledger.models import BankAccount
from ledger.queries import reconciliation as queries
from ledger.queries.reconciliation import Reconciliation
from ledger.tables import Column, Row, Table

COLUMNS = (
    Column("Date", "date", 0.9),
    Column("Référence", width=1.6),
    Column("Libellé", width=4),
    Column("Montant", "amount", 1.3),
)


def reconciliation(dossier: Dossier, asked: Mapping[str, Any]) -> Table:
    """From the balance of the books to that of the statement, line by line; it foots.

    Without `banque`, of the first account; empty when the dossier has none.

    Raises:
        NotFound: `banque` names no bank account of the dossier.
    """
    account = _account(str(asked.get("banque", "")))
    if account is None:
        return Table(
            title="État de rapprochement bancaire", subtitle=dossier.name, columns=COLUMNS,
            rows=iter(()), count=0, file_name="rapprochement",
        )  # fmt: skip
    form = ReconciliationForm(asked)
    form.is_valid()
    day = form.cleaned_data.get("au")
    statement = queries.statement_at(account, day)
    if day is None:
        day = statement.until if statement and statement.until else timezone.localdate()
    declared = form.cleaned_data.get("solde")
    if declared is None and statement and statement.until == day:
        declared = statement.closing
    found = queries.reconciliation(dossier, account, day, declared)
    return Table(
        title="État de rapprochement bancaire",
        subtitle=f"{dossier.name} · {account.account.number} {account.name} · au {date_fr(day)}",
        columns=COLUMNS,
        rows=_rows(dossier, account, found),
        count=found.line_count + found.later_count + found.move_count,
        file_name=f"rapprochement-{account.account.number}-{day:%Y%m%d}",
    )


def _account(named: str) -> BankAccount | None:
    """The account that is named by its id, else the first one; None when there is none."""
    rows = BankAccount.objects.select_related("account").order_by("name", "pk")
    wanted = rows.filter(pk=int(named)) if named.isdecimal() and len(named) < 19 else rows.none()
    found: BankAccount | None = (wanted if named else rows).first()
    if named and found is None:
        raise NotFound("Ce compte bancaire n’existe pas dans ce dossier.")
    return found


def _rows(dossier: Dossier, account: BankAccount, found: Reconciliation) -> Iterator[Row]:
    day = found.day
    yield Row([day, "", "Solde comptable", found.books], "total")
    yield Row(["Lignes comptables non pointées, à déduire"], "group")
    for line in queries.book_lines(dossier, account, day, view="ouvertes", most=None):
        yield Row([line.date, line.piece_ref or line.number, line.label, -line.cents])
    yield Row([None, "", "Lignes non pointées", -found.lines], "subtotal")
    yield Row(["Opérations bancaires non comptabilisées, à ajouter"], "group")
    for move in queries.moves(dossier, account, day, most=None):
        yield Row([move.date, move.reference, move.label, move.amount])
    for line in queries.book_lines(dossier, account, day, view="apres", most=None):
        label = f"{line.label} (comptabilisée le {date_fr(line.date)})"
        yield Row([line.cleared_on, line.piece_ref or line.number, label, line.cents])
    yield Row([None, "", "Opérations non comptabilisées", found.moves + found.later], "subtotal")
    yield Row([day, "", "Solde rapproché", found.reconciled], "total")
    if found.declared is not None:
        yield Row([day, "", "Solde du relevé", found.declared], "total")
        yield Row([None, "", "Écart", found.gap], "total")
