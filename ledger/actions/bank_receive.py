"""A bank statement arrives: what it is, whose it is, what it would add."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from clients.models import Dossier
from firm import audit
from firm.errors import BusinessError
from firm.models import User
from ledger.actions.bank_statements import is_of, measure
from ledger.actions.fec_import import clean_name
from ledger.bank import reading, store
from ledger.bank.lines import Statement
from ledger.bank.mapping import Mapping, apply, guess
from ledger.bank.tables import Table, read_table
from ledger.models import BankAccount, BankStatement, BankTransaction, StatementMapping

State = BankStatement.State


class AccountUnknown(BusinessError):
    """No bank account of the dossier is the statement's, or none was chosen among several."""

    code = "bank_account_unknown"
    title = "Compte bancaire à choisir"


class WrongAccount(BusinessError):
    """The statement names another account than the one chosen."""

    code = "wrong_bank_account"
    title = "Relevé d’un autre compte"


class WrongCurrency(BusinessError):
    """The statement is not in euros."""

    code = "statement_not_in_euros"
    title = "Relevé en devise"


def receive_statement(
    dossier: Dossier,
    content: bytes,
    *,
    name: str,
    by: User | None,
    bank_account: BankAccount | None = None,
    source: str = BankTransaction.Source.STATEMENT,
) -> list[BankStatement]:
    """Keep a file and say what it would add: one row a bank account that it tells of.

    The same bytes for the same account give the row that exists already.

    Raises:
        UnreadableStatement, StatementTooLong: the file is none, or too long.
        AccountUnknown: whose statement it is cannot be told.
        WrongAccount: not that of the account chosen.
        WrongCurrency: not in euros.
    """
    form = reading.form_of(content)
    table = read_table(content) if form in reading.TABLES else None
    parts: list[Statement] = [] if table else reading.read(content, form)
    owners = [_owner(part, bank_account) for part in parts] or [bank_account or _only_one()]
    told: list[Statement | None] = [*parts] or [None]
    sha256 = store.keep(dossier.id, content)
    fields = {
        "dossier": dossier, "file_name": clean_name(name), "sha256": sha256, "size": len(content),
        "form": form, "source": source, "created_by": by.id if by else None,
    }  # fmt: skip
    with transaction.atomic():
        return [
            _receive(owner, table, part, fields, by)
            for owner, part in zip(owners, told, strict=True)
        ]


def _receive(
    owner: BankAccount,
    table: Table | None,
    part: Statement | None,
    fields: dict[str, Any],
    by: User | None,
) -> BankStatement:
    BankAccount.objects.select_for_update().get(pk=owner.pk)
    held: BankStatement | None = BankStatement.objects.filter(
        bank_account=owner, sha256=fields["sha256"], state__in=BankStatement.HELD
    ).first()
    if held:
        return held
    row = BankStatement(bank_account=owner, **fields)
    if table is not None:
        mapping, is_known = _remembered(owner, table)
        row.mapping = mapping.as_dict()
        row.state = State.PREVIEWED if is_known else State.TO_MAP
        part = apply(table, mapping) if is_known else None
    if part is not None:
        measure(row, part)
    row.save(force_insert=True)
    audit.record(
        "ledger.statement_received", by=by, dossier_id=row.dossier_id, statement=row.id,
        bank_account=owner.id, sha256=row.sha256,
    )  # fmt: skip
    return row


def _owner(part: Statement, chosen: BankAccount | None) -> BankAccount:
    """The account that a statement is of.

    Raises:
        AccountUnknown, WrongAccount, WrongCurrency
    """
    if part.currency != "EUR":
        raise WrongCurrency(
            f"Ce relevé est en {part.currency}\u00a0: seuls les comptes en euros s’importent."
        )
    if chosen:
        if part.account and chosen.iban and not is_of(chosen, part.account):
            raise WrongAccount(
                f"Ce relevé est celui du compte {part.account}, pas de «\u00a0{chosen.name}\u00a0» "
                f"({chosen.iban}). Choisissez l’autre compte."
            )
        return chosen
    if part.account:
        named = BankAccount.objects.exclude(iban="")
        mine: list[BankAccount] = [row for row in named if is_of(row, part.account)]
        if mine:
            return mine[0]
    return _only_one(part.account)


def _only_one(said: str = "") -> BankAccount:
    """The dossier's bank account, when there is but one and its IBAN says nothing else."""
    accounts = list(BankAccount.objects.filter(is_closed=False)[:2])
    if len(accounts) == 1 and not (said and accounts[0].iban):
        only: BankAccount = accounts[0]
        return only
    if said:
        raise AccountUnknown(
            f"Aucun compte bancaire du dossier ne porte le numéro {said}. Créez-le, ou choisissez "
            "le compte avant de déposer le fichier."
        )
    if not accounts:
        raise AccountUnknown("Créez d’abord le compte bancaire de ce relevé.")
    raise AccountUnknown("Choisissez le compte bancaire avant de déposer ce fichier.")


def _remembered(owner: BankAccount, table: Table) -> tuple[Mapping, bool]:
    """The mapping kept for these headings (of this account first), else the guess."""
    kept = StatementMapping.objects.filter(dossier_id=owner.dossier_id).order_by("-updated_at")
    for row in sorted(kept, key=lambda one: one.bank_account_id != owner.id):
        mapping = Mapping.of(row.mapping)
        if mapping.mark(table) == row.header and not mapping.problem(table):
            return mapping, True
    return guess(table), False
