"""`Idempotency-Key`: the same request under the same key does its work once."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import get_resolver

from clients.models import Dossier, DossierGrant
from firm import scope
from firm.actions.tokens import create_token
from firm.models import KeptAnswer, User
from ledger.models import FecImport, ThirdParty
from tests.conftest import open_dossier
from tests.firm.test_structure import every_pattern

pytestmark = pytest.mark.django_db(transaction=True)
PARTIES = "/api/dossiers/boulangerie/third-parties/"
METRO = {"name": "Metro", "role": "supplier"}


@pytest.fixture(autouse=True)
def _own_cache(settings: Any, tmp_path: Path) -> None:
    backend = "django.core.cache.backends.locmem.LocMemCache"
    settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": str(tmp_path)}}


class Caller:
    """A person's program."""

    def __init__(self, user: User) -> None:
        self.user = user
        with scope.open_scope(scope.Scope(user=user.pk)):
            self.token = create_token(name="Essai", scopes=["read", "write"], by=user)[1]

    def post(self, path: str, body: Any, key: str | None = "k-1", **options: Any) -> Any:
        headers = {"Authorization": f"Bearer {self.token}"}
        if key is not None:
            headers["Idempotency-Key"] = key
        options.setdefault("content_type", "application/json")
        return Client().post(path, body, headers=headers, **options)

    def send(self, content: bytes, key: str) -> Any:
        file = io.BytesIO(content)
        file.name = "111111111FEC20251231.txt"
        headers = {"Authorization": f"Bearer {self.token}", "Idempotency-Key": key}
        return Client().post(
            "/api/dossiers/boulangerie/fec-imports/", {"file": file}, headers=headers
        )

    def kept(self) -> list[str]:
        with scope.open_scope(scope.Scope(user=self.user.pk)):
            return list(KeptAnswer.objects.values_list("key", flat=True).order_by("key"))


@pytest.fixture
def alice_calls(alice: User, boulangerie: Dossier) -> Caller:
    del boulangerie
    return Caller(alice)


def parties(user: User, dossier: Dossier) -> list[str]:
    with open_dossier(user, dossier):
        return list(ThirdParty.objects.values_list("label", flat=True).order_by("id"))


def test_the_same_request_again_is_given_the_first_answer(
    alice_calls: Caller, alice: User, boulangerie: Dossier
) -> None:
    first = alice_calls.post(PARTIES, METRO)
    with open_dossier(alice, boulangerie):
        ThirdParty.objects.update(label="Changé depuis")
    again = alice_calls.post(PARTIES, dict(reversed(METRO.items())))

    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    assert "Idempotent-Replayed" not in first.headers
    assert again["Idempotent-Replayed"] == "true"
    assert parties(alice, boulangerie) == ["Changé depuis"]


def test_without_a_key_or_under_another_the_work_is_done_again(
    alice_calls: Caller, alice: User, boulangerie: Dossier
) -> None:
    for key in (None, None, "k-1", "k-2"):
        assert alice_calls.post(PARTIES, METRO, key).status_code == 201

    assert parties(alice, boulangerie) == ["Metro"] * 4


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (PARTIES, {"name": "Promocash", "role": "supplier"}),
        (f"{PARTIES}?a=1", METRO),
        ("/api/dossiers/", {"name": "Metro", "role": "supplier"}),
    ],
)
def test_another_request_under_the_key_is_a_clash(
    path: str, body: dict[str, str], alice_calls: Caller, alice: User, boulangerie: Dossier
) -> None:
    alice_calls.post(PARTIES, METRO)

    answer = alice_calls.post(path, body)

    assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_clash")
    assert answer["Content-Type"] == "application/problem+json"
    assert parties(alice, boulangerie) == ["Metro"]


def test_a_refusal_is_not_kept(alice_calls: Caller, alice: User, boulangerie: Dossier) -> None:
    refused = alice_calls.post(PARTIES, {"name": "", "role": "supplier"})
    done = alice_calls.post(PARTIES, METRO)

    assert (refused.status_code, done.status_code) == (422, 201)
    assert parties(alice, boulangerie) == ["Metro"]


@pytest.mark.parametrize("key", ["", "  ", "x" * 256, "é"])
def test_an_unusable_key_is_refused(key: str, alice_calls: Caller) -> None:
    answer = alice_calls.post(PARTIES, METRO, key)

    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_invalid")


def test_a_key_is_one_person_s(
    alice_calls: Caller, alice: User, bruno: User, boulangerie: Dossier
) -> None:
    his = Caller(bruno)
    alice_calls.post(PARTIES, METRO)

    answer = his.post(PARTIES, {"name": "Promocash", "role": "supplier"})

    assert answer.status_code == 201
    assert parties(alice, boulangerie) == ["Metro", "Promocash"]
    assert (alice_calls.kept(), his.kept()) == (["k-1"], ["k-1"])
    with scope.open_scope(scope.Scope(user=bruno.pk)):
        assert {row.user_id for row in KeptAnswer.objects.all()} == {bruno.pk}
        assert KeptAnswer.objects.filter(user_id=alice.pk).update(body="null") == 0


def test_who_lost_the_right_is_not_given_the_answer_again(
    bruno: User, alice: User, boulangerie: Dossier
) -> None:
    his = Caller(bruno)
    assert his.post(PARTIES, METRO).status_code == 201
    with open_dossier(alice, boulangerie), scope.extended(firm_write=True):
        assert DossierGrant.objects.filter(user=bruno).delete()[0]

    assert his.post(PARTIES, METRO).status_code == 404


def test_after_a_day_the_key_is_free_again(
    alice_calls: Caller, alice: User, boulangerie: Dossier
) -> None:
    alice_calls.post(PARTIES, METRO)
    with scope.open_scope(scope.Scope(user=alice.pk)), connection.cursor() as cursor:
        cursor.execute("UPDATE firm_keptanswer SET created_at = now() - interval '24h 1s'")

    assert alice_calls.post(PARTIES, {"name": "Promocash", "role": "supplier"}).status_code == 201
    assert parties(alice, boulangerie) == ["Metro", "Promocash"]
    assert alice_calls.kept() == ["k-1"]


def test_duplicates_at_the_same_time_do_the_work_once(
    alice_calls: Caller, alice: User, boulangerie: Dossier
) -> None:
    answers: list[Any] = []
    together = threading.Barrier(4)

    def call() -> None:
        try:
            together.wait()
            answers.append(alice_calls.post(PARTIES, METRO))
        finally:
            connection.close()

    threads = [threading.Thread(target=call) for _each in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [answer.status_code for answer in answers] == [201] * 4
    assert len({answer.content for answer in answers}) == 1
    assert parties(alice, boulangerie) == ["Metro"]


def test_a_file_sent_again_is_told_by_its_bytes(
    alice_calls: Caller, alice: User, boulangerie: Dossier
) -> None:
    first = alice_calls.send(b"one", "k-1")
    again = alice_calls.send(b"one", "k-1")
    other = alice_calls.send(b"two", "k-1")

    assert (first.status_code, again.status_code, other.status_code) == (202, 202, 409)
    assert (again.content, again["Idempotent-Replayed"]) == (first.content, "true")
    with open_dossier(alice, boulangerie):
        assert FecImport.objects.count() == 1


def api_posts() -> Iterator[tuple[str, Any]]:
    for url, view in every_pattern(get_resolver().url_patterns):
        made = getattr(getattr(view, "cls", None), "post", None)
        if url.startswith("api/") and made:
            yield url, made


def test_every_post_of_the_api_heeds_the_key_and_says_so(client: Client) -> None:
    found = list(api_posts())
    assert len(found) >= 6
    for url, made in found:
        assert getattr(made, "is_idempotent", False), f"{url}: decorate its post with @idempotent"

    schema = client.get("/api/schema/", headers={"Accept": "application/json"}).json()
    for path, methods in schema["paths"].items():
        names = [one["name"] for one in methods.get("post", {}).get("parameters", [])]
        assert ("Idempotency-Key" in names) == ("post" in methods), path
