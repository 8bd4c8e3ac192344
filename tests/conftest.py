"""The cast, and a database that every test uses as the runtime role, behind the walls."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from django.db import connections

from clients.demo import Cast, create_cast
from clients.models import Dossier
from firm import scope
from firm.models import Firm, User

DATA = Path(__file__).parent / "data"
BROWSER = os.environ.get("CHROMIUM", "")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave browser tests out where there is no browser, and say how many; CI refuses that."""
    wanted = [item for item in items if item.get_closest_marker("browser")]
    for item in wanted:
        item.add_marker(pytest.mark.xdist_group("browser"))
    if BROWSER or not wanted:
        return
    if os.environ.get("REQUIRE_BROWSER") == "1":
        raise pytest.UsageError("REQUIRE_BROWSER=1, but no Chromium was found.")
    items[:] = [item for item in items if item not in wanted]
    config.stash[LEFT_OUT] = len(wanted)


LEFT_OUT = pytest.StashKey[int]()


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    """Hear from a worker process how many browser tests it left out."""
    del error
    node.config.stash[LEFT_OUT] = node.workeroutput.get("left_out", 0)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Tell the main process, when this one is a worker."""
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output["left_out"] = session.config.stash.get(LEFT_OUT, 0)


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """One line for what was left out."""
    left_out = config.stash.get(LEFT_OUT, 0)
    if left_out:
        terminalreporter.write_line(
            f"{left_out} browser tests left out: no Chromium on this machine."
        )


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> None:
    """The test database is made and migrated by its owner."""
    for each in connections.all():
        each.settings_dict["USER"] = "firm_owner"


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Then every connection, live server's threads included, assumes the runtime role."""
    with django_db_blocker.unblock():
        for each in connections.all():
            each.close()
            each.settings_dict["OPTIONS"]["assume_role"] = "firm_app"
    yield
    with django_db_blocker.unblock():
        for each in connections.all():
            each.close()
            each.settings_dict["OPTIONS"].pop("assume_role", None)


@pytest.fixture(autouse=True)
def _own_files(settings: Any, tmp_path: Path) -> None:
    """Uploads and working files of a test stay in its own folder."""
    settings.DATA_DIR = tmp_path
    settings.WORK_DIR = tmp_path / "work"
    settings.EMAIL_FILE_PATH = str(tmp_path / "outbox")
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path / "storage")},
        },
    }
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def cast(db: None) -> Cast:
    """Everyone."""
    return create_cast()


@pytest.fixture
def martin(cast: Cast) -> Firm:
    """The firm of Alice, Bruno and Chloé."""
    return cast.firms["martin"]


@pytest.fixture
def durand(cast: Cast) -> Firm:
    """The other firm."""
    return cast.firms["durand"]


@pytest.fixture
def boulangerie(cast: Cast) -> Dossier:
    """The dossier of Denis, followed by Cabinet Martin."""
    return cast.boulangerie


def _person(first_name: str) -> Any:
    @pytest.fixture(name=first_name)
    def person(cast: Cast) -> User:
        return cast.people[first_name]

    return person


alice = _person("alice")
bruno = _person("bruno")
chloe = _person("chloe")
denis = _person("denis")
emma = _person("emma")
eve = _person("eve")
fred = _person("fred")


@pytest.fixture
def inside(alice: User, boulangerie: Dossier) -> Iterator[Dossier]:
    """The body of the test runs in Alice's scope on the dossier, reading and writing."""
    with open_dossier(alice, boulangerie):
        yield boulangerie


def open_dossier(user: User, dossier: Dossier) -> AbstractContextManager[Any]:
    """A scope on one dossier, as the guards open it."""
    only = frozenset({dossier.id})
    return scope.open_scope(scope.Scope(user=user.id, firm=dossier.firm_id, read=only, write=only))
