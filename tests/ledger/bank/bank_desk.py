"""Alice at the bank of the bakery: its account, and what she sends."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from clients.models import Dossier
from firm.models import User
from ledger.models import BankAccount, BankTransaction
from tests.conftest import open_dossier
from tests.ledger.bank.bank_rows import D, account, transaction
from tests.ledger.book_pages import BACKEND

Post = Callable[..., Any]


@pytest.fixture(name="on")
def bank_account(alice: User, boulangerie: Dossier) -> BankAccount:
    with open_dossier(alice, boulangerie):
        return account(boulangerie, alice)


@pytest.fixture(name="post")
def post_as_alice(client: Client, alice: User) -> Post:
    client.force_login(alice, backend=BACKEND)

    def call(path: str, data: dict[str, Any] | None = None, status: int = 302) -> Any:
        answer = client.post(path, data or {})
        assert answer.status_code == status, answer.content.decode()[:2000]
        return answer

    return call


def fill(dossier: Dossier, on: BankAccount, by: User, count: int) -> list[BankTransaction]:
    with open_dossier(by, dossier):
        return [
            transaction(dossier, on, date=D(2025, 1, 1 + n), label=f"PRLV {n}", amount=-n - 1)
            for n in range(count)
        ]


def upload(content: bytes, name: str = "r.xml") -> dict[str, Any]:
    return {"file": SimpleUploadedFile(name, content)}
