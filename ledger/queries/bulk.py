"""« Actions »: what may be chosen, the jobs that were done, and the rows of each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Count
from django.utils import timezone

from clients.models import Dossier
from firm.errors import NotFound
from firm.models import Job, JobItem, User
from ledger.models import BankAccount, BankTransaction, Invoice, Journal, SealedArchive

OPERATIONS = ("archive", "restore", "delete", "reset")
KIND, UNDO = "ledger.bulk_", "ledger.bulk_undo_"
_LABELS = """
SELECT x.what, coalesce(i.number, bi.number, t.label, bt.label, e.number, be.number, ''),
    coalesce(p.label, ''), x.date, x.amount, x.reason, x.is_drawn, x.is_fec
FROM {rows} x
LEFT JOIN ledger_invoice i ON x.what IN ('i', 'k') AND i.dossier_id = %(dossier)s AND i.id = x.{id}
LEFT JOIN ledger_binnedinvoice bi ON x.what = 'i' AND bi.dossier_id = %(dossier)s AND bi.id = x.{id}
LEFT JOIN ledger_banktransaction t ON x.what = 't' AND t.dossier_id = %(dossier)s AND t.id = x.{id}
LEFT JOIN ledger_binnedbanktransaction bt
    ON x.what = 't' AND bt.dossier_id = %(dossier)s AND bt.id = x.{id}
LEFT JOIN ledger_entry e ON x.what = 'e' AND e.dossier_id = %(dossier)s AND e.id = x.{id}
LEFT JOIN ledger_binnedentry be ON x.what = 'e' AND be.dossier_id = %(dossier)s AND be.id = x.{id}
LEFT JOIN ledger_thirdparty p ON p.dossier_id = %(dossier)s
    AND p.id = coalesce(i.third_party_id, bi.third_party_id, t.third_party_id, bt.third_party_id)
WHERE {which} ORDER BY x.reason NULLS FIRST, x.what, x.date, x.{id} LIMIT %(most)s
"""
WHATS = {"i": "Facture", "k": "Facture émise", "t": "Opération bancaire", "e": "Écriture"}


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a job; `amount` is signed cents, `reason` says why it was left alone."""

    what: str
    label: str
    party: str
    date: dt.date | None
    amount: int
    reason: str
    is_drawn: bool
    is_fec: bool


@dataclass(frozen=True, slots=True)
class Done:
    """One bulk job as the page lists it."""

    job: Job
    operation: str
    item: JobItem
    by: str
    archive: SealedArchive | None
    undone_by: str
    can_undo: bool

    @property
    def counts(self) -> dict[str, Any]:
        """What it did, or would do."""
        found: dict[str, Any] = self.item.result
        return found if "invoices" in found else found.get("preview", {}).get("counts", {})


def choices() -> dict[str, Any]:
    """Sources, bank accounts and journals of the dossier in scope, with how many rows each has."""
    sources = dict(Invoice.objects.values_list("source").annotate(n=Count("id")))
    moves = dict(BankTransaction.objects.values_list("bank_account").annotate(n=Count("id")))
    return {
        "sources": [(key, label, sources.get(key, 0)) for key, label in Invoice.Source.choices],
        "accounts": [
            (row.pk, row.name, moves.get(row.pk, 0)) for row in BankAccount.objects.order_by("name")
        ],
        "journals": [(row.pk, row.code, row.label) for row in Journal.objects.order_by("code")],
    }


def bulk_jobs(dossier: Dossier, *, limit: int = 50) -> list[Done]:
    """The latest bulk jobs of the dossier but for unconfirmed previews, in four queries."""
    kinds = [KIND + name for name in OPERATIONS]
    undo = [UNDO + name for name in OPERATIONS]
    rows = Job.objects.filter(dossier_id=dossier.id, kind__in=kinds)
    rows = rows.exclude(state__in=["previewed", "cancelled", "expired"]).order_by("-id")[:limit]
    return _described(dossier, list(rows), undo)


def bulk_job(dossier: Dossier, job_id: int) -> Done:
    """One bulk job of the dossier.

    Raises:
        NotFound: there is none with this number.
    """
    kinds = [KIND + name for name in OPERATIONS]
    rows = Job.objects.filter(dossier_id=dossier.id, kind__in=kinds, pk=job_id)
    found = _described(dossier, list(rows), [UNDO + name for name in OPERATIONS])
    if not found:
        raise NotFound("Ce travail n’existe pas dans ce dossier.")
    return found[0]


def undo_of(done: Done) -> Job | None:
    """The latest job that takes this one back, if there is one."""
    rows = Job.objects.filter(dossier_id=done.job.dossier_id, kind=UNDO + done.operation)
    return rows.filter(about=done.job.pk).order_by("-id").first()


def _described(dossier: Dossier, rows: list[Job], undo: list[str]) -> list[Done]:
    ids = [row.pk for row in rows]
    items = {
        item.job_id: item for item in JobItem.objects.filter(dossier_id=dossier.id, job_id__in=ids)
    }
    archives = {row.job_id: row for row in SealedArchive.objects.filter(job_id__in=ids)}
    back = Job.objects.filter(dossier_id=dossier.id, kind__in=undo, state="done", about__in=ids)
    undone = {row.about: row.requested_by for row in back}
    people = {row.requested_by for row in rows} | set(undone.values())
    ids_of_people = [person for person in people if person]
    names = {row.pk: str(row) for row in User.objects.filter(pk__in=ids_of_people)}
    now = timezone.now()
    return [
        Done(
            job=row, operation=row.kind.removeprefix(KIND), item=items[row.pk],
            by=names.get(row.requested_by or 0, ""), archive=archives.get(row.pk),
            undone_by=names.get(undone.get(row.pk) or 0, ""),
            can_undo=row.state == "done" and bool(row.undo_until and row.undo_until > now),
        )
        for row in rows
        if row.pk in items
    ]  # fmt: skip


def rows_of_job(
    dossier: Dossier, job: Job, *, skipped: bool = False, most: int | None = None
) -> list[Row]:
    """What a done job did with each row, or those that it left alone; in one query."""
    which = "x.dossier_id = %(dossier)s AND x.job_id = %(job)s"
    if skipped:
        which += " AND x.reason IS NOT NULL"
    statement = _LABELS.format(rows="ledger_jobrow", id="object_id", which=which)
    return list(_rows(statement, {"dossier": dossier.id, "job": job.pk, "most": most}))


def picked_rows(dossier: Dossier, *, skipped: bool = False, most: int | None = None) -> list[Row]:
    """The rows that a preview picked just now (`b_items`), or those that it leaves alone."""
    which = "x.reason IS NOT NULL AND x.reason <> 'fec'" if skipped else "true"
    statement = _LABELS.format(rows="b_items", id="id", which=which)
    return list(_rows(statement, {"dossier": dossier.id, "most": most}))


def _rows(statement: str, values: dict[str, Any]) -> Iterator[Row]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        for what, label, party, day, amount, reason, is_drawn, is_fec in cursor.fetchall():
            yield Row(WHATS[what], label, party, day, int(amount), reason or "", is_drawn, is_fec)
