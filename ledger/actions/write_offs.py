"""The entry of a small difference that a lettering leaves over (658, 758; 666, 766 for exchange).

It bears the shape `write_off`, by which it goes with its lettering.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from clients.models import Dossier
from firm.errors import BusinessError
from firm.formats import amount, date_fr
from firm.models import User
from ledger.actions.entries import Line, NewEntry, remove_entries, write_entries
from ledger.actions.posting_rows import account_ids, journal_id
from ledger.models import Entry, Journal
from ledger.queries.posting_accounts import Chosen, posting_accounts
from ledger.queries.posting_refusals import Calendar, calendar
from ledger.queries.write_offs import SHAPE

MOST = 1000  # cents: what may be written off at all
_ROLES = {
    (True, False): "write_off_loss", (False, False): "write_off_gain",
    (True, True): "exchange_loss", (False, True): "exchange_gain",
}  # fmt: skip


class NoWriteOffDay(BusinessError):
    """No open day could bear the entry of the difference."""

    code = "no_write_off_day"
    title = "Aucune date ouverte pour l’écart"


@dataclass(frozen=True, slots=True)
class Gap:
    """A difference to write off: signed cents left on the account, a debit being positive."""

    account_id: int
    third_party_id: int | None
    cents: int
    day: dt.date
    about: str = ""
    is_foreign: bool = False

    @property
    def role(self) -> str:
        """What a debit left over is: a loss; a credit: a gain."""
        return _ROLES[self.cents > 0, self.is_foreign]


def write_off(dossier: Dossier, gaps: Sequence[Gap], *, by: User) -> list[int]:
    """Write the entries of some differences, in a constant number of statements; answers their ids.

    The first line of each settles the account.  The caller letters and audits it.

    Raises:
        NoWriteOffDay: the day of a difference is closed or locked, and no later one is open.
    """
    if not gaps:
        return []
    days = calendar(dossier)
    own = posting_accounts(dossier)
    chosen = {role: own.role(role) for role in sorted({gap.role for gap in gaps})}
    ids = account_ids(dossier, chosen.values())
    journal = _journal(dossier)
    wanted = [
        _entry(gap, open_day(days, gap.day), journal, ids[chosen[gap.role].number]) for gap in gaps
    ]
    return write_entries(dossier, wanted, by=by)


def _entry(gap: Gap, day: dt.date, journal: int, other: int) -> NewEntry:
    return NewEntry(
        journal, day,
        [
            Line.of(gap.account_id, -gap.cents, third_party_id=gap.third_party_id),
            Line.of(other, gap.cents),
        ],
        piece_ref="LETTRAGE", piece_date=day, label=f"Écart de règlement {gap.about}".strip()[:200],
        shape=SHAPE,
    )  # fmt: skip


def _journal(dossier: Dossier) -> int:
    """« OD » if the dossier has it, else its journal of miscellaneous entries."""
    found = Journal.objects.filter(dossier=dossier, code__iexact="OD").order_by("id").first()
    return found.id if found else journal_id(dossier, "misc")


def account_of_gap(dossier: Dossier, gap: Gap) -> Chosen:
    """The account on which a difference would be written, in three queries."""
    return posting_accounts(dossier).role(gap.role)


def open_day(days: Calendar, day: dt.date) -> dt.date:
    """The day itself, else the first later one on which entries may be written.

    Raises:
        NoWriteOffDay: there is none.
    """
    starts = [year.start for year in days.years]
    if days.locked_until:
        starts.append(days.locked_until + dt.timedelta(days=1))
    for candidate in [day, *sorted(start for start in starts if start > day)]:
        if days.refusal(candidate) is None:
            return candidate
    raise NoWriteOffDay(
        f"L’écart ne peut pas être passé : ni le {date_fr(day)} ni aucune date suivante n’est dans "
        "un exercice ouvert et hors de la période verrouillée. Ouvrez l’exercice suivant, ou "
        "lettrez en partiel."
    )


def remove_write_offs(
    dossier: Dossier, entries: Iterable[Entry], *, by: User
) -> tuple[int, list[str]]:
    """Take drafts of differences away; those of closed or locked days stay, open again.

    Answers how many went, and the numbers of those that stay.
    """
    held = list(entries)
    if not held:
        return 0, []
    days = calendar(dossier)
    free = [entry.id for entry in held if days.refusal(entry.date) is None]
    stay = [entry.number for entry in held if days.refusal(entry.date) is not None]
    if free:
        remove_entries(dossier.id, free, by=by)
    return len(free), stay


def said(cents: int, account: str) -> str:
    """« écart de 0,02 € passé en 658000 »."""
    return f"écart de {amount(abs(cents))} passé en {account}"
