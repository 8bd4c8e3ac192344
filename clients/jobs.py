"""Jobs of the portfolio."""

from __future__ import annotations

from clients.actions import base_imports
from clients.models import BaseImport
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
