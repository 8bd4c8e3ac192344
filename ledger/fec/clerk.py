"""A second process that takes the entries while the first one still reads the file.

The second pass (`books`) waits for the end of the first for three things only: how entries are told
apart, which exercise they belong to, and whether one of them closes the year.  A tidy file answers
as its name and numbers promise.  So a large file has a clerk, who takes the entries from the spill
as it grows, on that promise; when it is not kept, or when the clerk is lost, the second pass is
made as for a small file, and nothing of the clerk's is used.

The clerk is a plain program on pipes, so that daemons may hire one and no connection of theirs is
inherited.  It ends when its input does: with its employer, whatever the cause.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from select import select
from typing import Any, Final

from ledger.fec.accounts import Account
from ledger.fec.artefacts import Artefacts
from ledger.fec.clerk_desk import Begin, Settle
from ledger.fec.exercise import Exercise
from ledger.fec.journals import Journal
from ledger.fec.postings import Posting
from ledger.fec.registers import Registers
from ledger.fec.scratch import Scratch, Spill, read_block, write_block
from ledger.fec.thirds import ThirdParty

WORTH = 4 << 20
"""Bytes of the smallest file that is worth a second process, which takes a tenth of a second."""

_WORTH_TELLING: Final = 1 << 17
_ROOT: Final = Path(__file__).resolve().parents[2]
_PROGRAM: Final = "ledger.fec.clerk_desk"
_PATIENCE: Final = 0.25


class Stopped(Exception):
    """Somebody asked to stop while the clerk was settling."""


class Clerk:
    """One second process and what it was told so far.

    `numbers` is where it writes the numbers of letterings.
    """

    def __init__(
        self,
        exercise: Exercise,
        *,
        takeover: str,
        scratch: Scratch,
        artefacts: Artefacts,
        spill: Spill,
        registers: Registers,
    ) -> None:
        self.exercise = exercise
        self._spill = spill
        self._registers = registers
        self._told = self._postings = self._journals = self._thirds = 0
        self._is_lost = False
        self._process = subprocess.Popen(
            [sys.executable, "-m", _PROGRAM],
            cwd=_ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        folder = scratch.folder / "clerk"
        folder.mkdir()
        self.numbers = folder / "numbers"
        out = artefacts.folder
        self._send(
            Begin(
                str(folder.resolve()), str(spill.path.resolve()), str(out.resolve()) if out else "",
                takeover, exercise.start, exercise.end,
            )
        )  # fmt: skip

    def tell(self, *, whole: bool = False) -> None:
        """Tell what the spill holds more than the last time; `whole`: all of it."""
        size = self._spill.written(whole=whole)
        if size - self._told < (1 if whole else _WORTH_TELLING):
            return
        self._told = size
        registers = self._registers
        postings = registers.postings.all[self._postings :]
        journals = registers.journals.all[self._journals :]
        thirds = registers.thirds.all[self._thirds :]
        self._postings += len(postings)
        self._journals += len(journals)
        self._thirds += len(thirds)
        self._send(
            (
                size,
                list(map(_third_row, thirds)),
                list(map(_journal_row, journals)),
                list(map(_posting_row, postings)),
            )
        )

    def settle(
        self, holes: int, should_stop: Callable[[], bool] | None, meanwhile: Callable[[], None]
    ) -> dict[str, Any] | None:
        """What the clerk found, once all is told; None when it was lost.

        `meanwhile` is called while the clerk is at work.

        Raises:
            Stopped: `should_stop` answered true.
        """
        self.tell(whole=True)
        labels = [one.labels.first for one in self._registers.journals.all]
        self._send(Settle(holes, labels))
        meanwhile()
        output = self._process.stdout
        assert output is not None
        while not select([output], [], [], _PATIENCE)[0]:
            if should_stop is not None and should_stop():
                raise Stopped
        try:
            found: dict[str, Any] | None = read_block(output)
        except (EOFError, ValueError, TypeError):  # cut short
            found = None
        return None if self._is_lost else found

    def dismiss(self) -> None:
        """End the process, whatever it is at."""
        self._process.kill()
        with suppress(OSError):
            self._process.communicate()

    def _send(self, message: tuple[Any, ...]) -> None:
        """A clerk that is gone is not told any more."""
        pipe = self._process.stdin
        assert pipe is not None
        if not self._is_lost:
            try:
                write_block(pipe, tuple(message))
                pipe.flush()
            except OSError:
                self._is_lost = True


def may_hire(size: int) -> bool:
    """True when a file of so many bytes is worth a second process, and a processor is there."""
    if hasattr(os, "sched_getaffinity"):
        processors = len(os.sched_getaffinity(0))
    else:
        processors = os.cpu_count() or 1
    return size >= WORTH and processors > 1


def _posting_row(one: Posting) -> tuple[Any, ...]:
    account: Account = one.account
    third = one.third.no if one.third else 0
    return account.no, account.number, account.line, int(one.kind), third, one.side, one.fields


def _journal_row(one: Journal) -> tuple[Any, ...]:
    return one.code, one.line, one.is_opening


def _third_row(one: ThirdParty) -> tuple[Any, ...]:
    return one.role, one.code, one.is_generic
