import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from firm.launcher.data_folder import DataFolder
from firm.launcher.processes import Child, Program
from firm.launcher.supervisor import Watch, stop_all
from tests.firm.launcher.conftest import comes_true

Sleeper = Callable[[str], Program]


def test_a_process_that_is_killed_is_started_again_and_its_last_words_shown(
    data: DataFolder, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    first = Child(Program("web", ["sh", "-c", "echo last words; sleep 600"], {}, tmp_path), data)
    watch = Watch(first, data)
    assert comes_true(first.last_lines)
    os.kill(first.pid, signal.SIGKILL)

    def is_new() -> bool:
        watch.look()
        return watch.child is not first

    assert comes_true(is_new)
    assert watch.child.exit_code is None
    assert (
        "web ended by itself (signal 9); starting it again\n  web | last words"
        in capfd.readouterr().err
    )
    stop_all([watch.child], patience=1)


def test_one_that_ends_at_once_is_started_ever_more_slowly(
    data: DataFolder, tmp_path: Path
) -> None:
    program = Program("web", ["false"], {}, tmp_path)
    starts: list[int] = []
    watch = Watch(Child(program, data), data)

    def look() -> bool:
        watch.look()
        if watch.child.pid not in starts:
            starts.append(watch.child.pid)
        return False

    comes_true(look, seconds=2.5)

    assert len(starts) == 2  # one second, then two
    stop_all([watch.child], patience=1)


def test_all_are_stopped_side_by_side(data: DataFolder, sleeper: Sleeper) -> None:
    children = [Child(sleeper(name), data) for name in ("web", "worker", "beat")]

    stop_all(children, patience=5)

    assert [child.exit_code for child in children] == [-signal.SIGTERM] * 3
