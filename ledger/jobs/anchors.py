"""Job: send the heads of a firm's chains to its owner.  It has no author."""

from __future__ import annotations

from django.utils import timezone

from firm import jobs
from firm.models import Firm
from ledger.actions import anchors


def work(run: jobs.Run) -> None:
    """Keep and mail the heads that moved, in this one transaction."""
    firm = Firm.objects.get(pk=run.job.firm_id or 0)
    sent = anchors.anchor(firm, anchors.ids_of(run.job), day=timezone.localdate())
    run.result = {"chains": sent}


jobs.register(
    jobs.Kind(anchors.KIND, "Empreintes des écritures", work, needs="", scope=anchors.scope_of)
)
