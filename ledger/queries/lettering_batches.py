"""Automatic letterings: what a job proposes, and the jobs that were done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Count, F, Q, QuerySet, Sum

from clients.models import Dossier
from firm.errors import NotFound
from firm.models import Job, JobItem, User
from ledger.models import Account, Lettering, LetteringProposal, ThirdParty
from ledger.queries.cursors import pack, unpack

KIND, UNDO = "ledger.letter", "ledger.letter_undo"
PAGE = 100
TABS = {"proposes": Q(is_ambiguous=False), "ambigus": Q(is_ambiguous=True)}
_FIT = """
SELECT count(*), coalesce(sum(l.debit), 0)::bigint, coalesce(sum(l.credit), 0)::bigint FROM (
    SELECT unnest(p.entry_ids) AS entry, unnest(p.line_nos) AS line, p.account_id AS account,
        p.third_party_id AS third
    FROM ledger_letteringproposal p
    WHERE p.dossier_id = %(dossier)s AND p.job_id = %(job)s AND NOT p.is_ambiguous) t
JOIN ledger_entryline l ON l.dossier_id = %(dossier)s AND l.entry_id = t.entry
    AND l.line_no = t.line AND l.account_id = t.account
    AND l.third_party_id IS NOT DISTINCT FROM t.third
WHERE l.lettering_id IS NULL
"""
_COMPLETED = """
SELECT count(*), coalesce(sum(g.debit), 0)::bigint, coalesce(sum(g.credit), 0)::bigint
FROM ledger_letteringproposal p
JOIN ledger_lettering g ON g.dossier_id = %(dossier)s AND g.id = p.completes_id
    AND NOT g.is_balanced
WHERE p.dossier_id = %(dossier)s AND p.job_id = %(job)s AND NOT p.is_ambiguous
"""
_LINES = """
SELECT p.id, l.entry_id, l.line_no, l.date, j.code, e.number, e.piece_ref, l.label, l.debit,
    l.credit
FROM (SELECT id, unnest(entry_ids) AS entry, unnest(line_nos) AS line
      FROM ledger_letteringproposal WHERE dossier_id = %(dossier)s AND id = ANY (%(ids)s)) p
JOIN ledger_entryline l ON l.dossier_id = %(dossier)s AND l.entry_id = p.entry
    AND l.line_no = p.line
JOIN ledger_entry e ON e.dossier_id = %(dossier)s AND e.id = l.entry_id
JOIN ledger_journal j ON j.dossier_id = %(dossier)s AND j.id = e.journal_id
ORDER BY p.id, l.date, l.entry_id, l.line_no
"""


class Line(NamedTuple):
    """One line of a proposal; cents."""

    proposal: int
    entry_id: int
    line_no: int
    date: Any
    journal: str
    number: str
    piece_ref: str
    label: str
    debit: int
    credit: int


@dataclass(frozen=True, slots=True)
class Shown:
    """A proposal as the page shows it."""

    row: LetteringProposal
    party: str
    number: str
    lines: list[Line]
    completes: str = ""

    @property
    def gap(self) -> int:
        """What would be written off: debit minus credit, in cents."""
        return self.row.debit - self.row.credit


@dataclass(frozen=True, slots=True)
class Batch:
    """One automatic lettering."""

    job: Job
    item: JobItem
    by: str
    undone_by: str
    undo: Job | None

    @property
    def preview(self) -> dict[str, Any]:
        """What was counted when it was proposed."""
        found: dict[str, Any] = self.item.result.get("preview", {})
        return found

    @property
    def can_undo(self) -> bool:
        """Whether it may be taken back."""
        return self.job.state == Job.State.DONE and not self.is_moving

    @property
    def is_moving(self) -> bool:
        """Whether it, or its undoing, waits or runs."""
        return self.job.state in Job.ACTIVE or bool(self.undo and self.undo.state in Job.ACTIVE)


class Chosen(NamedTuple):
    """Of the proposals that are kept: how many, their debit and credit, and what is written off."""

    groups: int
    debit: int
    credit: int
    gaps: int


def batches(dossier: Dossier, *, limit: int = 20) -> list[Batch]:
    """The latest automatic letterings but for unconfirmed proposals, in four queries."""
    rows = Job.objects.filter(dossier_id=dossier.id, kind=KIND).exclude(
        state__in=["previewed", "cancelled", "expired"]
    )
    return _described(dossier, list(rows.order_by("-id")[:limit]))


def batch(dossier: Dossier, job_id: int) -> Batch:
    """One automatic lettering, in four queries.

    Raises:
        NotFound: there is none with this number.
    """
    rows = Job.objects.filter(dossier_id=dossier.id, kind=KIND, pk=job_id)
    found = _described(dossier, list(rows))
    if not found:
        raise NotFound("Ce lettrage automatique n’existe pas dans ce dossier.")
    return found[0]


def _described(dossier: Dossier, rows: list[Job]) -> list[Batch]:
    ids = [row.pk for row in rows]
    items = {one.job_id: one for one in JobItem.objects.filter(dossier_id=dossier.id,
                                                              job_id__in=ids)}  # fmt: skip
    undoing = Job.objects.filter(dossier_id=dossier.id, kind=UNDO, about__in=ids).order_by("id")
    back = {one.about: one for one in undoing}
    asked = {row.requested_by or 0 for row in (*rows, *back.values())}
    names = dict(User.objects.filter(pk__in=asked).values_list("pk", "name"))
    return [
        Batch(
            row, items[row.pk], names.get(row.requested_by or 0, ""),
            names.get(back[row.pk].requested_by or 0, "")
            if row.pk in back and row.state == Job.State.UNDONE else "",
            back.get(row.pk),
        )
        for row in rows
    ]  # fmt: skip


def proposals(dossier: Dossier, job_id: int, *, tab: str, reason: str) -> QuerySet[Any]:
    """The proposals of a job that a page lists."""
    rows = LetteringProposal.objects.filter(TABS[tab], dossier=dossier, job_id=job_id)
    return rows.filter(reason=reason) if reason else rows


def proposal_page(
    dossier: Dossier, job_id: int, *, tab: str, reason: str, cursor: str
) -> tuple[list[Shown], str]:
    """A page of proposals with their lines, in four queries."""
    about = f"lettrage/{dossier.id}/{job_id}/{tab}/{reason}"
    rows = proposals(dossier, job_id, tab=tab, reason=reason).order_by("id")
    if at := unpack(about, cursor, 1):
        rows = rows.filter(id__gt=int(at[0]))
    found = list(rows[: PAGE + 1])
    shown = found[:PAGE]
    after = pack(about, shown[-1].id) if len(found) > PAGE else ""
    return _shown(dossier, shown), after


def _shown(dossier: Dossier, rows: Sequence[LetteringProposal]) -> list[Shown]:
    with connection.cursor() as cursor:
        cursor.execute(_LINES, {"dossier": dossier.id, "ids": [row.id for row in rows]})
        lines = [Line(*row) for row in cursor.fetchall()]
    of: dict[int, list[Line]] = {}
    for line in lines:
        of.setdefault(line.proposal, []).append(line)
    accounts = Account.objects.in_bulk({row.account_id for row in rows})
    partial = Lettering.objects.in_bulk([row.completes_id for row in rows if row.completes_id])
    thirds = ThirdParty.objects.in_bulk({row.third_party_id for row in rows} - {None})
    return [
        Shown(
            row,
            str(thirds.get(row.third_party_id, "") or accounts[row.account_id].label),
            accounts[row.account_id].number,
            of.get(row.id, []),
            partial[row.completes_id].code if row.completes_id in partial else "",
        )
        for row in rows
        if row.account_id in accounts
    ]


def chosen(dossier: Dossier, job_id: int) -> Chosen:
    """What would be lettered if the job were confirmed now, in one query."""
    found = LetteringProposal.objects.filter(
        dossier=dossier, job_id=job_id, is_ambiguous=False, is_chosen=True
    ).aggregate(
        n=Count("id"), due=Sum("debit", default=0), paid=Sum("credit", default=0),
        gaps=Count("id", filter=~Q(debit=F("credit"))),
    )  # fmt: skip
    return Chosen(found["n"], found["due"], found["paid"], found["gaps"])


def by_reason(dossier: Dossier, job_id: int) -> list[tuple[str, str, int, int]]:
    """Each reason with how many proposals and ambiguous cases it has, in one query."""
    rows = (
        LetteringProposal.objects.filter(dossier=dossier, job_id=job_id)
        .order_by().values("reason")
        .annotate(n=Count("id", filter=Q(is_ambiguous=False)),
                  doubts=Count("id", filter=Q(is_ambiguous=True)))
    )  # fmt: skip
    held = {row["reason"]: (row["n"], row["doubts"]) for row in rows}
    return [
        (value, str(label), *held.get(value, (0, 0)))
        for value, label in LetteringProposal.Reason.choices
    ]


def fit_mark(dossier_id: int, job_id: int) -> str:
    """What the proposals stand on: lines still open and their sums, partial letterings likewise.

    Two queries; the same text as long as nothing of it has changed.
    """
    values = {"dossier": dossier_id, "job": job_id}
    with connection.cursor() as cursor:
        out = []
        for statement in (_FIT, _COMPLETED):
            cursor.execute(statement, values)
            out += [str(value) for value in cursor.fetchone()]
    return ":".join(out)
