import subprocess
import sys
import threading
from pathlib import Path

import pytest

from firm.launcher.console import LaunchError
from firm.launcher.data_folder import CHECKOUT, DataFolder
from firm.launcher.occupancy import (
    Holder,
    announce,
    as_guest,
    hold,
    holder_of,
    try_to_hold,
    without_guests,
)

_HOLDER = """
import sys, time
from pathlib import Path
from firm.launcher.data_folder import DataFolder
from firm.launcher.occupancy import Holder, try_to_hold
lock = try_to_hold(DataFolder(Path(sys.argv[1])), Holder("product", "http://127.0.0.1:8000"))
print("held", flush=True)
time.sleep(600)
"""


def holding(data: DataFolder) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(
        [sys.executable, "-c", _HOLDER, data.root], cwd=CHECKOUT, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"held\n"
    return process


def test_the_second_start_is_told_where_the_first_one_answers(data: DataFolder) -> None:
    first = holding(data)

    with pytest.raises(LaunchError, match=r"Already running at http://127\.0\.0\.1:8000: process"):
        hold(data, Holder("product"))

    first.kill()
    first.communicate()


def test_kill_9_frees_the_folder_and_what_it_said_counts_no_more(data: DataFolder) -> None:
    first = holding(data)
    assert holder_of(data) is not None

    first.kill()
    first.communicate()

    assert holder_of(data) is None
    with hold(data, Holder("product")):
        assert try_to_hold(data, Holder("command")) is None


def test_the_addresses_of_the_engines_are_for_the_owner_only(data: DataFolder) -> None:
    with hold(data, Holder("engines")):
        announce(data, Holder("engines", environment={"REDIS_URL": "unix:///x"}))

        holder = holder_of(data)
        assert holder is not None
        assert holder.environment == {"REDIS_URL": "unix:///x"}
        assert (data.root / "running.json").stat().st_mode & 0o777 == 0o600


def test_a_start_waits_for_a_management_command(data: DataFolder) -> None:
    command = try_to_hold(data, Holder("command"))
    assert command is not None
    threading.Timer(0.5, command.close).start()

    with hold(data, Holder("product", "http://127.0.0.1:8000")):
        holder = holder_of(data)
        assert holder is not None
        assert holder.what == "product"


def test_engines_are_not_stopped_under_a_guest(data: DataFolder) -> None:
    order: list[str] = []

    def stop() -> None:
        with without_guests(data):
            order.append("engines stopped")

    with as_guest(data):
        stopping = threading.Thread(target=stop)
        stopping.start()
        stopping.join(0.3)
        order.append("guest done")
    stopping.join()

    assert order == ["guest done", "engines stopped"]


def test_a_damaged_announcement_counts_as_none(data: DataFolder, tmp_path: Path) -> None:
    (data.root / "running.json").write_text("{")

    assert holder_of(data) is None
