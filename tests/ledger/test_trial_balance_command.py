"""`manage trial_balance` answers as the API does."""

from __future__ import annotations

import datetime as dt
import io
import json

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from clients.demo import Cast, create_cast
from tests.conftest import open_dossier
from tests.ledger.books import Y2022, Line, Piece, make_books

pytestmark = pytest.mark.django_db(transaction=True)

API = "/api/dossiers/boulangerie/"


SALE = Piece(
    "VE", dt.date(2022, 5, 3), [Line("411000", debit=120_00), Line("707000", credit=120_00)]
)


@pytest.fixture
def committed() -> Cast:
    """The cast and one year of books, where another connection sees them."""
    cast = create_cast()
    with open_dossier(cast.people["alice"], cast.boulangerie):
        make_books(cast.boulangerie, [SALE], **Y2022)
    return cast


def run(*arguments: str) -> str:
    said = io.StringIO()
    call_command("trial_balance", *arguments, stdout=said)
    return said.getvalue()


def test_the_command_answers_as_the_api(client: Client, committed: Cast) -> None:
    client.force_login(
        committed.people["alice"], backend="allauth.account.auth_backends.AuthenticationBackend"
    )

    told = json.loads(run("--dossier", "boulangerie", "--json"))

    assert told == client.get(API + "trial-balance/").json()
    assert told["totals"]["debit"] == "120.00"


def test_the_command_prints_a_table_and_takes_a_period(committed: Cast) -> None:
    told = run("--dossier", "boulangerie", "--since", "2022-05-01", "--until", "2022-05-31")

    assert "du 01/05/2022 au 31/05/2022" in told
    assert "411000" in told
    assert "120,00 D" in told


@pytest.mark.parametrize(
    "arguments",
    [
        ["--dossier", "personne"],
        ["--dossier", "boulangerie", "--since", "2022-05-02", "--until", "2022-05-01"],
    ],
)
def test_the_command_refuses_with_a_sentence(committed: Cast, arguments: list[str]) -> None:
    with pytest.raises(CommandError):
        run(*arguments)
