"""The work of bulk jobs: each is one transaction of set-based SQL, in the caller's.

Rows that go are moved, never destroyed: `take_out` empties the books into the bins, `give_back`
fills them again, to the id.  What is written on must still be what was picked, else all is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.db import IntegrityError, connection
from django.utils import timezone

from clients.models import Dossier
from firm.errors import Conflict
from firm.job_previews import PreviewStale, refuse_stale
from ledger.actions import bulk_links as links
from ledger.actions import bulk_moves as moves
from ledger.actions import search_texts, summaries
from ledger.actions.bulk_pick import Selection, mark, pick, pick_job
from ledger.actions.scripts import run_script
from ledger.actions.sealed import Sealed, rows_digest
from ledger.models import BankTransaction, Entry, Invoice

Values = dict[str, Any]
Progress = Callable[[float, str], None]
FEW = 500
_HOLD_YEARS = """
SELECT 1 FROM ledger_fiscalyear WHERE dossier_id = %(dossier)s ORDER BY id FOR NO KEY UPDATE
"""
_COUNTS = """
SELECT count(*) FILTER (WHERE reason IS NULL AND what IN ('i', 'k')),
    count(*) FILTER (WHERE reason IS NULL AND what = 't'),
    count(*) FILTER (WHERE reason IS NULL AND what = 'e'),
    count(*) FILTER (WHERE reason IS NOT NULL),
    (SELECT count(*) FROM b_entries), (SELECT coalesce(sum(line_count), 0) FROM b_entries)
FROM b_items
"""
_STALE_BINS = """
UPDATE ledger_binnedentry b SET is_deleted = {deleted}, job_id = {job}
WHERE b.dossier_id = %(dossier)s AND b.id = ANY (ARRAY(
    SELECT x.entry_id FROM b_items x WHERE x.reason IS NULL AND {which}))
"""


class UndoBlocked(Conflict):
    """What would come back has no place any more: the books have changed since."""

    code = "undo_blocked"
    title = "Annulation impossible en l’état"


def archive(dossier: Dossier, selection: Selection, job_id: int, *, expected: str, by_id: int,
            progress: Progress) -> Values:  # fmt: skip
    """Archive what was previewed: rows keep their place, their entries go to the bin."""
    values = _picked(dossier, selection, job_id, expected=expected, by_id=by_id)
    progress(0.1, "Archivage des pièces")
    to = {"booking": "'archived'", "entry_id": "NULL", "line_no": "NULL",
          "archived_at": "%(now)s", "archived_by": "%(by)s"}  # fmt: skip
    counts = _counts()
    _same(moves.update_items(values, now="x.entry_id", to=to), counts, "invoices", "transactions")
    take_out(values, counts, progress)
    return _written(dossier, {**values, "set_at": values["now"]}, counts)


def restore(dossier: Dossier, selection: Selection, job_id: int, *, expected: str, by_id: int,
            progress: Progress) -> Values:  # fmt: skip
    """Restore what was archived: what came with a file has its entry again, the rest is to book."""
    values = _picked(dossier, selection, job_id, expected=expected, by_id=by_id)
    counts = _counts()
    give_back(dossier, values, counts, progress)
    to = {"booking": "x.booking_after", "entry_id": "CASE WHEN x.was_binned THEN x.entry_id END",
          "line_no": "x.line_no", "archived_at": "NULL", "archived_by": "NULL"}  # fmt: skip
    _same(moves.update_items(values, now="NULL", to=to), counts, "invoices", "transactions")
    links.mend(values)
    return _written(dossier, {**values, "set_at": None}, counts)


def delete(dossier: Dossier, selection: Selection, job_id: int, *, expected: str, by_id: int,
           progress: Progress, sealed: Sealed) -> Values:  # fmt: skip
    """Delete, or reset: the rows themselves go to the bin, for thirty days.

    Raises:
        PreviewStale: the sealed archive does not hold these very rows.
    """
    values = _picked(dossier, selection, job_id, expected=expected, by_id=by_id)
    refuse_stale(sealed.digest, rows_digest(dossier.id))
    values["is_deleted"] = True
    counts = _counts()
    progress(0.1, "Retrait des pièces")
    for parent in (Invoice, BankTransaction):
        links.cut(parent, values)
    moved = moves.item_rows_out(values)
    to = {"booking": "'to_process'", "entry_id": "NULL", "line_no": "NULL",
          "archived_at": "NULL", "archived_by": "NULL"}  # fmt: skip
    moved += moves.update_items(values, now="x.entry_id", kinds=("k",), to=to)
    _same(moved, counts, "invoices", "transactions")
    moves.run(_STALE_BINS.format(deleted="true", job="%(job)s", which="x.was_binned"), values)
    take_out(values, counts, progress)
    if selection.operation == "reset":
        progress(0.9, "Retrait du plan de comptes et des exercices")
        counts |= {"chart": links.take_chart(values), "imports": links.end_imports(values)}
        search_texts.start(dossier)
    return _written(dossier, {**values, "set_at": values["now"]}, counts)


def take_back(dossier: Dossier, about: int, operation: str, job_id: int, *, by_id: int,
              progress: Progress) -> Values:  # fmt: skip
    """Take a job back; rows that have changed since are left alone and told, never overwritten.

    Raises:
        UndoBlocked: a deletion whose rows have no place any more, or a locked or closed period.
    """
    values = _based(pick_job(dossier, about, back=operation), job_id, by_id)
    counts = _counts()
    if operation == "restore":
        to = {"booking": "'archived'", "entry_id": "NULL", "line_no": "NULL",
              "archived_at": "x.archived_at", "archived_by": "x.archived_by"}  # fmt: skip
        now = "CASE WHEN x.was_away THEN x.entry_id END"
        _same(moves.update_items(values, now=now, to=to), counts, "invoices", "transactions")
        take_out(values, counts, progress)
        return _written(dossier, values, counts, rows=False)
    if operation in {"delete", "reset"}:
        _give_deleted(dossier, values, counts, operation, progress)
        return _written(dossier, values, counts, rows=False)
    give_back(dossier, values, counts, progress)
    to = {"booking": "x.booking_after", "entry_id": "x.entry_id", "line_no": "x.line_no",
          "archived_at": "x.archived_at", "archived_by": "x.archived_by"}  # fmt: skip
    _same(moves.update_items(values, now="NULL", to=to), counts, "invoices", "transactions")
    links.mend(values)
    return _written(dossier, values, counts, rows=False)


def _give_deleted(
    dossier: Dossier, values: Values, counts: Values, operation: str, progress: Progress
) -> None:
    if counts["skipped"]:
        raise UndoBlocked(
            "Une partie de ce qui reviendrait tombe dans une période verrouillée ou un exercice "
            "clos. Levez la restriction, puis recommencez."
        )
    try:
        if operation == "reset":
            links.give_chart(values)
            links.resume_imports(values)
            search_texts.start(dossier)
        moves.run(_STALE_BINS.format(deleted="false", job="b.job_id", which="x.was_away"), values)
        give_back(dossier, values, counts, progress)
        came = moves.item_rows_back(values)
        to = {"booking": "x.booking_after", "entry_id": "x.entry_id", "line_no": "x.line_no",
              "archived_at": "x.archived_at", "archived_by": "x.archived_by"}  # fmt: skip
        came += moves.update_items(values, now="NULL", kinds=("k",), to=to)
        _same(came, counts, "invoices", "transactions")
        links.mend(values)
    except IntegrityError as error:
        raise UndoBlocked(
            "Le dossier a reçu depuis des comptes, des exercices ou des opérations qui prennent la "
            "place de ce qui reviendrait. Annulez d’abord l’import ou les travaux faits depuis."
        ) from error


def take_out(values: Values, counts: Values, progress: Progress) -> None:
    """Move the entries of `b_entries`, their lines and letterings into the bins; sums follow."""
    moves.run(_HOLD_YEARS, values)
    progress(0.2, "Retrait des écritures")
    values.setdefault("is_deleted", False)
    done = run_script("bulk_take", values)
    links.cut(Entry, values)
    moved = moves.entry_rows_out(values)
    progress(0.7, "Retrait des écritures")
    _same(moved["lines"], counts, "lines")
    _same(moves.entries_out(values), counts, "entries")
    run_script("sums_out", values)
    counts |= {"letterings": moved["letterings"], **done}


def give_back(dossier: Dossier, values: Values, counts: Values, progress: Progress) -> None:
    """Move the entries of `b_entries` back, letter again what is whole; sums follow."""
    run_script("bulk_hold", values)
    moves.run(_HOLD_YEARS, values)
    progress(0.1, "Retour des écritures")
    run_script("bulk_give", values)
    _same(moves.entries_back(values), counts, "entries")
    letterings = moves.letterings_back(values)
    _same(moves.lines_back(values), counts, "lines")
    progress(0.7, "Retour des écritures")
    counts |= {"letterings": letterings, **run_script("bulk_letter", values)}
    run_script("bulk_sums_in", values)
    search_texts.entries_came_back(dossier, few=FEW)


def _picked(
    dossier: Dossier, selection: Selection, job_id: int, *, expected: str, by_id: int
) -> Values:
    """Pick, and refuse if it is not what the preview counted.

    Raises:
        PreviewStale: something has changed since.
    """
    values = _based(pick(dossier, selection), job_id, by_id)
    refuse_stale(expected, mark())
    return values


def _based(values: Values, job_id: int, by_id: int) -> Values:
    return {**values, "job": job_id, "by": by_id, "now": timezone.now()}


def _counts() -> Values:
    names = ("invoices", "transactions", "alone", "skipped", "entries", "lines")
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS)
        return {name: int(n) for name, n in zip(names, cursor.fetchone(), strict=True)}


def _same(done: int, counts: Mapping[str, Any], *names: str) -> None:
    """What was written is what was picked: a row changed in between stops it all.

    Raises:
        PreviewStale: it is not.
    """
    if done != sum(counts[name] for name in names):
        raise PreviewStale(
            "Des éléments ont changé pendant le travail. Rien n’a été modifié ; recalculez "
            "l’aperçu, puis confirmez."
        )


def _written(dossier: Dossier, values: Values, counts: Values, *, rows: bool = True) -> Values:
    if rows:
        run_script("bulk_rows", values)
    summaries.refresh_stats(dossier.id)
    return counts
