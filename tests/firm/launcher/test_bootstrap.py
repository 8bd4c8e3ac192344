import ast
import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from firm.launcher.data_folder import CHECKOUT

LOCKS = {"run": "requirements.lock", "dev": "requirements-dev.lock"}


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout whose environment is this one, and whose installer would fail."""
    shutil.copytree(CHECKOUT / "firm" / "launcher", tmp_path / "firm" / "launcher")
    for name in ("run", "test", *LOCKS.values()):
        shutil.copy(CHECKOUT / name, tmp_path)
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.symlink_to(sys.executable)
    uv = python.with_name("uv")
    uv.write_text("#!/bin/sh\necho the installer was called; exit 1\n")
    uv.chmod(0o755)
    return tmp_path


def stamp(checkout: Path, *kinds: str) -> None:
    digests = {
        kind: hashlib.sha256((checkout / LOCKS[kind]).read_bytes()).hexdigest() for kind in kinds
    }
    (checkout / ".venv" / "installed.json").write_text(json.dumps(digests))


def start(checkout: Path, script: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, checkout / script, "--help"],
        env={"PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_stamped_environment_is_used_as_it_is(checkout: Path) -> None:
    stamp(checkout, "run")

    answer = start(checkout, "run")

    assert (answer.returncode, "./run manage" in answer.stderr) == (0, True)


def test_after_the_developers_lock_users_need_nothing_more(checkout: Path) -> None:
    stamp(checkout, "run", "dev")

    assert start(checkout, "run").returncode == 0


def test_a_changed_lock_is_installed(checkout: Path) -> None:
    stamp(checkout, "run", "dev")
    with (checkout / "requirements.lock").open("a") as lock:
        lock.write("# changed\n")

    for script in ("run", "test"):
        answer = start(checkout, script)
        assert answer.returncode == 1
        assert "the installer was called" in answer.stderr


def test_the_tests_want_the_developers_lock_too(checkout: Path) -> None:
    stamp(checkout, "run")

    assert "the installer was called" in start(checkout, "test").stderr


def test_a_failed_installation_is_tried_again(checkout: Path) -> None:
    start(checkout, "run")

    assert "the installer was called" in start(checkout, "run").stderr


@pytest.mark.parametrize("script", ["run", "test"])
def test_an_older_python_can_read_the_script_and_say_so(script: str) -> None:
    source = (CHECKOUT / script).read_text()

    ast.parse(source, feature_version=(3, 4))
    assert "Python 3.11 or newer is needed" in source


@pytest.mark.parametrize("lock", [*LOCKS.values(), "firm/launcher/uv.lock.txt"])
def test_the_locks_hold_hashes_and_no_address(lock: str) -> None:
    text = (CHECKOUT / lock).read_text()

    assert "--hash=sha256:" in text
    assert "://" not in text
