"""Addresses of banks: called safely, their keys sealed, their answers told."""

from __future__ import annotations

from typing import Any

import pytest

from firm import sealing
from ledger.bank.connections import AccessExpired, ConnectionDown
from ledger.bank.http import HttpSource, checked
from tests.ledger.bank.bank_server import MARCH, SECRET, bank

__all__ = ["bank"]


def test_an_address_is_called_with_its_token(bank: Any) -> None:
    (taken,) = HttpSource(bank.url, SECRET, trusted=["127.0.0.1"]).take()
    assert (taken.name, taken.content) == ("mars.xml", MARCH)
    assert bank.seen == [("/releve?du=1", f"Bearer {SECRET}")]


@pytest.mark.parametrize(
    ("status", "error", "said"),
    [
        (401, AccessExpired, "renouvelez le jeton"),
        (403, AccessExpired, "renouvelez le jeton"),
        (302, ConnectionDown, "n’est pas suivie"),
        (500, ConnectionDown, "répond 500"),
    ],
)
def test_what_the_bank_answers_is_said(status: int, error: Any, said: str, bank: Any) -> None:
    bank.status = status
    with pytest.raises(error, match=said):
        HttpSource(bank.url, trusted=["127.0.0.1"]).take()
    assert len(bank.seen) == 1


def test_nothing_new_is_no_error(bank: Any) -> None:
    bank.status = 204
    assert HttpSource(bank.url, trusted=["127.0.0.1"]).take() == []


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/", "https://localhost/", "https://[::1]/", "https://10.0.0.5/r",
        "https://169.254.169.254/latest", "https://192.168.1.1/", "https://[::ffff:10.0.0.1]/",
        "https://0.0.0.0/", "https://224.0.0.1/", "https://[64:ff9b::a00:1]/",
        "https://[2002:a00:1::]/", "https://[fe80::1]/",
    ],
)  # fmt: skip
def test_the_servers_own_network_is_never_called(url: str) -> None:
    with pytest.raises(ConnectionDown, match="réseau interne"):
        HttpSource(url).take()


@pytest.mark.parametrize(
    "url",
    ["http://banque.example/", "ftp://banque.example/", "file:///etc/passwd", "banque",
     "https://moi:secret@banque.example/", "https://banque.example:99999/", ""],
)  # fmt: skip
def test_an_address_must_be_https(url: str) -> None:
    with pytest.raises(ConnectionDown):
        checked(url, [])


def test_a_bank_that_does_not_answer_is_down() -> None:
    with pytest.raises(ConnectionDown, match="ne répond pas"):
        HttpSource("http://127.0.0.1:9/", trusted=["127.0.0.1"], timeout=2).take()


def test_a_secret_is_sealed_by_the_newest_key_and_opened_by_all(settings: Any) -> None:
    settings.TOKEN_KEYS = []
    by_default = sealing.seal(SECRET)
    assert SECRET not in by_default
    assert sealing.unseal(by_default) == SECRET
    settings.TOKEN_KEYS = ["ancienne"]
    old = sealing.seal(SECRET)
    settings.TOKEN_KEYS = ["nouvelle", "ancienne"]
    assert sealing.unseal(old) == SECRET
    settings.TOKEN_KEYS = ["nouvelle"]
    with pytest.raises(sealing.SealBroken):
        sealing.unseal(old)
    assert sealing.seal("") == sealing.unseal("") == ""
