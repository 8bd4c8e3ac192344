"""What a container may use is in its control groups, not in the machine's RAM."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from firm.launcher.cluster import settings
from firm.launcher.machine_memory import MIB, share, usable_memory

GIB = 1024 * MIB


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path


def limit(place: Path, group: str, name: str, value: str) -> None:
    folder = place / "groups" / group
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(f"{value}\n", encoding="ascii")


def usable(place: Path, ours: str) -> int:
    (place / "ours").write_text(ours, encoding="ascii")
    return usable_memory(place / "groups", place / "ours")


def test_without_control_groups_the_memory_is_the_machines(place: Path) -> None:
    assert usable_memory(place / "none", place / "neither") > 128 * MIB


def test_the_tightest_of_our_group_and_those_above_counts(place: Path) -> None:
    limit(place, "a/b", "memory.max", "max")
    limit(place, "a", "memory.max", str(64 * MIB))
    limit(place, "", "memory.max", str(128 * MIB))
    assert usable(place, "0::/a/b\n") == 64 * MIB


def test_a_group_that_shows_itself_as_the_root_is_read(place: Path) -> None:
    limit(place, "", "memory.max", str(96 * MIB))
    assert usable(place, "0::/docker/of-the-host\n") == 96 * MIB


def test_control_groups_of_the_first_version_are_read(place: Path) -> None:
    limit(place, "memory/x", "memory.limit_in_bytes", str(80 * MIB))
    limit(place, "cpu/x", "memory.limit_in_bytes", str(MIB))
    assert usable(place, "9:cpu,cpuacct:/x\n4:memory:/x\n") == 80 * MIB


@pytest.mark.parametrize(
    ("memory", "buffers"), [(256 * MIB, 128), (4 * GIB, 512), (8 * GIB, 1024), (64 * GIB, 1024)]
)
def test_a_share_stays_within_its_bounds(memory: int, buffers: int) -> None:
    assert share(8, of=memory, least=128, most=1024) == buffers


def test_the_clusters_settings_are_sized_for_this_machine() -> None:
    found = re.search(
        r"^shared_buffers = (\d+)MB\nwal_buffers = (\d+)MB$", settings(), re.MULTILINE
    )
    assert found
    buffers, wal = map(int, found.groups())
    assert buffers == share(8, of=usable_memory(), least=128, most=1024)
    assert wal == buffers // 16
