"""The cache without Redis, and signing in meanwhile."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from clients.demo import PASSWORD
from firm.models import User
from firm.softcache import SoftRedisCache

BACKEND = "firm.softcache.SoftRedisCache"


@pytest.fixture
def nowhere() -> Iterator[str]:
    """A port that nobody listens on, held so that nobody will."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield f"redis://127.0.0.1:{held.getsockname()[1]}/0"


@pytest.fixture
def without_redis(settings: Any, nowhere: str) -> None:
    settings.CACHES = {"default": {"BACKEND": BACKEND, "LOCATION": nowhere}}


def test_what_is_put_in_is_found_again(without_redis: None) -> None:
    cache.set("a", 1, 60)
    assert cache.add("a", 2) is False
    assert cache.incr("a") == 2
    cache.set_many({"b": 2, "c": 3})
    assert cache.get_many(["a", "b", "c"]) == {"a": 2, "b": 2, "c": 3}
    assert cache.touch("a", 60)
    assert "b" in cache
    cache.delete("b")
    cache.delete_many(["c"])
    assert (cache.get("b"), cache.get("c", "gone")) == (None, "gone")
    cache.clear()
    assert cache.get("a") is None


def test_it_says_that_redis_is_away(nowhere: str) -> None:
    assert SoftRedisCache(nowhere, {}).is_redis_there() is False


def test_redis_is_not_asked_at_every_call(nowhere: str, caplog: Any) -> None:
    soft = SoftRedisCache(nowhere, {})

    for number in range(20):
        soft.set(str(number), number)

    assert len([line for line in caplog.messages if "Redis is away" in line]) == 1


def test_people_sign_in_without_redis_and_attempts_still_count(
    without_redis: None, client: Client, alice: User
) -> None:
    def sign_in(password: str) -> int:
        return client.post("/connexion/", {"login": alice.email, "password": password}).status_code

    assert [sign_in("wrong") for _ in range(5)] == [422] * 5
    assert sign_in("wrong") == 429

    other = Client(REMOTE_ADDR="203.0.113.9")
    answer = other.post("/connexion/", {"login": "denis@boulangerie.example", "password": PASSWORD})
    assert answer.status_code == 302
