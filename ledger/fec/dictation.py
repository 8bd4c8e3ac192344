"""Findings of the second process, taken down in order and written by the first one (`clerk`)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import astuple
from typing import Any

from ledger.fec.accounts import Account, Accounts
from ledger.fec.findings import FindingSink, Severity
from ledger.fec.notes import Note, Notebook, Place

_REFUSED = ""


class Dictation(Notebook):
    """A notebook that keeps the calls: `calls` in order, `beyond` counts what is never listed."""

    def __init__(self) -> None:
        super().__init__(FindingSink())
        self.calls: list[tuple[Any, ...]] = []
        self.beyond: dict[Place, int] = {}
        self._refused: set[int] = set()

    def write(
        self,
        code: str,
        message: str,
        note: Note | None = None,
        *,
        severity: Severity | None = None,
        muted: bool = False,
    ) -> None:
        """Keep a finding as it was said."""
        said = note or Note()
        place = self.place(code, said, severity, muted=muted)
        if self.is_full(place):
            self.count(place)
        else:
            self._written[place] = self._written.get(place, 0) + 1
            self.calls.append((code, message, astuple(said), severity, muted))

    def count(self, place: Place, more: int = 1) -> None:
        """Keep the number of findings at a place that is full."""
        self.beyond[place] = self.beyond.get(place, 0) + more

    def refuse(self, account: Account, line: int) -> None:
        """Keep that an account is none, which only its own register can put into words."""
        if account.no not in self._refused:
            self._refused.add(account.no)
            self.calls.append((_REFUSED, account.no, line))


def replay(
    calls: Iterable[tuple[Any, ...]],
    beyond: Iterable[tuple[Place, int]],
    notes: Notebook,
    accounts: Accounts,
) -> None:
    """Say again what was kept, in the same order."""
    for code, *said in calls:
        if code == _REFUSED:
            number, line = said
            accounts.refuse(accounts.all[number - 1], line)
        else:
            message, fields, severity, muted = said
            notes.write(code, message, Note(*fields), severity=severity, muted=muted)
    for place, count in beyond:
        notes.count(place, count)
