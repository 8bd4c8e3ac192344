from pathlib import Path

from firm.launcher.data_folder import DataFolder
from firm.launcher.sockets import forget_socket_folders, socket_folder


def test_a_socket_lives_beside_its_data_when_the_path_is_short(data: DataFolder) -> None:
    short = DataFolder(Path("/tmp/data"))

    assert socket_folder(short, short.valkey, "valkey.sock", owner=None) == short.valkey


def test_a_long_path_gets_a_short_closed_folder_that_is_found_again_and_removed(
    data: DataFolder,
) -> None:
    beside = data.root / ("x" * 100)

    folder = socket_folder(data, beside, "valkey.sock", owner=None)

    assert len(str(folder / "valkey.sock")) < 100
    assert folder.stat().st_mode & 0o777 == 0o700
    forget_socket_folders(data)
    assert not folder.exists()
    assert list(data.sockets.iterdir()) == []


def test_a_link_to_a_folder_that_is_not_ours_is_only_unlinked(
    data: DataFolder, tmp_path: Path
) -> None:
    (data.sockets / "pgdata").symlink_to(tmp_path)

    forget_socket_folders(data)

    assert tmp_path.exists()
    assert list(data.sockets.iterdir()) == []
