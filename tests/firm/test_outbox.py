"""The embedded mailbox's pages."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path
from typing import Any

import pytest
from django.core.mail import EmailMultiAlternatives, get_connection
from django.test import Client
from django.utils import timezone

from firm import mailbox

LINK = "http://127.0.0.1:8000/mot-de-passe/nouveau/1-abc/"
HTML = '<h1>Bonjour</h1><script>alert(1)</script><img src="https://t.example/p.gif">'


@pytest.fixture(autouse=True)
def _embedded(settings: Any) -> None:
    """Mail stays here; no page of the mailbox touches the database or the cache."""
    settings.IS_EMBEDDED_MAIL = True
    settings.EMAIL_BACKEND = "firm.mailbox.EmailBackend"


def post(subject: str = "Choisir votre mot de passe", html: str = "", text: str = "") -> str:
    """Deliver a message here; its name."""
    message = EmailMultiAlternatives(
        subject,
        text or f"Bonjour,\n\nSuivez ce lien : {LINK}\n",
        "Cabinet <ne-pas-repondre@localhost.localdomain>",
        ["alice@martin.example"],
        headers={"Message-ID": f"<{subject}@localhost>"},
        connection=get_connection(),
    )
    if html:
        message.attach_alternative(html, "text/html")
    message.send()
    return next(letter.id for letter in mailbox.letters() if letter.subject == subject)


@pytest.mark.django_db
def test_messages_are_listed_newest_first_without_signing_in(client: Client, settings: Any) -> None:
    assert "Aucun message" in client.get("/outbox/").text
    first = Path(settings.EMAIL_FILE_PATH) / f"{post('Premier')}.log"
    os.utime(first, (first.stat().st_atime, first.stat().st_mtime - 1))
    post("Second, été, 12 %")

    page = client.get("/outbox/")

    assert [letter.subject for letter in page.context["letters"]] == [
        "Second, été, 12 %",
        "Premier",
    ]
    assert "alice@martin.example" in page.text


def test_messages_of_the_same_second_do_not_share_a_file() -> None:
    for number in range(30):
        post(f"Message {number}")

    assert len(mailbox.letters()) == 30


@pytest.mark.django_db
def test_a_message_shows_its_text_with_links_to_follow(client: Client) -> None:
    page = client.get(f"/outbox/{post()}/")

    assert f'<a href="{LINK}" rel="nofollow">{LINK}</a><br>' in page.text
    assert "<iframe" not in page.text


def test_a_message_is_dated_in_utc_when_it_names_no_zone() -> None:
    post("Daté")

    (letter,) = mailbox.letters()
    assert abs(letter.sent_at - timezone.now()) < dt.timedelta(minutes=1)


@pytest.mark.django_db
def test_text_is_never_taken_for_markup(client: Client) -> None:
    page = client.get(f"/outbox/{post('<b>x</b>', text='<script>alert(1)</script>')}/")

    assert "<script>alert" not in page.text
    assert "<b>x</b>" not in page.text


@pytest.mark.django_db
def test_html_is_shown_in_a_frame_that_can_do_nothing(client: Client) -> None:
    name = post(html=HTML)

    page, frame = client.get(f"/outbox/{name}/"), client.get(f"/outbox/{name}/html/")

    assert f'src="/outbox/{name}/html/" sandbox ' in page.text
    assert frame.text.strip() == HTML
    policy = frame["Content-Security-Policy"]
    assert policy.startswith("sandbox; default-src 'none'")
    assert "img-src data:;" in policy
    assert "script-src" not in policy
    assert frame["X-Frame-Options"] == "SAMEORIGIN"
    assert frame["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", ["/outbox/", "/outbox/{}/", "/outbox/{}/html/"])
@pytest.mark.django_db
def test_it_does_not_exist_for_a_request_from_elsewhere(path: str, client: Client) -> None:
    page = path.format(post(html=HTML))

    assert client.get(page).status_code == 200
    assert client.get(page, REMOTE_ADDR="203.0.113.7").status_code == 404
    assert client.get(page, REMOTE_ADDR="").status_code == 404
    for header in ("x-forwarded-for", "x-real-ip", "forwarded"):
        assert client.get(page, headers={header: "127.0.0.1"}).status_code == 404


@pytest.mark.parametrize("path", ["/outbox/", "/outbox/{}/", "/outbox/{}/html/"])
@pytest.mark.django_db
def test_it_does_not_exist_with_a_real_mail_server(
    path: str, client: Client, settings: Any
) -> None:
    page = path.format(post(html=HTML))
    settings.IS_EMBEDDED_MAIL = False

    assert client.get(page).status_code == 404


@pytest.mark.parametrize(
    "name", ["20260101-000000-1", "..", "secret", "20260101-000000-1.log", "%2e%2e%2fsecret"]
)
@pytest.mark.django_db
def test_only_messages_can_be_asked_for(name: str, client: Client, settings: Any) -> None:
    folder = Path(settings.EMAIL_FILE_PATH)
    folder.mkdir()
    (folder / "secret.log").write_text("Subject: no\n\nno")
    (folder.parent / "secret.log").write_text("Subject: no\n\nno")

    assert client.get(f"/outbox/{name}/").status_code in {301, 404}


@pytest.mark.django_db
def test_it_is_only_read(client: Client) -> None:
    assert client.post("/outbox/").status_code == 405


@pytest.mark.django_db
def test_a_password_asked_for_here_says_where_to_read_the_link(
    client: Client, settings: Any
) -> None:
    assert 'href="/outbox/"' in client.get("/mot-de-passe/envoye/").text

    settings.IS_EMBEDDED_MAIL = False
    assert 'href="/outbox/"' not in client.get("/mot-de-passe/envoye/").text
