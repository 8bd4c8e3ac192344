"""FIRM_DATA: the one folder that holds everything an installation owns.

Whoever starts the product owns the folder, and nobody else may look into it: not even the account
that PostgreSQL runs under when root starts it (see `postgres.py`).
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from firm.launcher.console import LaunchError

CHECKOUT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class DataFolder:
    """The places inside FIRM_DATA, all closed to other users of the machine."""

    root: Path

    @classmethod
    def from_environment(cls) -> DataFolder:
        """FIRM_DATA, taken from the current folder when relative; `var/` of the checkout else."""
        return cls(Path(os.environ.get("FIRM_DATA") or CHECKOUT / "var").absolute())

    @property
    def pgdata(self) -> Path:
        """The PostgreSQL cluster."""
        return self.root / "pgdata"

    @property
    def valkey(self) -> Path:
        """The append-only file of Valkey."""
        return self.root / "valkey"

    @property
    def logs(self) -> Path:
        """One file for each process."""
        return self.root / "logs"

    @property
    def pids(self) -> Path:
        """One file for each process that runs, so that a survivor can be found and ended."""
        return self.root / "pids"

    @property
    def sockets(self) -> Path:
        """Links to short folders, where the path of a socket would be too long here."""
        return self.root / "sockets"

    @property
    def is_prepared(self) -> bool:
        """Whether the tables were ever made."""
        return (self.root / "prepared").exists()

    def mark_prepared(self) -> None:
        """Remember that the tables are there."""
        (self.root / "prepared").touch(mode=0o600)

    def make(self) -> None:
        """Create what is missing and close everything to other users.

        Raises:
            LaunchError: the folder belongs to someone else, or cannot be written.
        """
        try:
            self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
            if self.root.stat().st_uid != os.geteuid():  # root, in a person's own folder
                raise PermissionError(errno.EPERM, "it belongs to another user")
            self.root.chmod(0o700)
            for name in ("valkey", "storage", "logs", "pids", "sockets"):
                folder = self.root / name
                folder.mkdir(mode=0o700, exist_ok=True)
                folder.chmod(0o700)
        except OSError as error:
            raise LaunchError(
                f"The data folder {self.root} cannot be used ({error.strerror}). "
                "Start as the user who owns it, or name another folder with FIRM_DATA."
            ) from error

    def secret_key(self) -> str:
        """The installation's SECRET_KEY, made on the first start and readable by its owner only."""
        path = self.root / "secret"
        with contextlib.suppress(FileNotFoundError):
            return path.read_text(encoding="ascii").strip()
        new = path.with_suffix(".new")
        new.unlink(missing_ok=True)
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48) + "\n")
            file.flush()
            os.fsync(file.fileno())
        new.rename(path)
        return self.secret_key()
