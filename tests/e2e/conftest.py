"""A browser against the real product: live server, real database, a worker that runs the jobs."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection

from clients.demo import PASSWORD, Cast
from firm import jobs
from tests.e2e.visitors import Visitor

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


def _listen(page: Any, said: list[str]) -> None:
    """Hear any error of the console, of a script or of the content security policy."""
    page.on("console", lambda message: message.type == "error" and said.append(_told(message)))
    page.on("pageerror", lambda error: said.append(str(error)))


def _told(message: Any) -> str:
    return f"{message.text} ({message.location.get('url')})"


def sign_in(page: Any, base: str, email: str) -> None:
    """Through the sign-in page, with the password of the demo, up to the person's first page."""
    page.goto(f"{base}/connexion/")
    page.fill("[name=login]", email)
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/connexion/" not in url)


@pytest.fixture
def calm(page: Any) -> Iterator[list[str]]:
    """Fails the test on any error that the browser tells of."""
    said: list[str] = []
    _listen(page, said)
    yield said
    assert said == []


@pytest.fixture
def signed_in(page: Any, live_server: Any, cast: Cast, calm: list[str]) -> Any:
    """Alice's browser, on her firm's clients."""
    del calm
    sign_in(page, live_server.url, cast.people["alice"].email)
    page.wait_for_url("**/cabinet/martin/")
    return page


@pytest.fixture
def visit(new_context: Any, live_server: Any, cast: Cast) -> Iterator[Callable[[str], Visitor]]:
    """A browser of one's own for each person of the cast, signed in; `""` for a stranger.

    Fails the test on any error that one of their browsers tells of.
    """
    visitors: list[Visitor] = []

    def open_browser(name: str) -> Visitor:
        page = new_context(base_url=live_server.url, accept_downloads=True).new_page()
        visitors.append(Visitor(page, []))
        _listen(page, visitors[-1].said)
        if name:
            sign_in(page, live_server.url, cast.people[name].email)
        return visitors[-1]

    yield open_browser
    assert [each.said for each in visitors if each.said] == []


@pytest.fixture
def mailbox(settings: Any) -> None:
    """Mail stays on this machine, and `/outbox/` shows it."""
    settings.IS_EMBEDDED_MAIL = True
    settings.EMAIL_BACKEND = "firm.mailbox.EmailBackend"
