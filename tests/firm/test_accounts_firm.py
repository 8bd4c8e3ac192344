"""The first firm of an empty installation, from the console."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from firm import scope
from firm.models import AuditEvent, Firm, Membership, User


@pytest.fixture(autouse=True)
def _own_cache(settings: Any, tmp_path: Any) -> None:
    """Attempts are counted in the cache: each test counts its own."""
    backend = "django.core.cache.backends.locmem.LocMemCache"
    settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": str(tmp_path)}}


def run(name: str, owner: str) -> list[str]:
    output = StringIO()
    call_command("createfirm", name, owner=owner, stdout=output)
    return output.getvalue().splitlines()


@pytest.mark.django_db
def test_its_owner_sets_his_password_by_the_link_and_signs_in(
    client: Client, settings: Any
) -> None:
    link = run("Cabinet Béranger & Associés", "Gaelle@beranger.example")[-1]

    owner = User.objects.get(email="gaelle@beranger.example")
    assert not owner.has_usable_password()
    form = client.get(link.removeprefix(settings.BASE_URL))["Location"]
    assert form.startswith("/mot-de-passe/nouveau/")
    phrase = "une phrase bien à elle"
    client.post(form, {"password1": phrase, "password2": phrase})
    answer = client.post("/connexion/", {"login": owner.email, "password": phrase})
    assert answer.status_code == 302


@pytest.mark.django_db
def test_the_firm_has_its_address_its_owner_and_its_first_line_in_the_trail() -> None:
    run("Cabinet Béranger & Associés", "gaelle@beranger.example")

    owner = User.objects.get(email="gaelle@beranger.example")
    with scope.open_scope(scope.Scope(user=owner.pk)):
        firm = Firm.objects.get(slug="cabinet-beranger-associes")
    with scope.open_scope(scope.Scope(user=owner.pk, firm=firm.pk)):
        assert Membership.objects.get(firm=firm).role == Membership.Role.OWNER
        assert [event.action for event in AuditEvent.objects.filter(firm_id=firm.pk)] == [
            "firm.created"
        ]


def test_a_second_firm_of_the_same_name_gets_a_number(martin: Firm) -> None:
    run("Martin", "gaelle@beranger.example")
    run("Martin", "hugo@martin.example")

    slugs = set()
    for email in ("gaelle@beranger.example", "hugo@martin.example"):
        with scope.open_scope(scope.Scope(user=User.objects.get(email=email).pk)):
            slugs |= set(Firm.objects.values_list("slug", flat=True))
    assert slugs == {"martin-2", "martin-3"}


def test_a_person_known_here_keeps_his_password(alice: User) -> None:
    lines = run("Deuxième cabinet", "alice@martin.example")

    assert not any("http" in line for line in lines)
    assert "se connecte avec son mot de passe" in lines[-1]


@pytest.mark.parametrize(("name", "owner"), [("Cabinet", "not an address"), ("!!!", "a@b.example")])
@pytest.mark.django_db
def test_nonsense_is_refused_and_nothing_is_written(name: str, owner: str) -> None:
    with pytest.raises(CommandError):
        run(name, owner)

    assert not User.objects.exists()
