"""The PostgreSQL cluster on disk: how it is made, tuned and closed.

The configuration files are written anew at each start, so that a new version of the product brings
its own; what an administrator wants otherwise belongs on a server of his own (DATABASE_URL).
"""

from __future__ import annotations

import contextlib
import locale
import os
import pwd
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from firm.launcher.console import LaunchError, say
from firm.launcher.engine_account import EngineAccount
from firm.launcher.machine_memory import share, usable_memory
from firm.launcher.processes import start_time, working_in

SUPERUSER = "postgres"
SOCKET = ".s.PGSQL.5432"
CLEAN_ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}

_SETTINGS = """\
# Written at each start. Sized for two cores and this machine's memory.
listen_addresses = ''
unix_socket_permissions = 0700
max_connections = 100
shared_buffers = {buffers}MB
wal_buffers = {wal_buffers}MB
work_mem = 32MB
temp_buffers = {temp_buffers}MB
maintenance_work_mem = 256MB
wal_level = replica
max_wal_size = 4GB
checkpoint_timeout = 15min
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
lc_messages = 'C'
log_line_prefix = '%m [%p] %q%u@%d '
"""
_DURABLE = "fsync = on\nsynchronous_commit = on\nfull_page_writes = on\n"
_THROW_AWAY = "fsync = off\nsynchronous_commit = off\nfull_page_writes = off\n"


def check_version(pgdata: Path, install: Path) -> None:
    """Refuse a cluster that another major version made: it would not be read.

    Raises:
        LaunchError: with the way out.
    """
    made_by = (pgdata / "PG_VERSION").read_text(encoding="ascii").strip()
    answer = subprocess.run(
        [install / "bin" / "postgres", "--version"], capture_output=True, text=True, check=True
    )
    ours = answer.stdout.split()[-1].partition(".")[0]
    if made_by != ours:
        raise LaunchError(
            f"The data in {pgdata} was made by PostgreSQL {made_by}, and this version of the "
            f"product carries PostgreSQL {ours}, which cannot read it. Nothing was changed. Go "
            "back to the former version, run ./run manage backup FILE, move the data folder away, "
            "and run ./run manage restore FILE with this version."
        )


def create(pgdata: Path, install: Path, account: EngineAccount, *, durable: bool) -> None:
    """Make an empty cluster that appears complete or not at all.

    Text is sorted and folded by PostgreSQL's own C.UTF-8: the same on every system.

    Raises:
        LaunchError: initdb failed; its own words are in the text.
    """
    say("Creating the database")
    unfinished = pgdata.with_name(pgdata.name + ".new")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700)
    account.own(unfinished)
    command = [
        str(install / "bin" / "initdb"),
        f"--pgdata={account.way_to(unfinished)}",
        f"--username={SUPERUSER}",
        "--encoding=UTF8",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        "--locale=C",
        f"--lc-ctype={_utf8_ctype()}",
        "--auth-local=peer",
        "--auth-host=reject",
        "--no-instructions",
        *([] if durable else ["--no-sync"]),
    ]
    answer = subprocess.run(
        command,
        cwd=unfinished,
        env=CLEAN_ENVIRONMENT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        user=account.uid if account.drops_root else None,
        group=account.gid if account.drops_root else None,
        extra_groups=[] if account.drops_root else None,
    )
    if answer.returncode:
        raise LaunchError(f"PostgreSQL could not create its data folder.\n{answer.stderr.strip()}")
    unfinished.rename(pgdata)


def _utf8_ctype() -> str:
    """The system's word for UTF-8 letters, which trigrams and text search go by."""
    before = locale.setlocale(locale.LC_CTYPE)
    for name in ("C.UTF-8", "en_US.UTF-8", "UTF-8"):
        try:
            locale.setlocale(locale.LC_CTYPE, name)
        except locale.Error:
            continue
        locale.setlocale(locale.LC_CTYPE, before)
        return name
    return "C"


def configure(
    pgdata: Path, account: EngineAccount, *, roles: Iterable[str], sockets: str, durable: bool
) -> None:
    """Write the settings and who may come in: three accounts of this machine, by socket only.

    The server asks the kernel which account is calling (`peer`): no password, nothing on the
    network, nobody else.
    """
    callers = sorted({"root", account.name, pwd.getpwuid(os.geteuid()).pw_name})
    files = {
        "postgresql.conf": f"{settings()}{_DURABLE if durable else _THROW_AWAY}"
        f"unix_socket_directories = '{sockets}'\n",
        "postgresql.auto.conf": "",
        "pg_hba.conf": "local all all peer map=firm\n",
        "pg_ident.conf": "".join(
            f'firm "{caller}" {role}\n' for caller in callers for role in (SUPERUSER, *roles)
        ),
    }
    for name, text in files.items():
        path = pgdata / name
        path.write_text(text, encoding="utf-8")
        path.chmod(0o600)
        account.own(path)


def settings() -> str:
    """The settings for this machine: an eighth of its memory for pages, a sixteenth of that for the
    log not yet written.

    What does not fit makes a large import write its pages twice, and wait for its log.
    """
    buffers = share(8, of=usable_memory(), least=128, most=1024)
    return _SETTINGS.format(buffers=buffers, wal_buffers=buffers // 16, temp_buffers=buffers // 4)


def forget_dead_server(pgdata: Path) -> None:
    """Clear away what a server killed with -9 left, so that its number frightens nobody.

    The caller holds the data folder's lock and has ended every survivor.  PostgreSQL itself sees
    through a dead number, but neither through one that is dead and not yet buried, nor through one
    given again to a process of the same account, as happens when a container starts again.
    """
    lock = pgdata / "postmaster.pid"
    workers = working_in(pgdata)
    with contextlib.suppress(FileNotFoundError, ValueError, IndexError):  # or cut short
        server = int(lock.read_text(encoding="utf-8").splitlines()[0])
        if server in workers or (sys.platform != "linux" and start_time(server)):
            return  # someone started it by hand: let PostgreSQL refuse
    for orphan in workers:  # a statement under way, which nobody will ever commit
        with contextlib.suppress(ProcessLookupError):
            os.kill(orphan, signal.SIGKILL)
    for left in (lock, pgdata / SOCKET, pgdata / f"{SOCKET}.lock"):
        left.unlink(missing_ok=True)
