"""Lettering by hand: lines ticked together, in full, in part or with the difference written off."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from django.db import connection, transaction

from clients.models import Dossier
from firm import audit
from firm.errors import BusinessError, Conflict, NotFound
from firm.formats import amount, date_fr
from firm.models import User
from ledger.actions.entries import hold_books
from ledger.actions.letterings import code_after, codes_of, undo_these
from ledger.actions.settlements import refresh_unlettered, settle
from ledger.actions.write_offs import MOST, Gap, remove_write_offs, write_off
from ledger.models import Entry, EntryLine, Lettering
from ledger.queries.write_offs import write_offs_of

Place = tuple[int, int]  # an entry and its line
Remainder = Literal["", "partial", "write_off"]
_LINES = """
SELECT l.entry_id, l.line_no FROM ledger_entryline l
JOIN unnest(%(entries)s::bigint[], %(lines)s::int[]) AS t (entry, line)
    ON l.entry_id = t.entry AND l.line_no = t.line
WHERE l.dossier_id = %(dossier)s
"""
_WRITE = """
UPDATE ledger_entryline l SET lettering_id = %(lettering)s, lettering_code = %(code)s,
    lettered_on = %(on)s
FROM unnest(%(entries)s::bigint[], %(lines)s::int[]) AS t (entry, line)
WHERE l.dossier_id = %(dossier)s AND l.entry_id = t.entry AND l.line_no = t.line
"""


class LinesUnfit(BusinessError):
    """The lines are not of one account and third party, or are too few."""

    code = "letter_lines_unfit"
    title = "Lignes impossibles à lettrer"


class LinesGone(NotFound):
    """A line is not there any more."""

    code = "letter_lines_gone"


class AlreadyLettered(Conflict):
    """A line was lettered meanwhile; the message names it and its code."""

    code = "already_lettered"
    title = "Ligne déjà lettrée"


class Unbalanced(BusinessError):
    """The lines do not balance; `details.gap` is debit minus credit in cents."""

    code = "letter_unbalanced"
    title = "Lettrage déséquilibré"


class GapTooLarge(BusinessError):
    """The difference is more than may be written off."""

    code = "letter_gap_too_large"
    title = "Écart trop grand"


@dataclass(frozen=True, slots=True)
class Lettered:
    """What was made; `write_off` is the entry of the difference."""

    lettering: Lettering
    lines: int
    write_off: Entry | None = None


@dataclass(frozen=True, slots=True)
class Unlettered:
    """What was undone: the codes, the lines that are open again, the entries that went or stay."""

    codes: list[str]
    places: list[Place]
    write_offs: int = 0
    kept: list[str] | None = None


@transaction.atomic
def letter_lines(
    dossier: Dossier, places: Iterable[Place], *, by: User, remainder: Remainder = ""
) -> Lettered:
    """Letter lines of one account and third party, with those of the partial lettering they join.

    They balance, or `remainder` says what becomes of the difference: left open in a partial
    lettering, its code in lower case, or written off, up to 10 €.

    Raises:
        LinesUnfit, LinesGone: they cannot be lettered together, or are not there.
        AlreadyLettered: one of them is lettered; nothing is changed then.
        Unbalanced: they do not balance and `remainder` is empty.
        GapTooLarge: more than 10 € would be written off.
        NoWriteOffDay, PeriodLocked: the entry of the difference has no day.
    """
    hold_books(dossier.id)
    lines = _held(dossier, set(places))
    joined = _joined(lines)
    if joined:
        lines = _held(dossier, {_place(line) for line in lines} | set(_places_of(joined)))
    gap = sum(line.debit - line.credit for line in lines)
    _refuse_gap(gap, remainder)
    written = _write_off(dossier, lines, gap, by) if gap and remainder == "write_off" else None
    made = _write(dossier, lines, written, joined, is_whole=not gap or written is not None)
    settle(dossier.id, [made.id])
    refresh_unlettered(dossier.id)
    audit.record(
        "ledger.lines_lettered", by=by, dossier_id=dossier.id, lettering=made.id, code=made.code,
        lines=len(lines), debit=made.debit, credit=made.credit,
        write_off=written.id if written else None,
    )  # fmt: skip
    return Lettered(made, len(lines) + bool(written), written)


def _held(dossier: Dossier, places: set[Place]) -> list[EntryLine]:
    """The lines as they stand, fit to be lettered together."""
    if len(places) < 2:
        raise LinesUnfit("Cochez au moins deux lignes, une au débit et une au crédit.")
    values: dict[str, Any] = {"dossier": dossier.id, **_arrays(places)}
    with connection.cursor() as cursor:
        cursor.execute(_LINES, values)
        found = {tuple(row) for row in cursor.fetchall()}
    if found != places:
        raise LinesGone("Une des lignes cochées n’existe plus : actualisez la page.")
    entries = {entry for entry, _line in places}
    rows = EntryLine.objects.filter(dossier=dossier, entry__in=entries).select_related(
        "entry", "lettering"
    )
    lines = [row for row in rows.order_by("date", "entry", "line_no") if _place(row) in places]
    if len({(row.account_id, row.third_party_id) for row in lines}) > 1:
        raise LinesUnfit("Les lignes cochées ne sont pas toutes du même compte et du même tiers.")
    return lines


def _joined(lines: Sequence[EntryLine]) -> Lettering | None:
    """The partial lettering that the lines complete, if one of them belongs to it."""
    partial: dict[int, Lettering] = {}
    for line in lines:
        if line.lettering_id is None:
            continue
        if line.lettering.is_balanced or (partial and line.lettering_id not in partial):
            raise AlreadyLettered(
                f"La ligne du {date_fr(line.date)}, {_named(line)}, est déjà lettrée"
                f" {line.lettering_code or line.lettering.code}. Délettrez-la d’abord, ou"
                " décochez-la ; rien n’a été modifié.",
                entry=line.entry_id, line=line.line_no, lettering=line.lettering_code,
            )  # fmt: skip
        partial[line.lettering_id] = line.lettering
    return next(iter(partial.values()), None)


def _named(line: EntryLine) -> str:
    said = line.entry.piece_ref or line.label or line.entry.number
    return f"«\u00a0{said}\u00a0» de {amount(line.debit or line.credit)}"


def _places_of(lettering: Lettering) -> list[Place]:
    rows = EntryLine.objects.filter(dossier=lettering.dossier_id, lettering=lettering.id)
    return [(entry, line) for entry, line in rows.values_list("entry_id", "line_no")]


def _refuse_gap(gap: int, remainder: Remainder) -> None:
    if not gap or remainder == "partial":
        return
    side = "débit" if gap > 0 else "crédit"
    if not remainder:
        raise Unbalanced(
            f"Les lignes cochées laissent {amount(abs(gap))} au {side}. Lettrez en partiel, ou"
            " cochez ce qui manque.",
            gap=gap,
        )
    if abs(gap) > MOST:
        raise GapTooLarge(
            f"Un écart de {amount(abs(gap))} ne se passe pas en perte ou en profit de règlement :"
            f" la limite est de {amount(MOST)}. Lettrez en partiel.",
            gap=gap,
        )


def _write_off(dossier: Dossier, lines: Sequence[EntryLine], gap: int, by: User) -> Entry:
    first, latest = lines[0], max(line.date for line in lines)
    about = next((line.entry.piece_ref for line in lines if line.entry.piece_ref), "")
    wanted = Gap(
        first.account_id, first.third_party_id, gap, latest, about,
        any(line.currency not in (None, "", "EUR") for line in lines),
    )  # fmt: skip
    (made,) = write_off(dossier, [wanted], by=by)
    entry: Entry = Entry.objects.get(pk=made)
    audit.record(
        "ledger.entry_created", by=by, dossier_id=dossier.id, entry=entry.id, number=entry.number,
        date=entry.date.isoformat(), debit=entry.debit,
    )  # fmt: skip
    return entry


def _write(
    dossier: Dossier,
    lines: Sequence[EntryLine],
    written: Entry | None,
    joined: Lettering | None,
    *,
    is_whole: bool,
) -> Lettering:
    first = lines[0]
    codes = codes_of(dossier.id, first.account_id, first.third_party_id)
    code = code_of(joined.code if joined else "", codes, is_whole=is_whole)
    debit, credit = sum(line.debit for line in lines), sum(line.credit for line in lines)
    places, on = [_place(line) for line in lines], max(line.date for line in lines)
    if written:
        gap = debit - credit
        debit, credit = debit + max(-gap, 0), credit + max(gap, 0)
        places.append((written.id, 1))
        on = max(on, written.date)
    made = joined or Lettering(
        dossier_id=dossier.id, account_id=first.account_id, third_party_id=first.third_party_id
    )
    made.code, made.lettered_on, made.is_balanced = code, on, is_whole
    made.debit, made.credit = debit, credit
    made.save()
    values: dict[str, Any] = {
        "dossier": dossier.id, "lettering": made.id, "code": code, "on": on, **_arrays(places)
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, values)
    return made


def code_of(held: str, codes: Iterable[str], *, is_whole: bool) -> str:
    """The code of a lettering: the one that it bore, if it is free, else the next; by its case."""
    used = set(codes)
    cased = held.upper() if is_whole else held.lower()
    if held and (cased == held or cased not in used):
        return cased
    after = code_after(used)
    return after if is_whole else after.lower()


def _place(line: EntryLine) -> Place:
    return line.entry_id, line.line_no


def _arrays(places: Iterable[Place]) -> dict[str, list[int]]:
    every = sorted(places)
    return {"entries": [one for one, _line in every], "lines": [line for _one, line in every]}


@transaction.atomic
def unletter(dossier: Dossier, lettering_ids: Iterable[int], *, by: User) -> Unlettered:
    """Undo letterings whole; their invoices are open again, the entries of differences go.

    Raises:
        LinesGone: one of them is not there any more; nothing is changed then.
    """
    hold_books(dossier.id)
    wanted = sorted(set(lettering_ids))
    lines = EntryLine.objects.filter(dossier=dossier, lettering__in=wanted)
    rows = list(lines.order_by("entry", "line_no").values_list("entry_id", "line_no", "lettering"))
    if not wanted or {lettering for _entry, _line, lettering in rows} != set(wanted):
        raise LinesGone("Ce lettrage a déjà été défait : actualisez la page.")
    extra = write_offs_of(dossier.id, wanted)
    codes = undo_these(dossier.id, wanted)
    count, kept = remove_write_offs(dossier, extra, by=by)
    gone = {entry.id for entry in extra if entry.number not in kept}
    places = [(entry, line) for entry, line, _lettering in rows if entry not in gone]
    audit.record(
        "ledger.lines_unlettered", by=by, dossier_id=dossier.id, letterings=wanted, codes=codes,
        lines=len(places), write_offs=count,
    )  # fmt: skip
    return Unlettered(codes, places, count, kept)


def letterings_of(dossier: Dossier, places: Iterable[Place]) -> list[int]:
    """The letterings that hold one of these lines, in one query."""
    wanted = set(places)
    rows = EntryLine.objects.filter(
        dossier=dossier, entry__in={entry for entry, _line in wanted}, lettering__isnull=False
    )
    found = rows.values_list("entry_id", "line_no", "lettering")
    return sorted({pk for entry, line, pk in found if (entry, line) in wanted})
