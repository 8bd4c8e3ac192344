"""The life of a bank statement once received: choose the columns, import, put aside."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction
from django.db.models.functions import Now
from stdnum import iban

from clients.models import Dossier
from firm import audit
from firm.errors import BusinessError, Conflict
from firm.formats import plural
from firm.models import User
from ledger.actions.arrivals import look_at_transactions
from ledger.actions.bank_rules import propose
from ledger.bank import reading, store
from ledger.bank.lines import Line, Statement, UnreadableStatement
from ledger.bank.mapping import Mapping, apply
from ledger.bank.planning import KNOWN, REPEATED, Plan
from ledger.bank.tables import read_table
from ledger.models import BankAccount, BankStatement, BankTransaction, StatementMapping
from ledger.queries.statements import plan_for, remarks

State = BankStatement.State

_INSERT = """
INSERT INTO ledger_banktransaction (dossier_id, bank_account_id, statement_id, source, booking,
    date, value_date, amount, label, reference, external_id, repeats, is_pre_takeover)
SELECT %(dossier)s, %(account)s, %(statement)s, %(source)s, 'to_process', date, value_date, amount,
    label, reference, external_id, repeats, coalesce(date < %(takeover)s::date, false)
FROM unnest(%(date)s::date[], %(value_date)s::date[], %(amount)s::bigint[], %(label)s::text[],
    %(reference)s::text[], %(external_id)s::text[], %(repeats)s::int[])
    WITH ORDINALITY AS line (date, value_date, amount, label, reference, external_id, repeats, rank)
ORDER BY rank"""


class StatementFaulty(BusinessError):
    """A line cannot be read: nothing is imported.  `errors` name the lines."""

    code = "statement_faulty"
    title = "Relevé à corriger"


class StatementDecided(Conflict):
    """It was imported or put aside in the meantime."""

    code = "statement_decided"
    title = "Relevé déjà traité"


class MappingIncomplete(BusinessError):
    """A column is missing from the mapping."""

    code = "mapping_incomplete"
    title = "Colonnes à choisir"


def is_of(account: BankAccount, said: str) -> bool:
    """Whether an IBAN is the one that a file names, whole or without its keys."""
    return bool(account.iban) and (said == account.iban or account.iban[4:].startswith(said))


def parsed(row: BankStatement) -> Statement:
    """What the kept file says of the account, read with the mapping noted.

    Raises:
        UnreadableStatement: the account is not in it any more.
    """
    content = store.content_of(row.dossier_id, row.sha256)
    if row.form in reading.TABLES:
        return apply(read_table(content), Mapping.of(row.mapping))
    parts = reading.read(content, row.form)
    mine = [part for part in parts if len(parts) == 1 or is_of(row.bank_account, part.account)]
    if not mine:
        raise UnreadableStatement("Ce fichier ne contient plus le relevé de ce compte.")
    return mine[0]


def measure(row: BankStatement, part: Statement) -> Plan:
    """Note on the row, unsaved, what the file would do now; answers the plan."""
    planned = plan_for(row.bank_account, part)
    row.since, row.until = part.since, part.until
    row.opening, row.closing = part.opening, part.closing
    row.line_count, row.added_count = len(part.lines), len(planned.fresh)
    row.known_count, row.repeated_count = planned.count(KNOWN), planned.count(REPEATED)
    row.notes = remarks(row.bank_account, part, planned)
    return planned


@transaction.atomic
def map_columns(row: BankStatement, *, mapping: Mapping, by: User) -> None:
    """Choose the columns; they are remembered for the account and proposed by the headings.

    Raises:
        MappingIncomplete: a column is missing.
        StatementDecided: it has been imported or put aside.
    """
    row = _waiting(row)
    table = read_table(store.content_of(row.dossier_id, row.sha256))
    if problem := mapping.problem(table):
        raise MappingIncomplete(problem)
    StatementMapping.objects.update_or_create(
        dossier_id=row.dossier_id, bank_account=row.bank_account, header=mapping.mark(table),
        defaults={"mapping": mapping.as_dict(), "updated_at": Now()},
    )  # fmt: skip
    row.mapping, row.state = mapping.as_dict(), State.PREVIEWED
    measure(row, apply(table, mapping))
    row.save()
    audit.record(
        "ledger.statement_mapped", by=by, dossier_id=row.dossier_id, statement=row.id,
        mapping=row.mapping,
    )  # fmt: skip


def _waiting(row: BankStatement) -> BankStatement:
    """The row itself, kept for this transaction, while it may still be decided."""
    current: BankStatement = (
        BankStatement.objects.select_for_update(of=("self",))
        .select_related("bank_account")
        .get(pk=row.pk)
    )
    if current.state not in (State.TO_MAP, State.PREVIEWED):
        raise StatementDecided("Ce relevé a déjà été importé ou écarté.")
    return current


@transaction.atomic
def import_statement(dossier: Dossier, row: BankStatement, *, by: User | None) -> BankStatement:
    """Write the new lines of a statement, all of them or nothing, and let the rules propose.

    Raises:
        StatementDecided: it has been imported or put aside.
        MappingIncomplete: its columns have not been chosen.
        StatementFaulty: a line cannot be read.
    """
    row = _waiting(row)
    if row.state == State.TO_MAP:
        raise MappingIncomplete("Choisissez d’abord les colonnes de ce fichier.")
    BankAccount.objects.select_for_update().get(pk=row.bank_account_id)
    part = parsed(row)
    if part.faults:
        unread = plural(len(part.faults), "ligne illisible", "lignes illisibles")
        first = part.faults[0]
        raise StatementFaulty(
            f"{unread}\u00a0: rien n’a été importé. Ligne {first.line}\u00a0: {first.message}.",
            errors=[{"line": fault.line, "message": fault.message} for fault in part.faults],
        )
    planned = measure(row, part)
    _insert(dossier, row, planned.fresh)
    if not row.bank_account.iban and iban.is_valid(part.account):
        BankAccount.objects.filter(pk=row.bank_account_id).update(iban=part.account)
    BankStatement.objects.filter(pk=row.pk).update(
        state=State.IMPORTED, imported_at=Now(), since=row.since, until=row.until,
        line_count=row.line_count, added_count=row.added_count, known_count=row.known_count,
        repeated_count=row.repeated_count, notes=row.notes,
    )  # fmt: skip
    propose(dossier, statement=row)
    audit.record(
        "ledger.statement_imported", by=by, dossier_id=dossier.id, statement=row.id,
        added=row.added_count, known=row.known_count, repeated=row.repeated_count,
    )  # fmt: skip
    added = BankTransaction.objects.filter(statement=row).values_list("id", flat=True)
    look_at_transactions(dossier, list(added), by=by)
    row.state = State.IMPORTED
    return row


def _insert(dossier: Dossier, row: BankStatement, fresh: Sequence[tuple[Line, int]]) -> None:
    """Write the new lines in one statement: through the models it costs ten times as much."""
    values: dict[str, Any] = {
        "dossier": dossier.id, "account": row.bank_account_id, "statement": row.id,
        "source": row.source, "takeover": dossier.takeover_date,
    }  # fmt: skip
    for name in ("date", "value_date", "amount", "label", "reference", "external_id"):
        values[name] = [getattr(line, name) for line, _repeats in fresh]
    values["repeats"] = [repeats for _line, repeats in fresh]
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, values)


@transaction.atomic
def drop_statement(row: BankStatement, *, by: User) -> None:
    """Put a file aside; its bytes stay.

    Raises:
        StatementDecided: it has been imported or put aside.
    """
    row = _waiting(row)
    BankStatement.objects.filter(pk=row.pk).update(state=State.DROPPED)
    audit.record("ledger.statement_dropped", by=by, dossier_id=row.dossier_id, statement=row.id)
