"""The API of the books and the command that answers the same."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from clients.models import Dossier
from firm.models import User
from tests.conftest import open_dossier
from tests.ledger.books import Y2022, Y2023, Line, Piece, asked_of_the_books, make_books

D = dt.date
API = "/api/dossiers/boulangerie/"

Get = Callable[..., Any]


def sale(day: dt.date, cents: int, *, third: str = "C1", number: str = "") -> Piece:
    return Piece(
        "VE",
        day,
        [Line("411000", debit=cents, third=third), Line("707000", credit=cents)],
        label=f"Vente {cents}",
        number=number,
        ref=f"FA-{cents}",
    )


def carried(day: dt.date, cents: int) -> Piece:
    lines = [Line("411000", debit=cents, third="C1"), Line("120000", credit=cents)]
    return Piece("AN", day, lines, label="À nouveau", is_opening=True)


@pytest.fixture
def get(client: Client, alice: User) -> Get:
    """GET as Alice, decoded."""
    client.force_login(alice, backend="allauth.account.auth_backends.AuthenticationBackend")

    def call(path: str, **query: str | int) -> Any:
        answer: Any = client.get(API + path, query)
        return answer.json() if answer.status_code == 200 else answer

    return call


@pytest.fixture
def two_years(alice: User, boulangerie: Dossier) -> Dossier:
    with open_dossier(alice, boulangerie):
        make_books(boulangerie, [sale(D(2022, 5, 3), 120_00)], **Y2022)
        make_books(
            boulangerie,
            [carried(D(2023, 1, 1), 120_00), sale(D(2023, 2, 3), 50_05), sale(D(2023, 7, 3), 1_00)],
            **Y2023,
        )
    return boulangerie


def test_the_trial_balance_has_the_shape_of_the_contract(get: Get, two_years: Dossier) -> None:
    answer = get("trial-balance/", since="2023-02-01", until="2023-06-30")

    assert answer == {
        "since": "2023-02-01",
        "until": "2023-06-30",
        "rows": [
            {
                "account": "120000", "label": "Compte 120000", "opening": "-120.00",
                "debit": "0.00", "credit": "0.00", "closing": "-120.00",
                "movement_debit": "0.00", "movement_credit": "0.00",
            },
            {
                "account": "411000", "label": "Compte 411000", "opening": "120.00",
                "debit": "50.05", "credit": "0.00", "closing": "170.05",
                "movement_debit": "50.05", "movement_credit": "0.00",
            },
            {
                "account": "707000", "label": "Compte 707000", "opening": "0.00",
                "debit": "0.00", "credit": "50.05", "closing": "-50.05",
                "movement_debit": "0.00", "movement_credit": "50.05",
            },
        ],
        "totals": {
            "opening": "0.00", "debit": "50.05", "credit": "50.05", "closing": "0.00",
            "movement_debit": "50.05", "movement_credit": "50.05",
        },
    }  # fmt: skip


def test_by_default_it_covers_the_latest_year_with_lines_opening_entries_included(
    get: Get, two_years: Dossier
) -> None:
    answer = get("trial-balance/")

    assert (answer["since"], answer["until"]) == ("2023-01-01", "2023-12-31")
    customers = next(row for row in answer["rows"] if row["account"] == "411000")
    assert customers["opening"] == "0.00"
    assert (customers["debit"], customers["movement_debit"]) == ("171.05", "51.05")


def test_an_empty_dossier_answers_no_rows(get: Get, boulangerie: Dossier) -> None:
    assert get("trial-balance/") == {
        "since": None,
        "until": None,
        "rows": [],
        "totals": {
            "opening": "0.00", "debit": "0.00", "credit": "0.00", "closing": "0.00",
            "movement_debit": "0.00", "movement_credit": "0.00",
        },
    }  # fmt: skip
    for path in ("general-ledger/", "journals/", "entries/", "fiscal-years/", "accounts/"):
        assert get(path) == {"results": [], "next": None}


@pytest.mark.parametrize(
    ("query", "field"),
    [({"since": "hier"}, "since"), ({"since": "2023-02-01", "until": "2023-01-01"}, "until")],
)
def test_a_period_that_cannot_be_read_is_a_problem_that_names_the_field(
    get: Get, two_years: Dossier, query: dict[str, str], field: str
) -> None:
    answer = get("trial-balance/", **query)

    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["errors"][0]["field"] == field


def test_the_general_ledger_of_an_account_is_paged_with_its_running_balance(
    get: Get, two_years: Dossier
) -> None:
    first = get("general-ledger/", account="411000", limit=2)
    second = get("general-ledger/", account="411000", limit=2, cursor=first["next"])

    assert [row["balance"] for row in first["results"]] == ["120.00", "170.05"]
    assert [row["balance"] for row in second["results"]] == ["171.05"]
    assert second["next"] is None
    assert first["totals"]["closing"] == "171.05"
    line = first["results"][1]
    assert (line["journal"], line["piece_ref"], line["third_party"]) == (
        "VE",
        "FA-5005",
        "Tiers C1",
    )


def test_without_an_account_the_general_ledger_holds_them_all(get: Get, two_years: Dossier) -> None:
    found: list[Any] = []
    cursor: str | None = ""
    while cursor is not None:
        answer = get("general-ledger/", limit=2, cursor=cursor or "")
        found += answer["results"]
        cursor = answer["next"]

    assert len(found) == 6
    assert {row["account"]: row["balance"] for row in found} == {
        "411000": "171.05",
        "120000": "-120.00",
        "707000": "-51.05",
    }


def test_an_unknown_account_is_not_found(get: Get, two_years: Dossier) -> None:
    assert get("general-ledger/", account="999").status_code == 404


def test_journals_tell_what_they_hold(get: Get, two_years: Dossier) -> None:
    rows = {row["code"]: row for row in get("journals/")["results"]}

    assert (rows["VE"]["entries"], rows["VE"]["debit"]) == (3, "171.05")
    assert (rows["AN"]["entries"], rows["AN"]["credit"]) == (1, "120.00")


def test_fiscal_years_come_latest_first(get: Get, two_years: Dossier) -> None:
    rows = get("fiscal-years/")["results"]

    assert [(row["start"], row["end"], row["entries"]) for row in rows] == [
        ("2023-01-01", "2023-12-31", 3),
        ("2022-01-01", "2022-12-31", 1),
    ]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, ["2022-05-03", "2023-01-01", "2023-02-03", "2023-07-03"]),
        ({"since": "2023-02-01"}, ["2023-02-03", "2023-07-03"]),
        ({"until": "2022-12-31"}, ["2022-05-03"]),
        ({"journal": "AN"}, ["2023-01-01"]),
        ({"journal": "??"}, []),
        ({"amount": "50.05"}, ["2023-02-03"]),
        ({"q": "fa-100"}, ["2023-07-03"]),
    ],
)
def test_entries_are_listed_by_date_and_filtered(
    get: Get, two_years: Dossier, query: dict[str, str], expected: list[str]
) -> None:
    assert [row["date"] for row in get("entries/", **query)["results"]] == expected


def test_an_amount_that_cannot_be_read_is_a_problem(get: Get, two_years: Dossier) -> None:
    assert get("entries/", amount="12,3x").status_code == 422


def test_an_entry_carries_its_lines(get: Get, two_years: Dossier) -> None:
    listed = get("entries/", amount="50.05")["results"][0]

    one = get(f"entries/{listed['id']}/")

    assert one == listed
    assert (one["debit"], one["credit"], one["import"]) == ("50.05", "50.05", None)
    assert [(line["account"], line["debit"], line["credit"]) for line in one["lines"]] == [
        ("411000", "50.05", "0.00"),
        ("707000", "0.00", "50.05"),
    ]
    assert one["lines"][0]["third_party"]["code"] == "C1"
    assert get("entries/999999/").status_code == 404


@pytest.mark.parametrize("path", ["journals/", "accounts/", "third-parties/", "entries/"])
def test_lists_are_walked_by_their_cursor_without_loss(
    get: Get, two_years: Dossier, path: str
) -> None:
    every = get(path)["results"]
    found: list[Any] = []
    cursor: str | None = ""
    while cursor is not None:
        answer = get(path, limit=1, cursor=cursor or "")
        assert len(answer["results"]) == 1
        found += answer["results"]
        cursor = answer["next"]

    assert found == every


@pytest.mark.parametrize(
    ("path", "queries"),
    [
        ("trial-balance/", 2),
        ("general-ledger/", 3),
        ("general-ledger/?account=411000", 4),
        ("journals/", 2),
        ("entries/", 3),
        ("fiscal-years/", 1),
        ("accounts/", 1),
        ("third-parties/", 1),
    ],
)
@pytest.mark.parametrize("count", [1, 3])
def test_each_call_costs_the_same_queries_at_one_and_three_rows(
    client: Client, alice: User, boulangerie: Dossier, path: str, queries: int, count: int
) -> None:
    with open_dossier(alice, boulangerie):
        pieces = [
            sale(D(2022, rank, 3), rank * 100, third=f"C{rank}") for rank in range(1, count + 1)
        ]
        make_books(boulangerie, pieces, **Y2022)
    client.force_login(alice, backend="allauth.account.auth_backends.AuthenticationBackend")

    assert asked_of_the_books(lambda: client.get(API + path)) == queries


@pytest.mark.parametrize(
    ("who", "status"),
    [("alice", 200), ("bruno", 200), ("denis", 200), ("emma", 403), ("eve", 404)],
)
@pytest.mark.parametrize(
    "path", ["trial-balance/", "general-ledger/", "entries/", "third-parties/"]
)
def test_who_may_read_the_books(
    client: Client, boulangerie: Dossier, request: Any, who: str, status: int, path: str
) -> None:
    user = request.getfixturevalue(who)
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")

    assert client.get(API + path).status_code == status


def test_nobody_reads_the_books_without_saying_who_he_is(
    client: Client, boulangerie: Dossier
) -> None:
    assert client.get(API + "trial-balance/").status_code == 401


def test_an_entry_of_another_dossier_is_not_found(
    client: Client, eve: User, alice: User, two_years: Dossier, get: Get
) -> None:
    listed = get("entries/")["results"][0]
    client.force_login(eve, backend="allauth.account.auth_backends.AuthenticationBackend")

    assert client.get(f"{API}entries/{listed['id']}/").status_code == 404
