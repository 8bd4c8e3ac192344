"""The work of an automatic lettering, and of taking it back: set-based SQL."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db import connection

from clients.models import Dossier
from firm import audit
from firm.job_previews import PreviewStale, refuse_stale
from firm.models import User
from ledger.actions.entries import hold_books, remove_entries
from ledger.actions.lettering_lines import code_of
from ledger.actions.letterings import code_after
from ledger.actions.scripts import run_script
from ledger.actions.settlements import Followed, refresh_unlettered, settle, unsettle
from ledger.actions.write_offs import Gap, write_off
from ledger.models import Entry, Lettering, LetteringProposal
from ledger.queries.lettering_batches import fit_mark
from ledger.queries.planner import meet_by

MANY = 2000
Progress = Callable[[float, str], None]
_CODES = """
SELECT DISTINCT account_id, coalesce(third_party_id, 0), lettering_code FROM ledger_entryline
WHERE dossier_id = %(dossier)s AND account_id = ANY (%(accounts)s) AND lettering_code IS NOT NULL
"""
_UNEVEN = """
SELECT (SELECT count(*) FROM m_lines), (
    SELECT count(*) FROM m_groups g
    JOIN ledger_lettering k ON k.dossier_id = %(dossier)s AND k.id = g.id
    WHERE NOT k.is_balanced)
"""
_REFS = """
SELECT p.id, max(e.piece_ref) FROM (
    SELECT id, unnest(entry_ids) AS entry FROM ledger_letteringproposal
    WHERE dossier_id = %(dossier)s AND id = ANY (%(ids)s)) p
JOIN ledger_entry e ON e.dossier_id = %(dossier)s AND e.id = p.entry GROUP BY 1
"""


def letter_batch(
    dossier: Dossier,
    job_id: int,
    *,
    expected: str,
    by: User,
    progress: Progress = lambda _share, _step: None,
) -> dict[str, Any]:
    """Letter the proposals of a job that are kept, all or none; answers what was done.

    `expected` is the mark that the proposals were confirmed with.

    Raises:
        PreviewStale: a line was lettered, changed or taken away since.
        NoWriteOffDay, PeriodLocked: the entry of a difference has no day.
    """
    hold_books(dossier.id)
    rows = LetteringProposal.objects.filter(
        dossier=dossier, job_id=job_id, is_ambiguous=False, is_chosen=True
    )
    kept = list(rows.order_by("id"))
    lines = sum(len(row.entry_ids) for row in kept)
    meet_by(hashes=lines > MANY)
    progress(0, "Vérification")
    refuse_stale(expected, fit_mark(dossier.id, job_id))
    progress(0.1, "Écarts")
    meet_by(hashes=False)
    written = _write_offs(dossier, kept, by)
    progress(0.2, "Lettrage")
    values = _values(dossier.id, kept, written)
    meet_by(hashes=lines > MANY)
    counts = run_script("letter_run", values)
    _refuse_uneven(dossier.id, counts["lines"])
    progress(0.8, "Factures")
    followed = settle(dossier.id, values["ids"])
    refresh_unlettered(dossier.id)
    result = {
        "groups": len(kept), "lines": lines, "write_offs": len(written),
        "invoices": [
            [one.id, one.state, one.paid_on.isoformat() if one.paid_on else None, one.now]
            for one in followed
        ],
    }  # fmt: skip
    audit.record(
        "ledger.letterings_made", by=by, dossier_id=dossier.id, job=job_id, groups=len(kept),
        lines=lines, write_offs=len(written), invoices=len(followed),
    )  # fmt: skip
    return result


def _write_offs(dossier: Dossier, kept: Sequence[LetteringProposal], by: User) -> dict[int, Entry]:
    """The entry of each difference, by its proposal."""
    uneven = [row for row in kept if row.debit != row.credit]
    if not uneven:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_REFS, {"dossier": dossier.id, "ids": [row.id for row in uneven]})
        refs = dict(cursor.fetchall())
    gaps = [
        Gap(
            row.account_id, row.third_party_id, row.debit - row.credit, row.lettered_on,
            refs.get(row.id, ""), row.is_foreign,
        )
        for row in uneven
    ]  # fmt: skip
    made = write_off(dossier, gaps, by=by)
    entries = Entry.objects.in_bulk(made)
    return {row.id: entries[pk] for row, pk in zip(uneven, made, strict=True)}


def _values(
    dossier_id: int, kept: Sequence[LetteringProposal], written: Mapping[int, Entry]
) -> dict[str, Any]:
    days = [
        max(row.lettered_on, written[row.id].date) if row.id in written else row.lettered_on
        for row in kept
    ]
    return {
        "dossier": dossier_id, "proposals": [row.id for row in kept],
        "ids": [row.lettering_id for row in kept],
        "codes": _codes(dossier_id, kept), "days": days,
        "written": [written[row.id].id if row.id in written else None for row in kept],
    }  # fmt: skip


def _codes(dossier_id: int, kept: Sequence[LetteringProposal]) -> list[str]:
    """The code of each group: the next one of its account and third party."""
    accounts = sorted({row.account_id for row in kept})
    used: dict[tuple[int, int], set[str]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_CODES, {"dossier": dossier_id, "accounts": accounts})
        for account, third, code in cursor.fetchall():
            used.setdefault((account, third), set()).add(code)
    held = Lettering.objects.in_bulk([row.completes_id for row in kept if row.completes_id])
    last: dict[tuple[int, int], str] = {}
    out = []
    for row in kept:
        party = (row.account_id, row.third_party_id or 0)
        codes = used.setdefault(party, set())
        known = held.get(row.completes_id or 0)
        if known:
            code = code_of(known.code, codes, is_whole=True)
        else:
            code = code_after([last[party]]) if party in last else code_after(codes)
        if not known or code != known.code.upper():
            last[party] = code
        codes.add(code)
        out.append(code)
    return out


def _refuse_uneven(dossier_id: int, changed: int) -> None:
    """Every line was open, and every group balances: else nothing at all is done."""
    with connection.cursor() as cursor:
        cursor.execute(_UNEVEN, {"dossier": dossier_id})
        lines, uneven = cursor.fetchone()
    if uneven or changed != lines:
        raise PreviewStale(
            "Une ligne à lettrer a changé entre-temps. Rien n’a été modifié ; recalculez les"
            " propositions, puis confirmez."
        )


def unletter_batch(
    dossier: Dossier,
    job_id: int,
    *,
    done: Mapping[str, Any],
    by: User,
    progress: Progress = lambda _share, _step: None,
) -> dict[str, Any]:
    """Take the letterings of a job back: lines, partial letterings, invoices are what they were.

    Those that somebody undid since are left alone.  The entries of differences go.

    Raises:
        EntryNotRemovable, PeriodLocked: an entry of a difference is validated or its day is closed:
            nothing is taken back then.
    """
    hold_books(dossier.id)
    rows = LetteringProposal.objects.filter(dossier=dossier, job_id=job_id)
    made = rows.filter(is_ambiguous=False, is_chosen=True)
    meet_by(hashes=done.get("lines", 0) > MANY)
    progress(0, "Factures")
    unsettle(dossier.id, [Followed(*one) for one in done.get("invoices", [])])
    progress(0.2, "Lettrages")
    groups = made.count()
    counts = run_script("letter_undo", {"dossier": dossier.id, "job": job_id})
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), array_agg(written) FILTER (WHERE written IS NOT NULL)"
                       " FROM m_groups")  # fmt: skip
        stood, written = cursor.fetchone()
    meet_by(hashes=False)
    if written:
        remove_entries(dossier.id, written, by=by)
    refresh_unlettered(dossier.id)
    result = {
        "groups": stood, "lines": counts["lines"] - len(written or []), "skipped": groups - stood,
        "write_offs": len(written or []),
    }  # fmt: skip
    audit.record("ledger.letterings_undone", by=by, dossier_id=dossier.id, job=job_id, **result)
    return result
