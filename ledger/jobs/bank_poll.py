"""Job: ask a bank connection for statements and import them.  It has no author."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from clients.models import Dossier
from firm import jobs, scope
from firm.models import Job
from ledger.actions import bank_links
from ledger.bank.connections import AccessExpired, Adapter, ConnectionDown, Taken
from ledger.models import BankConnection

State = BankConnection.State


def _find(run: jobs.Run) -> tuple[Dossier, BankConnection | None]:
    dossier = Dossier.objects.get(pk=run.job.dossier_id or 0)
    rows = BankConnection.objects.select_related("bank_account__account")
    return dossier, rows.filter(pk=run.params["connection_id"], is_active=True).first()


def prepare(run: jobs.Run) -> None:
    """Fetch, outside any transaction; what went wrong is carried as the state to note."""
    with run.scope():
        dossier, row = _find(run)
    if row is None:
        return
    try:
        adapter = bank_links.adapter_of(dossier, row)
        run.carried = (State.OK, "", adapter, adapter.take())
    except AccessExpired as error:
        run.carried = (State.EXPIRED, str(error), None, [])
    except ConnectionDown as error:
        run.carried = (State.ERROR, str(error), None, [])


def work(run: jobs.Run) -> None:
    """Import what came and note the state, in this one transaction; files are settled after it."""
    dossier, row = _find(run)
    if row is None or run.carried is None:
        return
    state, message, adapter, files = run.carried
    outcome = bank_links.take_in(dossier, row, files)
    bank_links.note_state(dossier, row, state, message)
    run.result = {"files": len(files), "refused": sum(map(bool, outcome.values())), "state": state}
    if adapter:
        transaction.on_commit(lambda: _settle(adapter, files, outcome))


def _settle(adapter: Adapter, files: list[Taken], outcome: dict[str, Any]) -> None:
    for taken in files:
        adapter.settle(taken, refused=outcome[taken.handle or taken.name])


def fail(run: jobs.Run, message: str) -> None:
    """Nothing was imported; it is asked again at its next turn.  A stop by hand is no error."""
    dossier, row = _find(run)
    if row is None:
        return
    is_stopped = run.error_code == "cancelled"
    state, said = (row.state, row.message) if is_stopped else (State.ERROR, message)
    bank_links.note_state(dossier, row, state, said)


def _scope(job: Job) -> scope.Scope:
    only = frozenset({job.dossier_id or 0})
    return scope.Scope(firm=job.firm_id, read=only, write=only)


KIND = jobs.register(
    jobs.Kind(bank_links.KIND, "Relevés bancaires", work, prepare, fail, scope=_scope, pauses=(60,))
)
