"""The engines as they are: who may come in, what each role may do, what a kill -9 leaves."""

import contextlib
import os
import pwd
import signal
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis

from firm.launcher.cluster import forget_dead_server
from firm.launcher.console import LaunchError
from firm.launcher.data_folder import DataFolder
from firm.launcher.engines import Engines, start_engines

pytestmark = pytest.mark.xdist_group("launcher")
ADDRESSES = ("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_BACKUP_URL", "REDIS_URL")


@pytest.fixture(scope="module")
def engines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engines]:
    data = DataFolder(tmp_path_factory.mktemp("engines") / "data")
    data.make()
    with pytest.MonkeyPatch.context() as patch:
        for name in ADDRESSES:
            patch.delenv(name, raising=False)
        started = start_engines(data, durable=False)
    yield started
    started.stop()


def ask(url: str, question: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(question)
        return cursor.fetchall() if cursor.description else []


def test_the_roles_are_what_the_walls_need(engines: Engines) -> None:
    rows = ask(
        engines.environment["DATABASE_URL"],
        "SELECT rolname, rolcanlogin, rolsuper, rolbypassrls, rolcreatedb, rolcreaterole"
        " FROM pg_roles WHERE rolname LIKE 'firm%' ORDER BY 1",
    )

    assert rows == [
        ("firm_app", True, False, False, False, False),
        ("firm_backup", True, False, True, False, False),
        ("firm_owner", True, False, False, True, False),
        ("firm_search", False, False, True, False, False),
    ]


def test_the_owner_may_become_the_runtime_role_but_inherits_nothing(engines: Engines) -> None:
    rows = ask(
        engines.environment["DATABASE_OWNER_URL"],
        "SELECT roleid::regrole::text, inherit_option, set_option, admin_option"
        " FROM pg_auth_members WHERE member = 'firm_owner'::regrole ORDER BY 1",
    )

    assert rows == [("firm_app", False, True, False), ("firm_search", False, True, False)]


def test_the_runtime_role_dies_with_its_client_and_may_only_make_temporary_tables(
    engines: Engines,
) -> None:
    url = engines.environment["DATABASE_URL"]

    assert ask(url, "SHOW client_connection_check_interval") == [("2s",)]
    assert ask(url, "CREATE TEMP TABLE t ()") == []
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        ask(url, "CREATE TABLE t ()")


def test_the_backup_role_writes_nothing(engines: Engines) -> None:
    with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        ask(engines.environment["DATABASE_BACKUP_URL"], "CREATE TEMP TABLE t ()")


def test_a_test_database_of_the_owner_has_the_extensions_and_unicode_letters(
    engines: Engines,
) -> None:
    owner = engines.environment["DATABASE_OWNER_URL"]
    with psycopg.connect(owner, autocommit=True) as connection:
        connection.execute("CREATE DATABASE test_extensions")
    question = "SELECT lower('É'), unaccent('é'), show_trgm('é')::text <> '{}'"

    assert ask(owner.replace("/firm?", "/test_extensions?"), question) == [("é", "e", True)]


def test_no_engine_listens_on_the_network(engines: Engines) -> None:
    assert ask(engines.environment["DATABASE_URL"], "SHOW listen_addresses") == [("",)]
    with redis.Redis.from_url(engines.environment["REDIS_URL"]) as valkey:
        assert valkey.config_get("port") == {"port": "0"}


@contextlib.contextmanager
def acting_as(name: str) -> Iterator[None]:
    os.seteuid(pwd.getpwnam(name).pw_uid)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can act as another user")
def test_another_user_of_the_machine_does_not_reach_the_socket(engines: Engines) -> None:
    with acting_as("daemon"), pytest.raises(psycopg.OperationalError, match="Permission denied"):
        ask(engines.environment["DATABASE_URL"], "SELECT 1")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can act as another user")
def test_another_user_is_refused_even_where_the_folders_were_opened(engines: Engines) -> None:
    pgdata = engines.data.pgdata
    closed = [folder for folder in pgdata.parents if not folder.stat().st_mode & 0o001]
    doors = [pgdata / ".s.PGSQL.5432", pgdata, *closed]
    modes = {door: door.stat().st_mode for door in doors}
    for door, mode in modes.items():
        door.chmod(mode | 0o077)

    try:
        with acting_as("daemon"), pytest.raises(psycopg.OperationalError, match="Peer auth"):
            ask(engines.environment["DATABASE_URL"], "SELECT 1")
    finally:
        for door, mode in modes.items():
            door.chmod(mode)


def test_given_addresses_leave_the_engines_out(
    data: DataFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = {name: f"given {name}" for name in ADDRESSES}
    for name, address in given.items():
        monkeypatch.setenv(name, address)

    engines = start_engines(data)

    assert (engines.children, engines.environment) == ([], given)


def test_one_database_address_without_the_other_is_refused(
    data: DataFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://firm_app@db/firm")
    monkeypatch.delenv("DATABASE_OWNER_URL", raising=False)

    with pytest.raises(LaunchError, match="give both"):
        start_engines(data)


def test_data_of_another_major_version_is_refused_and_left_as_it_was(
    data: DataFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ADDRESSES:
        monkeypatch.delenv(name, raising=False)
    data.pgdata.mkdir()
    (data.pgdata / "PG_VERSION").write_text("17\n")

    with pytest.raises(LaunchError, match=r"made by PostgreSQL 17, .* ./run manage backup FILE"):
        start_engines(data)

    assert [path.name for path in data.pgdata.iterdir()] == ["PG_VERSION"]
    assert list(data.pids.iterdir()) == []


def test_kill_9_of_both_engines_loses_no_committed_row(
    data: DataFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ADDRESSES:
        monkeypatch.delenv(name, raising=False)
    engines = start_engines(data)
    owner = engines.environment["DATABASE_OWNER_URL"]
    ask(owner, "CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n")
    for child in engines.children:
        os.kill(child.pid, signal.SIGKILL)
        child.stop(patience=1)

    again = start_engines(data)

    kept = ask(again.environment["DATABASE_OWNER_URL"], "SELECT count(*) FROM kept")
    again.stop()
    assert kept == [(1000,)]


def test_the_number_of_a_dead_server_frightens_nobody(tmp_path: Path) -> None:
    for name in ("postmaster.pid", ".s.PGSQL.5432.lock"):
        (tmp_path / name).write_text(f"{os.getpid()}\n")

    forget_dead_server(tmp_path)

    assert list(tmp_path.iterdir()) == []
