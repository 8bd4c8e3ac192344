"""A digest, from the box that an accountant ticks to the message of Monday at ten."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from clients.actions import digests
from firm.formats import date_long
from tests.e2e.visitors import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PARIS = ZoneInfo("Europe/Paris")
CHOICE = "/dossier/boulangerie/parametres/notifications/"
SUBJECT = "Boulangerie-Pâtisserie Lefèvre & Fils\u00a0: votre point du lundi"


def next_monday_at_ten() -> dt.datetime:
    now = timezone.now().astimezone(PARIS)
    monday = (now + dt.timedelta(days=-now.weekday() % 7)).replace(
        hour=10, minute=0, second=0, microsecond=0
    )
    return monday if monday > now else monday + dt.timedelta(days=7)


@pytest.mark.row("S4.13")
@pytest.mark.row("S4.14")
@pytest.mark.row("S4.16")
@pytest.mark.usefixtures("worker", "mailbox")
def test_a_digest_of_monday_at_ten_lies_in_the_outbox_exactly_once(
    visit: Callable[[str], Visitor],
) -> None:
    monday = next_monday_at_ten()
    bruno = visit("bruno")
    page = bruno.go(CHOICE)
    page.get_by_role("checkbox", name="E-mail").check()
    page.get_by_label("Fréquence").select_option("weekly")
    bruno.press("Enregistrer")
    expect(page.get_by_text(f"{date_long(monday.date())} à 10\u00a0h\u00a000")).to_be_visible()
    bruno.check()
    bruno.go("/compte/notifications/")

    assert digests.send_due(now=monday - dt.timedelta(seconds=1)) == 0
    assert digests.send_due(now=monday) == 1
    for later in (0, 1, 300, 86_400):
        assert digests.send_due(now=monday + dt.timedelta(seconds=later)) == 0

    anybody = visit("")
    outbox = anybody.page
    letters = outbox.get_by_role("link", name=SUBJECT)
    for _wait in range(20):
        outbox.goto("/outbox/")
        if letters.count():
            break
        outbox.wait_for_timeout(200)
    outbox.wait_for_timeout(500)
    outbox.reload()
    expect(letters).to_have_count(1)
    anybody.check()
    letters.click()
    expect(outbox.get_by_text(CHOICE)).to_be_visible()
    anybody.check()
