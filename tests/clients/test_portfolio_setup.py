"""The set-up board: visible steps in order, done by the data, skippable; and the guide."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from clients.demo import Cast
from firm import scope
from firm.models import AuditEvent, Firm, SetupStep, User
from tests.clients.portfolio import enter, make

pytestmark = pytest.mark.django_db


def board(client: Client) -> dict[str, str]:
    """code → its part of the page"""
    response = client.get(reverse("clients:setup", args=["martin"]))
    assert response.status_code == 200
    parts = re.split(r'id="etape-', response.content.decode())[1:]
    return {part.partition('"')[0]: part for part in parts}


def state(part: str) -> str:
    found = re.search(r'class="push"><span class="st \w+">([^<]+)<', part)
    assert found
    return found[1]


@pytest.mark.row("S0.2")
def test_the_steps_are_in_order_each_done_or_to_do_and_linked_to_the_one_before(
    client: Client, martin: Firm, alice: User
) -> None:
    parts = board(enter(client, alice))
    assert list(parts)[:2] == ["migration", "gestion-interne"]
    assert "Migrer les données de votre cabinet" in parts["migration"]
    assert "Activer la gestion interne" in parts["gestion-interne"]
    assert state(parts["migration"]) == "À faire"
    assert 'href="#etape-migration"' in parts["gestion-interne"]
    assert 'href="#etape-gestion-interne"' in parts["equipe"]
    make(martin, alice, "Deuxième", stats={"last_import_at": timezone.now()})
    assert state(board(client)["migration"]) == "Fait"


@pytest.mark.row("S0.3")
def test_internal_management_is_not_activated_and_says_how_to_start(
    client: Client, martin: Firm, alice: User
) -> None:
    make(martin, alice, "Deuxième", stats={"last_import_at": timezone.now()})
    part = board(enter(client, alice))["gestion-interne"]
    assert state(part) == "À faire"
    assert "Non activée" in part
    assert "n’est pas encore livré" in part, "nothing is faked"


def test_a_step_is_skipped_and_taken_up_again(client: Client, martin: Firm, alice: User) -> None:
    enter(client, alice)
    address = reverse("clients:setup_skip", args=["martin", "confidentialite"])
    for _twice in range(2):
        assert client.post(address).status_code == 302
    assert state(board(client)["confidentialite"]) == "Passée"
    client.post(address, {"reprendre": "1"})
    assert state(board(client)["confidentialite"]) == "À faire"
    make(martin, alice, "Secret SA", is_confidential=True)
    client.post(address)
    assert state(board(client)["confidentialite"]) == "Fait", "the data wins"
    unknown = reverse("clients:setup_skip", args=["martin", "nimporte"])
    assert client.post(unknown).status_code == 404
    with scope.open_scope(scope.Scope(user=alice.id, firm=martin.id)):
        told = AuditEvent.objects.filter(action__startswith="clients.setup_step")
        assert sorted(told.values_list("action", flat=True)) == [
            "clients.setup_step_resumed", "clients.setup_step_skipped",
            "clients.setup_step_skipped"]  # fmt: skip
        assert SetupStep.objects.filter(firm=martin).count() == 1


def test_the_board_is_for_who_may_change_the_firm(client: Client, bruno: User, eve: User) -> None:
    for person, status in ((bruno, 403), (eve, 404)):
        enter(client, person)
        for name, values in (("setup", []), ("setup_skip", ["equipe"])):
            address = reverse(f"clients:{name}", args=["martin", *values])
            assert client.post(address).status_code == status


@pytest.mark.row("S0.4")
def test_the_guide_is_read_and_downloaded_from_the_board(
    client: Client, alice: User, cast: Cast
) -> None:
    enter(client, alice)
    html = client.get(reverse("clients:setup", args=["martin"])).content.decode()
    address = reverse("clients:setup_guide", args=["martin"])
    assert f'href="{address}?format=pdf"' in html
    assert "Migrer les données du cabinet" in client.get(address).content.decode()
    made: Any = client.get(address, {"format": "pdf"})
    assert made["Content-Type"] == "application/pdf"
    assert made.content.startswith(b"%PDF")


def test_the_number_of_queries_of_the_board_does_not_grow(
    client: Client, martin: Firm, alice: User, django_assert_num_queries: Any
) -> None:
    enter(client, alice)
    board(client)
    with django_assert_num_queries(QUERIES):
        board(client)
    for n in range(2):
        make(martin, alice, f"Client {n}")
    with django_assert_num_queries(QUERIES):
        board(client)


QUERIES = 20
