"""Automatic lettering: proposed, looked at, ticked, confirmed, run at once, taken back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from clients.models import Dossier
from firm import audit, job_previews, jobs
from firm.errors import BusinessError
from firm.formats import plural
from firm.models import Job, JobItem, User
from ledger.actions.write_offs import MOST
from ledger.matching import Budget, Found, propose
from ledger.models import LetteringProposal
from ledger.queries.lettering_batches import KIND, TABS, UNDO, batch, chosen, fit_mark
from ledger.queries.lettering_items import Party, open_items
from ledger.queries.open_items import lettered_accounts, span_of
from ledger.queries.planner import meet_by

FEW = 200
BLOCK = 5000
_FOUND = """
DROP TABLE IF EXISTS m_found;
CREATE TEMP TABLE m_found (rank int, account bigint, third bigint, reason text, why text,
    doubt bool, abroad bool, entries bigint[], lines int[], debit bigint, credit bigint, day date,
    completes bigint) ON COMMIT DROP
"""
_COPY = "COPY m_found FROM STDIN"
# A lettering has its number before it is made: nothing is written on the proposal then.
_ADD = """
INSERT INTO ledger_letteringproposal (dossier_id, job_id, account_id, third_party_id, reason, why,
    is_ambiguous, is_chosen, is_foreign, entry_ids, line_nos, debit, credit, lettered_on,
    completes_id, lettering_id)
SELECT %(dossier)s, %(job)s, account, third, reason, why, doubt, NOT doubt, abroad, entries, lines,
    debit, credit, day, completes,
    CASE WHEN NOT doubt THEN coalesce(completes, nextval('ledger_lettering_id_seq')) END
FROM m_found ORDER BY rank
"""
_UNFIT = str.maketrans("\\\t\r\n", "    ")


class NothingToLetter(BusinessError):
    """No group was found, or none is kept."""

    code = "nothing_to_letter"
    title = "Rien à lettrer"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to letter: the dossier, an account or a third party; the years; the tolerance in cents.

    `third_party` is 0 for the lines of the account without any.
    """

    account: int | None = None
    third_party: int | None = None
    span: str = ""
    tolerance: int = 0
    label: str = ""

    def as_params(self) -> dict[str, Any]:
        """As the job keeps it."""
        return {
            "account": self.account, "third_party": self.third_party, "span": self.span,
            "tolerance": self.tolerance,
        }  # fmt: skip


@dataclass
class _Counts:
    groups: int = 0
    lines: int = 0
    doubts: int = 0
    write_offs: int = 0
    left: int = 0
    is_short: bool = False

    def add(self, one: Found) -> None:
        """Count a proposal."""
        if one.is_ambiguous:
            self.doubts += 1
            return
        self.groups += 1
        self.write_offs += one.gap != 0
        self.lines += sum(item.lettering is None for item in one.items)
        self.left -= len(one.items)


def preview_letterings(dossier: Dossier, wanted: Wanted, *, by: User) -> Job:
    """Look for what settles what and write the groups down; nothing is lettered until confirmed.

    Raises:
        NothingToLetter: no group was found; `details.ambiguous` says how many cases are in doubt.
        ValueError: the tolerance is above 10 €, or negative.
    """
    if not 0 <= wanted.tolerance <= MOST:
        raise ValueError(wanted.tolerance)
    with transaction.atomic():
        job = job_previews.preview(
            KIND, by=by, dossier_id=dossier.id, firm_id=dossier.firm_id,
            params=wanted.as_params(), result={}, total=0, label=wanted.label,
        )  # fmt: skip
        counts = _Counts()
        found = list(_every(dossier, wanted, counts))  # a COPY lets nothing else be asked
        _write(dossier.id, job.pk, found)
        if not counts.groups and not counts.doubts:
            raise NothingToLetter(
                "Aucun groupe à proposer : aucune ligne ouverte n’en solde une autre, ni par sa"
                " pièce, ni par son montant."
            )
        _keep(dossier.id, job, counts)
    job.refresh_from_db()
    return job


def _every(dossier: Dossier, wanted: Wanted, counts: _Counts) -> Iterator[tuple[Party, Found]]:
    accounts = [wanted.account] if wanted.account else lettered_accounts(dossier)
    span = span_of(dossier, wanted.span)
    budget = Budget()
    for party, items in open_items(dossier, accounts, span, third_party=wanted.third_party):
        counts.left += len(items)
        for one in propose(items, side=party.side, tolerance=wanted.tolerance, budget=budget):
            counts.add(one)
            yield party, one
    counts.is_short = budget.is_short


def _write(dossier_id: int, job_id: int, found: Sequence[tuple[Party, Found]]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_FOUND)
        with cursor.copy(_COPY) as copy:
            for start in range(0, len(found), BLOCK):
                some = enumerate(found[start : start + BLOCK], start)
                copy.write("".join([_row(rank, *one) for rank, one in some]))
        cursor.execute(_ADD, {"dossier": dossier_id, "job": job_id})


def _row(rank: int, party: Party, one: Found) -> str:
    """A line of COPY; texts hold none of its signs."""
    lines = [item for item in one.items if item.lettering is None]
    completes = next((item.lettering for item in one.items if item.lettering), None)
    cells = (
        rank, party.account_id, party.third_party_id or r"\N", one.reason,
        one.why[:200].translate(_UNFIT), one.is_ambiguous,
        any(item.is_foreign for item in one.items),
        "{" + ",".join([str(item.entry) for item in lines]) + "}",
        "{" + ",".join([str(item.line) for item in lines]) + "}",
        sum([item.debit for item in one.items]), sum([item.credit for item in one.items]),
        max([item.date for item in one.items]), completes or r"\N",
    )  # fmt: skip
    return "\t".join(map(str, cells)) + "\n"


def _keep(dossier_id: int, job: Job, counts: _Counts) -> None:
    meet_by(hashes=counts.lines > BLOCK)
    result = {
        "mark": fit_mark(dossier_id, job.pk), "groups": counts.groups, "lines": counts.lines,
        "ambiguous": counts.doubts, "write_offs": counts.write_offs, "left": counts.left,
        "is_short": counts.is_short,
    }  # fmt: skip
    meet_by(hashes=False)
    JobItem.objects.filter(dossier_id=dossier_id, job_id=job.pk).update(result={"preview": result})
    Job.objects.filter(pk=job.pk).update(total=counts.groups)


@transaction.atomic
def choose(
    dossier: Dossier, job: Job, *, by: User, ids: Sequence[int] = (), keep: bool, tab: str = "",
    reason: str = "",
) -> int:  # fmt: skip
    """Keep proposals of a previewed job or leave them out: those named, or with `tab` a whole list.

    Ambiguous ones stay out.  Answers how many changed.

    Raises:
        job_previews.PreviewExpired: the job is no preview any more.
    """
    del by  # ticking is no act on the books: the job that is confirmed writes down who and what
    held = Job.objects.select_for_update().get(pk=job.pk)
    if held.state != Job.State.PREVIEWED:
        raise job_previews.PreviewExpired(
            "Ce lettrage n’attend plus de confirmation : recalculez les propositions."
        )
    rows = LetteringProposal.objects.filter(dossier=dossier, job_id=job.pk, is_ambiguous=False)
    if tab:
        rows = rows.filter(TABS[tab])
        rows = rows.filter(reason=reason) if reason else rows
    else:
        rows = rows.filter(pk__in=list(ids))
    changed = rows.exclude(is_chosen=keep).update(is_chosen=keep)
    Job.objects.filter(pk=job.pk).update(total=chosen(dossier, job.pk).groups)
    return changed


def confirm_letterings(dossier: Dossier, job: Job, *, by: User) -> None:
    """Have the proposals that are kept lettered, if what they stand on is still there.

    Raises:
        NothingToLetter: none is kept.
        job_previews.PreviewExpired, PreviewStale, Busy: see there.
    """
    found = batch(dossier, job.pk)
    count = chosen(dossier, job.pk).groups
    if not count:
        raise NothingToLetter("Aucune proposition n’est retenue : retenez au moins un groupe.")
    with transaction.atomic():
        job_previews.confirm(found.job, by=by, mark=lambda: fit_mark(dossier.id, job.pk))
        audit.record(
            "ledger.lettering_confirmed", by=by, dossier_id=dossier.id, job=job.pk, groups=count
        )


def give_up_letterings(dossier: Dossier, job: Job, *, by: User) -> None:
    """Forget proposals that nobody will confirm."""
    del by  # nothing was done: there is nothing to write down
    waiting = Job.objects.filter(pk=batch(dossier, job.pk).job.pk, state=Job.State.PREVIEWED)
    if waiting.update(state=Job.State.CANCELLED):
        rows = LetteringProposal.objects.filter(dossier=dossier, job_id=job.pk)
        rows._raw_delete(rows.db)


def undo_batch(dossier: Dossier, job: Job, *, by: User) -> Job:
    """Take a done lettering back; answers the job that does so, done already when it is small.

    Raises:
        job_previews.NotUndoable: it is not done, was taken back, or thirty days have passed.
        Busy: a destructive job of the dossier is not over.
    """
    found = batch(dossier, job.pk).job
    job_previews.refuse_undo(found)
    asked: dict[str, Any] = {
        "by": by, "dossier_id": dossier.id, "firm_id": dossier.firm_id, "about": found.pk,
        "label": f"Lettrage automatique n° {found.pk}", "params": {"about": found.pk},
    }  # fmt: skip
    if found.total <= FEW:
        undone, _result = job_previews.run_at_once(UNDO, is_undoable=False, **asked)
        return undone
    return jobs.start(UNDO, is_destructive=True, total=found.total, **asked)


def said(done: dict[str, Any]) -> str:
    """« 1 240 groupes lettrés, 2 600 lignes »."""
    groups = plural(done.get("groups", 0), "groupe lettré", "groupes lettrés")
    return f"{groups}, {plural(done.get('lines', 0), 'ligne')}"
