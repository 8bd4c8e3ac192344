"""Jobs of the portfolio."""

from __future__ import annotations

from clients import bulk_kinds
from clients.actions import base_imports, bulk_acts
from clients.actions.connection import disconnect
from clients.models import BaseImport, Dossier
from clients.rights import may_in_firm
from firm import jobs
from firm.errors import Forbidden
from firm.models import Membership


def work(run: jobs.Run) -> None:
    """Write the client base of one spreadsheet, in this one transaction."""
    base = BaseImport.objects.select_related("firm").get(pk=int(run.job.idempotency_key))
    if base.state != BaseImport.State.CONFIRMED:
        raise jobs.Cancelled
    assert run.by is not None
    member = Membership.objects.select_related("custom_role").get(firm=base.firm, user=run.by)
    if not may_in_firm(member, "firm.import_base"):
        raise Forbidden("La personne qui a demandé cet import n’en a plus le droit.")
    base_imports.write_base(base, by=run.by, progress=run.progress)


def fail(run: jobs.Run, message: str) -> None:
    """Nothing was written."""
    BaseImport.objects.filter(
        pk=int(run.job.idempotency_key), state=BaseImport.State.CONFIRMED
    ).update(state=BaseImport.State.FAILED, error=message)


KIND = jobs.register(jobs.Kind(base_imports.KIND, "Import de la base clients", work, fail=fail))


def _disconnect(run: jobs.Run, dossier_id: int) -> str:
    assert run.by is not None
    disconnect(Dossier.objects.get(pk=dossier_id), by=run.by)
    return ""


def _lock(run: jobs.Run, dossier_id: int) -> str:
    assert run.by is not None
    run.result = bulk_acts.lock_one(Dossier.objects.get(pk=dossier_id), run.params, by=run.by)
    return "" if run.result else "La restriction est déjà celle-là."


def _unlock(run: jobs.Run, dossier_id: int) -> str:
    assert run.by is not None
    bulk_acts.unlock_one(Dossier.objects.get(pk=dossier_id), run.params, by=run.by)
    return ""


def _assign(run: jobs.Run, dossier_id: int) -> str:
    assert run.by is not None
    run.result = bulk_acts.assign_one(Dossier.objects.get(pk=dossier_id), run.params, by=run.by)
    return "" if run.result else "Cette personne y est déjà affectée."


def _unassign(run: jobs.Run, dossier_id: int) -> str:
    assert run.by is not None
    bulk_acts.unassign_one(Dossier.objects.get(pk=dossier_id), run.params, by=run.by)
    return ""


for _kind in (
    jobs.Kind(bulk_kinds.DISCONNECT, "Déconnexion de plusieurs dossiers", each=_disconnect,
              needs="dossier.disconnect"),
    jobs.Kind(bulk_kinds.LOCK, "Restriction de plusieurs dossiers", each=_lock,
              needs="dossier.lock", undone_by=bulk_kinds.UNLOCK),
    jobs.Kind(bulk_kinds.UNLOCK, "Annulation d’une restriction de plusieurs dossiers",
              each=_unlock, needs="dossier.lock"),
    jobs.Kind(bulk_kinds.ASSIGN, "Affectation à plusieurs dossiers", each=_assign,
              needs="dossier.assign", undone_by=bulk_kinds.UNASSIGN),
    jobs.Kind(bulk_kinds.UNASSIGN, "Annulation d’une affectation à plusieurs dossiers",
              each=_unassign, needs="dossier.assign"),
):  # fmt: skip
    jobs.register(_kind)
