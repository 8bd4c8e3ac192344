"""What the shell asks for on every page, and the page of components."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from clients.models import Dossier
from firm.models import Job, User
from tests.conftest import open_dossier
from tests.ledger.book_pages import BACKEND

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def desk(client: Client, alice: User) -> Client:
    """Alice, signed in."""
    client.force_login(alice, backend=BACKEND)
    return client


def test_the_switcher_shows_each_space_with_its_icon_and_its_siren_in_threes(
    desk: Client, alice: User, boulangerie: Dossier
) -> None:
    with open_dossier(alice, boulangerie):
        Dossier.objects.filter(pk=boulangerie.pk).update(siren="552100554")

    page = desk.get("/_/entreprises/").content.decode()

    assert page.count("<use") == page.count('role="option"') > 1
    assert "552\u00a0100\u00a0554" in page


def test_the_tray_shows_the_share_done_whatever_the_unit(
    desk: Client, alice: User, boulangerie: Dossier
) -> None:
    Job.objects.create(
        kind="ledger.fec_check", requested_by=alice.id, dossier_id=boulangerie.id,
        idempotency_key="1", state=Job.State.RUNNING, done=5_242_880, total=9_953_338,
    )  # fmt: skip

    page = desk.get("/_/travaux/").content.decode()

    assert "53\u00a0%" in page
    assert "sur 9\u00a0953\u00a0338</span>" not in page


@pytest.mark.parametrize(("demo", "status"), [(True, 200), (False, 404)])
def test_the_components_are_for_operators_and_demonstrations(
    desk: Client, settings: Any, demo: bool, status: int
) -> None:
    settings.DEMO = demo

    assert desk.get("/ui/").status_code == status
