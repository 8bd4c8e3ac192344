"""Job: take a long statement back."""

from __future__ import annotations

from firm import jobs
from ledger.actions import bank_undo
from ledger.models import BankStatement


def work(run: jobs.Run) -> None:
    """Remove its transactions, in this one transaction."""
    row = BankStatement.objects.get(pk=run.params["statement_id"])
    if row.state != BankStatement.State.UNDOING:
        raise jobs.Cancelled
    assert run.by is not None
    run.result = {"removed": bank_undo.remove(row, by=run.by)}


def fail(run: jobs.Run, message: str) -> None:
    """Nothing was removed."""
    BankStatement.objects.filter(
        pk=run.params["statement_id"], state=BankStatement.State.UNDOING
    ).update(state=BankStatement.State.IMPORTED, notes=[message])


KIND = jobs.register(
    jobs.Kind(bank_undo.KIND, "Annulation d’un relevé", work, fail=fail, needs="bank.manage")
)
