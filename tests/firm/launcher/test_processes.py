import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from firm.launcher.data_folder import CHECKOUT, DataFolder
from firm.launcher.processes import Child, Program, end_survivors, start_time, working_in
from tests.firm.launcher.conftest import comes_true

Sleeper = Callable[[str], Program]

_LAUNCHER = """
import sys, time
from pathlib import Path
from firm.launcher.data_folder import DataFolder
from firm.launcher.processes import Child, Program
data = DataFolder(Path(sys.argv[1]))
print(Child(Program("sleeper", ["sleep", "600"], {}, data.root), data).pid, flush=True)
time.sleep(600)
"""


def test_kill_9_of_the_launcher_ends_its_child(data: DataFolder) -> None:
    launcher = subprocess.Popen(
        [sys.executable, "-c", _LAUNCHER, data.root], cwd=CHECKOUT, stdout=subprocess.PIPE
    )
    assert launcher.stdout is not None
    pid = int(launcher.stdout.readline())
    assert start_time(pid)

    launcher.kill()
    launcher.communicate()

    assert comes_true(lambda: start_time(pid) is None)


def test_a_child_leads_its_own_group_and_leaves_its_files_closed(
    data: DataFolder, tmp_path: Path
) -> None:
    child = Child(Program("touch", ["sh", "-c", "echo hello; touch made"], {}, tmp_path), data)

    assert comes_true(lambda: child.exit_code == 0)
    assert child.last_lines() == "hello"
    assert (tmp_path / "made").stat().st_mode & 0o777 == 0o600
    child.stop(patience=1)
    assert list(data.pids.iterdir()) == []


def test_what_does_not_listen_is_killed_with_its_whole_group(
    data: DataFolder, tmp_path: Path
) -> None:
    script = "trap '' TERM; sleep 600 & echo $!; while :; do sleep 0.1; done"
    child = Child(Program("deaf", ["sh", "-c", script], {}, tmp_path), data)
    assert comes_true(child.last_lines)
    grandchild = int(child.last_lines())

    began = time.monotonic()
    child.stop(patience=0.3)

    assert time.monotonic() - began < 2
    assert child.exit_code == -signal.SIGKILL
    assert comes_true(lambda: start_time(grandchild) is None)


def test_a_survivor_is_ended_at_the_next_start(data: DataFolder, sleeper: Sleeper) -> None:
    survivor = Child(sleeper("survivor"), data)

    end_survivors(data, patience=5)

    assert comes_true(lambda: survivor.exit_code is not None)
    assert survivor.exit_code == -signal.SIGTERM
    assert list(data.pids.iterdir()) == []


def test_a_number_given_again_to_a_stranger_is_left_alone(
    data: DataFolder, sleeper: Sleeper
) -> None:
    stranger = Child(sleeper("stranger"), data)
    record = data.pids / "stranger"
    record.write_text(f"{stranger.pid} {int(signal.SIGTERM)} another start\n")

    end_survivors(data, patience=1)

    assert stranger.exit_code is None
    stranger.stop(patience=1)


def test_a_record_cut_short_is_forgotten(data: DataFolder) -> None:
    (data.pids / "web").write_text("12")

    end_survivors(data)

    assert list(data.pids.iterdir()) == []


def test_a_log_that_grew_too_long_is_set_aside(data: DataFolder, sleeper: Sleeper) -> None:
    log = data.logs / "web.log"
    log.touch()
    os.truncate(log, 11 * 1024 * 1024)

    Child(sleeper("web"), data).stop(patience=1)

    assert log.stat().st_size == 0
    assert (data.logs / "web.log.1").exists()


def test_processes_are_found_by_the_folder_they_work_in(
    data: DataFolder, sleeper: Sleeper, tmp_path: Path
) -> None:
    child = Child(sleeper("worker"), data)

    assert (child.pid in working_in(tmp_path)) == (sys.platform == "linux")
    child.stop(patience=1)
