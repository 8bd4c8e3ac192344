"""Taking a statement back: its transactions go, unless one is booked."""

from __future__ import annotations

from django.db import transaction

from clients.models import Dossier
from firm import audit, jobs
from firm.errors import BusinessError
from firm.formats import plural
from firm.models import Job, User
from ledger.actions.summaries import refresh_duplicates, refresh_receipts
from ledger.models import BankStatement, BankTransaction
from ledger.queries.statements import undoing

KIND = "ledger.bank_undo"
HANDFUL = 20
State = BankStatement.State


class StatementInUse(BusinessError):
    """A transaction of the statement is booked."""

    code = "statement_in_use"
    title = "Relevé comptabilisé"


class NotImported(BusinessError):
    """The statement has not been imported, or has been taken back."""

    code = "statement_not_imported"
    title = "Relevé non importé"


@transaction.atomic
def undo_statement(dossier: Dossier, row: BankStatement, *, by: User) -> Job | None:
    """Remove what a statement added: at once for a handful, else by a job, which is answered.

    Raises:
        NotImported: there is nothing to take back.
        StatementInUse: a transaction of it is booked.
        jobs.Busy: another destructive job runs on the dossier.
    """
    held = BankStatement.objects.select_for_update().get(pk=row.pk)
    if held.state != State.IMPORTED:
        raise NotImported("Ce relevé n’est pas importé\u00a0: il n’y a rien à annuler.")
    found = undoing(held)
    _refuse_booked(found.kept_back)
    if found.total <= HANDFUL:
        remove(held, by=by)
        return None
    job = jobs.start(
        KIND, by=by, dossier_id=dossier.id, firm_id=dossier.firm_id, total=found.total,
        params={"statement_id": held.id}, label=held.file_name, is_destructive=True,
    )  # fmt: skip
    BankStatement.objects.filter(pk=held.pk).update(state=State.UNDOING, job_id=job.id)
    return job


def _refuse_booked(count: int) -> None:
    if count:
        raise StatementInUse(
            f"{plural(count, 'opération comptabilisée', 'opérations comptabilisées')} depuis "
            "l’import de ce relevé, ou à l’origine d’une auto-facture\u00a0: archivez d’abord, les "
            "écritures partiront avec."
        )


def remove(row: BankStatement, *, by: User) -> int:
    """Delete the transactions of a statement, in the caller's transaction; answers how many.

    Raises:
        StatementInUse: one has been booked in the meantime.
    """
    _refuse_booked(undoing(row).kept_back)
    gone = BankTransaction.objects.filter(dossier_id=row.dossier_id, statement=row)
    count = int(gone._raw_delete(gone.db))
    BankStatement.objects.filter(pk=row.pk).update(state=State.UNDONE)
    audit.record(
        "ledger.statement_undone", by=by, dossier_id=row.dossier_id, statement=row.id,
        removed=count, sha256=row.sha256,
    )  # fmt: skip
    refresh_duplicates(row.dossier_id)
    refresh_receipts(row.dossier_id)
    return count
