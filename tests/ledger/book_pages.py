"""What the tests of the books' pages share: two years of books, and a reader of pages."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

import pytest
from django.test import Client

from clients.models import Dossier
from firm.models import User
from tests.conftest import open_dossier
from tests.ledger.books import Y2022, Y2023, Books, Line, Piece, make_books

D = dt.date
HOME = "/dossier/boulangerie/"
BOOKS = f"{HOME}comptabilite/"
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"

Get = Callable[..., str]


def sale(day: dt.date, cents: int, third: str = "C1", letter: str = "") -> Piece:
    lines = [
        Line("411000", debit=cents, third=third, letter=letter, line_no=cents),
        Line("707000", credit=cents, line_no=cents + 1),
    ]
    label = f"Vente de {cents} centimes"
    return Piece("VE", day, lines, label=label, ref=f"FA-{cents}", journal_label="Ventes")


def payment(day: dt.date, cents: int, letter: str = "") -> Piece:
    lines = [Line("512000", debit=cents), Line("411000", credit=cents, third="C1", letter=letter)]
    return Piece("BQ", day, lines, label="Règlement")


@pytest.fixture(name="get")
def get_as_alice(client: Client, alice: User) -> Get:
    """GET as Alice; the body's text, with spaces squeezed."""
    client.force_login(alice, backend=BACKEND)

    def call(path: str, status: int = 200, headers: dict[str, str] | None = None) -> str:
        answer = client.get(path, headers=headers or {})
        assert answer.status_code == status, path
        return re.sub(r"\s+", " ", answer.content.decode())

    return call


def words(page: str) -> str:
    """The page without its tags; every kind of space is one."""
    return re.sub(r"[\s\u00a0\u202f]+", " ", re.sub(r"<[^>]+>", " ", page).replace("&nbsp;", " "))


@pytest.fixture(name="books")
def two_years_of_books(alice: User, boulangerie: Dossier) -> Books:
    """Two years; in 2023 a carried balance, a settled sale, an open one."""
    with open_dossier(alice, boulangerie):
        make_books(boulangerie, [sale(D(2022, 5, 3), 100_00)], **Y2022)
        carried = Piece(
            "AN", D(2023, 1, 1), [Line("411000", 100_00, third="C1"), Line("120000", 0, 100_00)],
            label="À nouveau", is_opening=True,
        )  # fmt: skip
        return make_books(
            boulangerie,
            [
                carried,
                sale(D(2023, 2, 3), 250_00, letter="A"),
                payment(D(2023, 3, 3), 250_00, letter="A"),
                sale(D(2023, 11, 20), 1_234_56, "C2"),
            ],
            **Y2023,
        )
