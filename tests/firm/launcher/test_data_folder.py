import os
from pathlib import Path

import pytest

from firm.launcher.console import LaunchError
from firm.launcher.data_folder import CHECKOUT, DataFolder


def test_nobody_else_may_look_into_the_folder(data: DataFolder) -> None:
    data.root.chmod(0o755)
    data.logs.chmod(0o755)

    data.make()

    assert data.root.stat().st_mode & 0o777 == 0o700
    assert data.logs.stat().st_mode & 0o777 == 0o700


def test_the_secret_is_made_once_and_readable_by_its_owner_only(data: DataFolder) -> None:
    secret = data.secret_key()

    assert len(secret) == 64
    assert data.secret_key() == secret
    assert (data.root / "secret").stat().st_mode & 0o777 == 0o600


def test_a_secret_cut_short_by_a_kill_is_made_again(data: DataFolder) -> None:
    (data.root / "secret.new").write_text("half")

    assert len(data.secret_key()) == 64


def test_the_folder_is_var_of_the_checkout_unless_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FIRM_DATA", raising=False)
    assert DataFolder.from_environment().root == CHECKOUT / "var"

    monkeypatch.setenv("FIRM_DATA", "here")
    assert DataFolder.from_environment().root == Path.cwd() / "here"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root could enter another's folder")
def test_another_users_folder_is_refused_and_left_alone(data: DataFolder) -> None:
    os.chown(data.root, 65534, 65534)

    with pytest.raises(LaunchError, match="belongs to another user"):
        data.make()


def test_a_file_in_the_way_is_a_sentence_and_no_traceback(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(LaunchError, match="name another folder with FIRM_DATA"):
        DataFolder(tmp_path / "file").make()
