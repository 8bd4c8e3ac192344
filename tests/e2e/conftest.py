"""A browser against the real product: live server, real database, a worker that runs the jobs."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from clients.demo import PASSWORD, Cast
from firm import jobs

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-dev-shm-usage",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The Chromium of the machine; nothing is downloaded."""
    return {
        **browser_type_launch_args,
        "executable_path": os.environ["CHROMIUM"],
        "args": list(FLAGS),
    }


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """The screen of an accountant."""
    return {**browser_context_args, "viewport": {"width": 1440, "height": 900}, "locale": "fr-FR"}


@pytest.fixture
def worker() -> Iterator[None]:
    """Run whatever job is due, as the workers of the product do."""
    over = threading.Event()

    def work() -> None:
        while not over.wait(0.1):
            for job_id in jobs.due():
                jobs.run(job_id)
        connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    yield
    over.set()
    thread.join()


@pytest.fixture
def calm(page: Any) -> Iterator[list[str]]:
    """Fails the test on any error of the console, of a script or of the content security policy."""
    said: list[str] = []
    page.on("console", lambda message: message.type == "error" and said.append(_told(message)))
    page.on("pageerror", lambda error: said.append(str(error)))
    yield said
    assert said == []


def _told(message: Any) -> str:
    return f"{message.text} ({message.location.get('url')})"


@pytest.fixture
def signed_in(page: Any, live_server: Any, cast: Cast, calm: list[str]) -> Any:
    """Alice's browser, on her firm's clients."""
    del calm
    page.goto(f"{live_server.url}/connexion/")
    page.fill("[name=login]", cast.people["alice"].email)
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/cabinet/martin/")
    return page
