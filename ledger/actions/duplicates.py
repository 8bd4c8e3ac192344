"""Duplicates: finding them, and keeping what people decide about them."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.db.models.functions import Now

from clients.models import Dossier
from firm import audit, jobs
from firm.errors import Conflict
from firm.models import Job, User
from ledger.actions.bulk import archive_items
from ledger.actions.scripts import run_script
from ledger.actions.summaries import refresh_duplicates
from ledger.models import DuplicateFlag

KIND = "ledger.find_duplicates"
State = DuplicateFlag.State


class PairIsSettled(Conflict):
    """Somebody else decided about the pair in the meantime."""

    code = "pair_is_settled"
    title = "Paire déjà tranchée"


@transaction.atomic
def find_duplicates(
    dossier: Dossier,
    *,
    invoices: Iterable[int] = (),
    transactions: Iterable[int] = (),
    by: User | None,
) -> int:
    """Flag what looks like one of these items; answers how many pairs are new or say more.

    Call it in the transaction that made or changed the items, once for all of them: it is set-based
    and reads what could match, 200 000 invoices in some seconds.  A dismissed pair stays dismissed;
    a suspected pair that no longer matches goes.
    """
    found = 0
    for script, ids in (
        ("duplicate_invoices", list(invoices)), ("duplicate_transactions", list(transactions))
    ):  # fmt: skip
        if ids:
            values = {"dossier": dossier.id, "ids": ids}
            found += run_script(script, values)["flagged"]
    refresh_duplicates(dossier.id)
    if found:
        audit.record("ledger.duplicates_found", by=by, dossier_id=dossier.id, pairs=found)
    return found


def start(dossier: Dossier, *, fec_import: int) -> Job:
    """Have the new rows of an import compared, by a job, once this transaction commits."""
    return jobs.start(
        KIND, by=None, dossier_id=dossier.id, firm_id=dossier.firm_id,
        params={"import_id": fec_import}, label="Recherche de doublons",
    )  # fmt: skip


@transaction.atomic
def dismiss(flag: DuplicateFlag, *, by: User) -> None:
    """« Pas un doublon », for ever: the pair is not shown again whatever happens to its items.

    Raises:
        PairIsSettled: it was dismissed already.
    """
    _decide(flag, State.DISMISSED, by=by)
    audit.record("ledger.duplicate_dismissed", by=by, dossier_id=flag.dossier_id, pair=_pair(flag))


@transaction.atomic
def archive_side(dossier: Dossier, flag: DuplicateFlag, *, archived: int, by: User) -> Job:
    """Archive one of the two items for being the other one, which stays; `archived` is its id.

    Its entry, if it was made here, leaves the books with it; the job answered takes it all back.

    Raises:
        PairIsSettled: the pair was dismissed.
        NothingSelected: the item may not be archived at once (it came with a file, it is locked…).
    """
    _decide(flag, State.CONFIRMED, by=by)
    side = "invoices" if flag.kind == DuplicateFlag.Kind.INVOICE else "transactions"
    job = archive_items(dossier, **{side: [archived]}, by=by)
    audit.record(
        "ledger.duplicate_archived", by=by, dossier_id=dossier.id, pair=_pair(flag),
        archived=archived, job=job.pk,
    )  # fmt: skip
    return job


@transaction.atomic
def reconsider(flag: DuplicateFlag, *, by: User) -> None:
    """Take a dismissal back (« Annuler »)."""
    changed = DuplicateFlag.objects.filter(pk=flag.pk, state=State.DISMISSED).update(
        state=State.SUSPECTED, decided_by=None, decided_at=None
    )
    if changed:
        refresh_duplicates(flag.dossier_id)
        audit.record(
            "ledger.duplicate_reconsidered", by=by, dossier_id=flag.dossier_id, pair=_pair(flag)
        )


def _decide(flag: DuplicateFlag, state: str, *, by: User) -> None:
    changed = (
        DuplicateFlag.objects.filter(pk=flag.pk)
        .exclude(state=State.DISMISSED)
        .update(state=state, decided_by=by.id, decided_at=Now())
    )
    if not changed:
        raise PairIsSettled("Cette paire a déjà été écartée : actualisez la page.")
    refresh_duplicates(flag.dossier_id)


def _pair(flag: DuplicateFlag) -> dict[str, object]:
    return {"kind": flag.kind, "first": flag.first_id, "second": flag.second_id}
