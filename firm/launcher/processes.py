"""Start a process that cannot outlive the launcher, and end it.

On Linux the kernel signals each child when the launcher dies, even by kill -9.  For the rest
(children's children, a child that does not listen, other systems) `pids/` remembers who was
started: the caretaker ends what is left, and so does the next start, after checking that a number
still names the same process.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from firm.launcher.console import LaunchError
from firm.launcher.data_folder import DataFolder

_PR_SET_PDEATHSIG = 1
_LOG_LIMIT = 10 * 1024 * 1024  # bytes; a larger log is set aside at the next start
_prctl = ctypes.CDLL(None).prctl if sys.platform == "linux" else None


@dataclass(frozen=True, slots=True)
class Program:
    """A process to be run, and how it likes to be ended."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    folder: Path
    user: int | None = None
    group: int | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    """Asks it to end in order."""
    orphan_signal: signal.Signals = signal.SIGTERM
    """Sent by the kernel when the launcher is gone."""


class Child:
    """One run of a program, leader of its own process group."""

    def __init__(self, program: Program, data: DataFolder) -> None:
        self.program = program
        self.log = data.logs / f"{program.name}.log"
        self._pid_file = data.pids / program.name
        _set_aside(self.log)
        with self.log.open("ab") as log:
            self._log_start = log.tell()
            self._process = subprocess.Popen(
                program.command,
                cwd=program.folder,
                env=program.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                user=program.user,
                group=program.group,
                extra_groups=[] if program.user is not None else None,
                process_group=0,
                umask=0o077,
                # Safe: the launcher starts no thread before its children.
                preexec_fn=tie_to_launcher(program.orphan_signal),  # noqa: PLW1509
            )
        self.pid = self._process.pid
        self._remember()

    def _remember(self) -> None:
        line = f"{self.pid} {int(self.program.stop_signal)} {start_time(self.pid)}\n"
        self._pid_file.write_text(line, encoding="ascii")

    @property
    def exit_code(self) -> int | None:
        """None while it runs."""
        return self._process.poll()

    def last_lines(self, count: int = 15) -> str:
        """The end of what this run wrote to its log."""
        with self.log.open("rb") as log:
            log.seek(0, os.SEEK_END)
            log.seek(max(self._log_start, log.tell() - 20_000))
            lines = log.read().decode("utf-8", "replace").splitlines()
        return "\n".join(lines[-count:])

    def ask_to_stop(self) -> None:
        """Ask it to end in order; returns at once."""
        if self.exit_code is None:
            self._process.send_signal(self.program.stop_signal)

    def stop(self, *, patience: float) -> None:
        """End it: kindly for `patience` seconds, then at once, and its whole group with it."""
        self.ask_to_stop()
        try:
            self._process.wait(timeout=max(patience, 0))
        except subprocess.TimeoutExpired:
            _kill_group(self.pid)
            self._process.wait()
        _kill_group(self.pid)
        self._pid_file.unlink(missing_ok=True)


def tie_to_launcher(orphan_signal: signal.Signals) -> Callable[[], None]:
    """What a child does before it becomes its program (`preexec_fn`)."""
    launcher = os.getpid()

    def tie() -> None:  # runs in the child, after it has changed its user: changing would untie it
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        signal.signal(signal.SIGHUP, signal.SIG_DFL)
        if _prctl is not None:
            _prctl(_PR_SET_PDEATHSIG, int(orphan_signal), 0, 0, 0)
            if os.getppid() != launcher:  # it died before the line above
                os._exit(1)

    return tie


def _set_aside(log: Path) -> None:
    if log.exists() and log.stat().st_size > _LOG_LIMIT:
        log.replace(log.with_suffix(".log.1"))


def _kill_group(leader: int) -> None:
    try:
        os.killpg(leader, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):  # gone, or macOS's word for a zombie
        return


def start_time(pid: int) -> str | None:
    """When the process started, in the system's own terms; None when there is no such process."""
    if sys.platform != "linux":
        command = ["/bin/ps", "-o", "lstart=", "-p", str(pid)]
        answer = subprocess.run(command, capture_output=True, text=True, check=False)
        return answer.stdout.strip() or None
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    state, *fields = stat.rpartition(")")[2].split()
    boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    return None if state == "Z" else f"{boot}:{fields[18]}"


def working_in(folder: Path) -> list[int]:
    """The processes whose working directory is `folder`; empty where the system does not tell."""
    return [pid for pid in _all_pids() if _working_directory(pid) == folder.resolve()]


def _all_pids() -> list[int]:
    if sys.platform != "linux":
        return []
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdecimal()]


def _working_directory(pid: int) -> Path | None:
    try:
        return Path(f"/proc/{pid}/cwd").readlink()
    except OSError:  # gone, dead but not buried, or someone else's
        return None


def end_survivors(data: DataFolder, *, patience: float = 8, just_now: bool = False) -> None:
    """End what a launcher that is gone left behind.  The caller holds the folder's lock.

    `just_now` says that it went this moment: then the group of a dead leader is still its own, and
    is ended too.  Later its number may have been given to someone else.

    Raises:
        LaunchError: a survivor belongs to another user.
    """
    left = {path: _read_record(path) for path in sorted(data.pids.iterdir())}
    records = [record for record in left.values() if record]
    alive = [record for record in records if record.is_alive()]
    for record in alive:
        record.ask_to_stop()
    until = time.monotonic() + patience
    while any(record.is_alive() for record in alive) and time.monotonic() < until:
        time.sleep(0.05)
    for record in records if just_now else alive:
        _kill_group(record.pid)
    for path in left:
        path.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class _Record:
    pid: int
    stop_signal: int
    started: str

    def is_alive(self) -> bool:
        return start_time(self.pid) == self.started

    def ask_to_stop(self) -> None:
        try:
            os.kill(self.pid, self.stop_signal)
        except ProcessLookupError:
            return
        except PermissionError as error:
            raise LaunchError(
                f"Process {self.pid} of an earlier start still runs and belongs to another user. "
                "Start as that user, or have it ended."
            ) from error


def _read_record(path: Path) -> _Record | None:
    pid, _, rest = path.read_text(encoding="ascii").partition(" ")
    stop_signal, _, started = rest.strip().partition(" ")
    if not (pid.isdigit() and stop_signal.isdigit()):  # cut short by a kill -9
        return None
    return _Record(int(pid), int(stop_signal), started)
