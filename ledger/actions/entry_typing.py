"""Entries typed by people or sent by programs: resolved, judged cell by cell, then written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction

from clients.actions.locks import PeriodLocked
from clients.models import Dossier
from firm.errors import BusinessError
from firm.models import User
from ledger.actions.entries import Line, NewEntry, NoOpenYear, create_entry
from ledger.actions.entry_changes import change_entry
from ledger.entry_rows import HEAD, Fault, TypedEntry
from ledger.models import Entry, Journal
from ledger.queries.entry_parts import Parts, parts_of

SHAPES = {
    Journal.Nature.PURCHASES: "purchase", Journal.Nature.SALES: "sale", Journal.Nature.BANK: "bank",
}  # fmt: skip


class EntryFaulty(BusinessError):
    """Some cells are to be corrected; `details.faults` name each of them, `errors` as fields do."""

    code = "entry_faulty"
    title = "Écriture à corriger"

    def __init__(self, faults: Sequence[Fault]) -> None:
        told = [{"row": one.row, "cell": one.cell, "message": one.message} for one in faults]
        errors = [
            {"field": one.cell if one.row == HEAD else f"lines.{one.row}.{one.cell}",
             "message": one.message}
            for one in faults
        ]  # fmt: skip
        super().__init__(faults[0].message, faults=told, errors=errors)


def named(entries: Iterable[TypedEntry], dossier: Dossier) -> Parts:
    """What the dossier has of what these entries name, in three queries."""
    every = list(entries)
    lines = [line for entry in every for line in entry.lines]
    return parts_of(
        dossier,
        journals={entry.journal for entry in every},
        accounts={line.account for line in lines},
        thirds={line.third for line in lines},
    )


def resolved(entry: TypedEntry, parts: Parts) -> NewEntry | None:
    """The entry ready to be written, or None once its faults say what nobody knows."""
    journal = parts.journals.get(entry.journal)
    if journal is None:
        entry.fault(HEAD, "journal", _no_journal(entry.journal))
    lines = [_line(entry, at, parts) for at in range(len(entry.lines))]
    if entry.faults or journal is None or entry.date is None:
        return None
    return NewEntry(
        journal.id, entry.date, [line for line in lines if line], piece_ref=entry.piece,
        label=entry.label, shape=SHAPES.get(Journal.Nature(journal.nature), "misc"),
    )  # fmt: skip


def _no_journal(code: str) -> str:
    if not code:
        return "Choisissez le journal."
    return f"Le journal « {code} » n’existe pas dans ce dossier."


def _line(entry: TypedEntry, at: int, parts: Parts) -> Line | None:
    typed = entry.lines[at]
    account, third = parts.accounts.get(typed.account), None
    if account is None and typed.account:
        message = f"Le compte {typed.account} n’existe pas : corrigez-le, ou créez-le."
        entry.fault(at, "account", message)
    if typed.third:
        third = parts.third(typed.third, typed.account)
        if third is None:
            message = f"Le tiers « {typed.third} » n’est pas connu : créez-le d’abord."
            entry.fault(at, "third", message)
    if account is None:
        return None
    return Line(
        account.id, debit=typed.debit or 0, credit=typed.credit or 0, label=typed.label,
        third_party_id=third.id if third else None,
    )  # fmt: skip


def write_typed(
    dossier: Dossier,
    entry: TypedEntry,
    *,
    by: User,
    change: int | None = None,
    version: str = "",
    unletter: bool = False,
) -> Entry:
    """Write what was typed as a new draft, or in the place of the draft `change`.

    Raises:
        EntryFaulty: cells are to be corrected, the date among them when it is closed or locked.
        EntryChanged, EntryNotEditable, EntryLettered: as `change_entry`.
    """
    wanted = resolved(entry, named([entry], dossier))
    if wanted is None:
        raise EntryFaulty(entry.faults)
    try:
        with transaction.atomic():
            if change is not None:
                return change_entry(
                    dossier, change, wanted, version=version, by=by, unletter=unletter
                )
            return _create(dossier, wanted, by)
    except (NoOpenYear, PeriodLocked) as refused:
        raise EntryFaulty([Fault(HEAD, "date", refused.message)]) from refused


def _create(dossier: Dossier, wanted: NewEntry, by: User) -> Entry:
    journal: Any = Journal.objects.get(pk=wanted.journal_id)
    return create_entry(
        dossier=dossier, journal=journal, date=wanted.date, lines=wanted.lines, by=by,
        piece_ref=wanted.piece_ref, label=wanted.label, shape=wanted.shape,
    )  # fmt: skip
