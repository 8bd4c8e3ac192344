"""Validation: drafts get their number and their link in the chain, and are frozen (PCG 921-3).

It cannot be taken back; what was wrong is corrected by a reversal.  The drafts of one year at a
time, under the year's row: two validations follow one another, numbers and links have no gap.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from typing import Any

from django.db import connection, transaction

from clients.models import Dossier
from firm import audit, job_previews
from firm.errors import BusinessError, NotFound
from firm.formats import date_fr, plural
from firm.models import Job, JobItem, User
from ledger import chain
from ledger.actions.scripts import run_script
from ledger.models import Entry, FiscalYear
from ledger.queries.chain import BLOCK, CONTENT, Head, head_of
from ledger.queries.planner import meet_by

KIND = "ledger.validate"
FEW = 200
Progress = Callable[[int, int], None]

_MARK = """
SELECT md5(concat_ws('|', count(*), sum(debit), sum(entry_id), sum(entry_id % 9973))) FROM v_entries
"""
_COUNTS = """
SELECT j.code, j.label, count(*), count(*) FILTER (WHERE keeps_number), sum(v.debit), min(v.date),
    max(v.date)
FROM v_entries v JOIN ledger_journal j ON j.dossier_id = %(dossier)s AND j.id = v.journal_id
GROUP BY 1, 2 ORDER BY 1
"""
_WARNINGS = """
SELECT count(*) FILTER (WHERE v.date > %(today)s),
    (SELECT count(DISTINCT v.entry_id) FROM v_entries v
     JOIN ledger_entryline l ON l.dossier_id = %(dossier)s AND l.entry_id = v.entry_id
     JOIN ledger_account a ON a.dossier_id = %(dossier)s AND a.id = l.account_id
     WHERE a.number ~ '^47[12]'),
    count(*) FILTER (WHERE v.no_piece)
FROM (SELECT v.*, e.piece_ref = '' AND NOT v.is_opening AS no_piece FROM v_entries v
      JOIN ledger_entry e ON e.dossier_id = %(dossier)s AND e.id = v.entry_id) v
"""
_LINKS = """(SELECT v.entry_id, %(dossier)s AS dossier_id, %(year)s AS fiscal_year_id,
    %(base)s + v.rank AS chain_seq, coalesce(d.documents, '') AS documents
    FROM v_entries v LEFT JOIN v_documents d ON d.entry_id = v.entry_id) v_links"""
_CONTENT = CONTENT.format(links=_LINKS, version=chain.VERSION)
_WRITE = f"""
INSERT INTO ledger_entryseal (dossier_id, entry_id, fiscal_year_id, journal_id, chain_seq,
    journal_no, head, documents, validated_by)
SELECT %(dossier)s, k.entry_id, %(year)s, v.journal_id, k.chain_seq, v.journal_no,
    substring(%(heads)s::bytea FROM ((k.chain_seq - %(low)s) * {chain.SIZE} + 1)::int
        FOR {chain.SIZE}),
    k.documents, %(by)s
FROM {_LINKS} JOIN v_entries v ON v.entry_id = k.entry_id
WHERE k.chain_seq BETWEEN %(low)s AND %(high)s
""".replace(") v_links", ") k")  # noqa: S608 (of constants)


class NothingToValidate(BusinessError):
    """No draft of the year meets the choice."""

    code = "nothing_to_validate"
    title = "Rien à valider"


class YearShut(BusinessError):
    """The year is locked or closed."""

    code = "year_shut"
    title = "Exercice fermé"


class NotAValidation(NotFound):
    """No such job in the dossier."""

    code = "validation_unknown"


@dataclass(frozen=True)
class Choice:
    """Which drafts of a year: up to a day (included), of some journals, or named by id."""

    year: int
    until: dt.date | None = None
    journals: tuple[int, ...] = ()
    ids: tuple[int, ...] = ()

    def as_params(self) -> dict[str, Any]:
        """As a job keeps it."""
        return asdict(self) | {"until": self.until.isoformat() if self.until else None}

    @classmethod
    def of(cls, params: dict[str, Any]) -> Choice:
        """From what a job keeps."""
        until = params.get("until")
        return cls(
            params["year"], dt.date.fromisoformat(until) if until else None,
            tuple(params.get("journals") or ()), tuple(params.get("ids") or ()),
        )  # fmt: skip


def preview_validation(dossier: Dossier, choice: Choice, *, today: dt.date, by: User) -> Job:
    """Count what would be validated and write it down as a job that waits to be confirmed.

    Raises:
        YearShut: the year is not open.
        NothingToValidate: it has no draft that meets the choice.
    """
    with transaction.atomic():
        year = open_year_of(dossier, choice.year, held=False)
        found = foresee(dossier, choice, today=today)
        if not found["entries"]:
            raise NothingToValidate("Aucune écriture en brouillard ne correspond à ce choix.")
        return job_previews.preview(
            KIND, by=by, dossier_id=dossier.id, firm_id=dossier.firm_id,
            params=choice.as_params(), result={"preview": found}, total=found["entries"],
            label=_label(year, choice),
        )  # fmt: skip


def confirm_validation(dossier: Dossier, job: Job, *, by: User) -> None:
    """Have a previewed validation run, if the drafts that it counted are still there alone.

    Raises:
        job_previews.PreviewExpired, PreviewStale, Busy: see there.
    """
    choice = choice_of(dossier, job)

    def now() -> str:
        _pick(dossier, choice)
        return _mark()

    with transaction.atomic():
        job_previews.confirm(job, by=by, mark=now, is_undoable=False)
        audit.record(
            "ledger.validation_confirmed", by=by, dossier_id=dossier.id, job=job.id, total=job.total
        )


def validate_now(dossier: Dossier, choice: Choice, *, by: User) -> dict[str, Any]:
    """Validate a few drafts in the caller's transaction; answers what was validated.

    Raises:
        YearShut, NothingToValidate: as `preview_validation`.
        Busy: a destructive job of the dossier is not over.
    """
    with transaction.atomic():
        _job, result = job_previews.run_at_once(
            KIND, by=by, dossier_id=dossier.id, firm_id=dossier.firm_id, is_undoable=False,
            params=choice.as_params(), label=f"Validation de {plural(len(choice.ids), 'écriture')}",
        )  # fmt: skip
    return result


def validate(
    dossier: Dossier,
    choice: Choice,
    *,
    by: User,
    expected: str = "",
    progress: Progress = lambda _done, _total: None,
) -> dict[str, Any]:
    """Number, link and freeze the drafts chosen, all or none; answers entries, first and last link.

    `expected` is the mark of a preview.

    Raises:
        YearShut, NothingToValidate: as `preview_validation`.
        job_previews.PreviewStale: other drafts than those of the preview are there.
    """
    with transaction.atomic():
        year = open_year_of(dossier, choice.year, held=True)
        _pick(dossier, choice)
        if expected:
            job_previews.refuse_stale(expected, _mark())
        before = head_of(year)
        values = {"dossier": dossier.id, "year": year.id, "by": by.id, "base": before.seq}
        count = run_script("validate", values)["entries"]
        if not count:
            raise NothingToValidate("Aucune écriture en brouillard ne correspond à ce choix.")
        after = _link(values, before, count, progress)
        audit.record(
            "ledger.entries_validated", by=by, dossier_id=dossier.id, year=year.id, entries=count,
            first=before.seq + 1, last=after.seq, head=after.head.hex(),
        )  # fmt: skip
    return {"entries": count, "first": before.seq + 1, "last": after.seq, "head": after.head.hex()}


def _link(values: dict[str, Any], before: Head, count: int, progress: Progress) -> Head:
    """Write the links of the entries picked after the head `before`, block by block."""
    head, end = before.head, before.seq + count
    with connection.cursor() as cursor:
        for low in range(before.seq + 1, end + 1, BLOCK):
            block = {**values, "low": low, "high": min(low + BLOCK - 1, end)}
            cursor.execute(_CONTENT, block)
            heads = b"".join(chain.heads(head, bytes(cursor.fetchone()[0])))
            cursor.execute(_WRITE, {**block, "heads": heads})
            head = heads[-chain.SIZE :]
            progress(block["high"] - before.seq, count)
    return Head(end, head)


def foresee(dossier: Dossier, choice: Choice, *, today: dt.date) -> dict[str, Any]:
    """What a validation would do: entries, cents, journals, and what to look at before."""
    _pick(dossier, choice)
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, {"dossier": dossier.id})
        journals = [
            {"code": code, "label": label, "entries": n, "kept": kept, "debit": int(debit),
             "since": since.isoformat(), "until": until.isoformat()}
            for code, label, n, kept, debit, since, until in cursor.fetchall()
        ]  # fmt: skip
        cursor.execute(_WARNINGS, {"dossier": dossier.id, "today": today})
        future, suspense, no_piece = cursor.fetchone()
    return {
        "journals": journals,
        "entries": sum(row["entries"] for row in journals),
        "kept": sum(row["kept"] for row in journals),
        "debit": sum(row["debit"] for row in journals),
        "future": future, "suspense": suspense, "no_piece": no_piece, "mark": _mark(),
    }  # fmt: skip


def choice_of(dossier: Dossier, job: Job) -> Choice:
    """What a validation of this dossier is about.

    Raises:
        NotAValidation: it is another job, or another dossier's.
    """
    if job.dossier_id != dossier.id or job.kind != KIND:
        raise NotAValidation("Ce travail n’existe pas dans ce dossier.")
    return Choice.of(JobItem.objects.get(dossier_id=dossier.id, job_id=job.pk).params)


def year_of_entries(ids: Iterable[int]) -> int:
    """The one year of these entries.

    Raises:
        NothingToValidate: there is none, or they are of several years.
    """
    found = set(Entry.objects.filter(pk__in=list(ids)).values_list("fiscal_year", flat=True))
    if len(found) != 1:
        raise NothingToValidate("Choisissez des écritures d’un seul exercice.")
    return int(found.pop())


def open_year_of(dossier: Dossier, year_id: int, *, held: bool) -> FiscalYear:
    """An open year of the dossier, its row held until the transaction ends if asked.

    Raises:
        YearShut: it is locked or closed.
        NotFound: the dossier has no such year.
    """
    found = FiscalYear.objects.filter(dossier=dossier, pk=year_id)
    year: FiscalYear | None = (found.select_for_update(no_key=True) if held else found).first()
    if year is None:
        raise NotFound("Cet exercice n’existe pas dans ce dossier.")
    if year.state == FiscalYear.State.CLOSED:
        raise YearShut(f"L’exercice du {date_fr(year.end)} est clos : rien ne s’y valide plus.")
    if year.state == FiscalYear.State.LOCKED:
        raise YearShut(f"L’exercice du {date_fr(year.end)} est verrouillé : déverrouillez-le.")
    return year


def _pick(dossier: Dossier, choice: Choice) -> None:
    meet_by(hashes=not choice.ids)
    run_script("validate_pick", {
        "dossier": dossier.id, "year": choice.year, "until": choice.until,
        "any_journal": not choice.journals, "journals": list(choice.journals),
        "by_ids": bool(choice.ids), "ids": list(choice.ids),
    })  # fmt: skip


def _mark() -> str:
    with connection.cursor() as cursor:
        cursor.execute(_MARK)
        found: str = cursor.fetchone()[0]
    return found


def _label(year: FiscalYear, choice: Choice) -> str:
    until = choice.until or year.end
    return f"Validation jusqu’au {date_fr(until)}"
