"""The watched folder: a bank's tool (EBICS software, a scan, a colleague) drops files into it.

`FIRM_DATA/bank/<dossier>/<account>/`: a file is taken once nobody has written to it for some
seconds, then kept under `pris/`, or under `refusés/` beside a text that says why.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path

from ledger.bank.connections import ConnectionDown, Taken
from ledger.bank.lines import MOST_BYTES

TAKEN, REFUSED = "pris", "refusés"
STILL = 3.0
MOST_FILES = 20


@dataclass(frozen=True)
class WatchedFolder:
    """A folder and its two drawers."""

    path: Path
    still: float = STILL

    def take(self) -> list[Taken]:
        """The files that nobody is writing to any more, oldest first.

        Raises:
            ConnectionDown: the folder cannot be made or read.
        """
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            found = [entry for entry in os.scandir(self.path) if self._is_ready(entry)]
            found.sort(key=lambda entry: entry.stat().st_mtime)
            return [self._taken(entry) for entry in found[:MOST_FILES]]
        except OSError as error:
            raise ConnectionDown(
                f"Le dossier surveillé ne se lit pas ({error.strerror}). Vérifiez ses droits sur "
                "le serveur."
            ) from error

    def _is_ready(self, entry: os.DirEntry[str]) -> bool:
        """A plain file, no link, at rest."""
        if entry.name.startswith(".") or not entry.is_file(follow_symlinks=False):
            return False
        return time.time() - entry.stat(follow_symlinks=False).st_mtime >= self.still

    def _taken(self, entry: os.DirEntry[str]) -> Taken:
        with Path(entry.path).open("rb") as file:
            return Taken(entry.name, file.read(MOST_BYTES + 1), entry.name)

    def settle(self, taken: Taken, *, refused: str = "") -> None:
        """Move the file to its drawer; one of the same name gets a number."""
        drawer = self.path / (REFUSED if refused else TAKEN)
        drawer.mkdir(exist_ok=True)
        source, target = self.path / taken.handle, drawer / taken.handle
        number = 1
        while target.exists():
            number += 1
            name = Path(taken.handle)
            target = drawer / f"{name.stem} ({number}){name.suffix}"
        if source.exists():
            source.rename(target)
        if refused:
            target.with_name(f"{target.name}.txt").write_text(f"{refused}\n", encoding="utf-8")
