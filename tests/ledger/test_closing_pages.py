"""Validation, reversal, à-nouveaux and closing on the screen."""

from __future__ import annotations

import datetime as dt
import re
import uuid

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from clients.models import Dossier
from firm import jobs
from firm.models import User
from ledger.actions.summaries import refresh_stats
from ledger.models import Entry, FiscalYear
from tests.clients.account_acts import fresh
from tests.conftest import open_dossier
from tests.ledger.book_pages import BACKEND, BOOKS, Books, Get, words

pytestmark = pytest.mark.django_db(transaction=True)
YEARS = BOOKS + "exercices/"
PAST, LAST = YEARS + "2022-12-31/", YEARS + "2023-12-31/"


@pytest.fixture
def desk(alice: User, books: Books, boulangerie: Dossier) -> Client:
    """Alice at her desk, over two years of books."""
    with open_dossier(alice, boulangerie):
        refresh_stats(boulangerie.id)
    client = Client()
    client.force_login(alice, backend=BACKEND)
    return client


def state_of(alice: User, dossier: Dossier, year: int) -> str:
    with open_dossier(alice, dossier):
        found: str = FiscalYear.objects.get(end=dt.date(year, 12, 31)).state
    return found


def test_what_would_be_validated_is_shown_then_done_by_a_job(
    desk: Client, get: Get, alice: User, boulangerie: Dossier
) -> None:
    page = get(LAST + "validation/?au=30/06/2023")
    assert "3 écritures" in words(page)
    mark = re.search(r'name="mark" value="([0-9a-f]+)"', page)
    assert mark
    stale = desk.post(LAST + "validation/", {"au": "30/06/2023", "mark": "0", "lu": "on"})
    assert stale.status_code == 409
    answer = desk.post(LAST + "validation/", {"au": "30/06/2023", "mark": mark[1], "lu": "on"})
    job = int(answer.headers["Location"].rstrip("/").rsplit("/", 1)[1])
    assert "Travail en cours" in words(get(answer.headers["Location"]))
    jobs.run(job)
    done = words(get(answer.headers["Location"]))
    assert "3 écritures validées" in done
    with open_dossier(alice, boulangerie):
        assert Entry.objects.filter(state="validated").count() == 3
    wrong = desk.get(LAST + "validation/?au=31/12/2024")
    assert wrong.status_code == 422
    assert 'value="31/12/2024"' in wrong.text, "what was typed stays"
    assert "J’ai vérifié" not in wrong.text, "nothing is validated up to another day than that"


def test_one_entry_is_validated_then_reversed(
    desk: Client, get: Get, books: Books, alice: User, boulangerie: Dossier
) -> None:
    entry = books.entries[3]
    place = f"{BOOKS}ecritures/{entry.id}/"
    assert "Valider" in words(get(place))
    assert desk.post(place + "validation/").status_code == 302
    page = words(get(place))
    assert "VE-00001" in page
    assert "Contre-passer" in page
    answer = desk.post(place + "contre-passation/", {"date": "30/11/2023"})
    assert answer.status_code == 302
    assert "Contre-passation de VE VE-00001" in words(get(answer.headers["Location"]))
    assert "le 30/11/2023" in words(get(place))
    again = desk.post(place + "contre-passation/", {"date": "30/11/2023"})
    assert again.status_code == 409
    assert desk.post(place + "validation/").status_code == 422


def test_a_year_is_locked_unlocked_carried_and_closed(
    desk: Client, get: Get, alice: User, boulangerie: Dossier
) -> None:
    assert desk.post(PAST + "verrou/", {"verrou": "1"}).status_code == 302
    assert state_of(alice, boulangerie, 2022) == "locked"
    assert "Exercice du 31/12/2022 verrouillé" in words(desk.get(YEARS).text)
    desk.post(PAST + "verrou/?verrou=0")
    assert state_of(alice, boulangerie, 2022) == "open"
    refused = desk.post(LAST + "a-nouveaux/")
    assert refused.status_code == 422
    assert desk.post(PAST + "cloture/").headers["Location"].startswith("/compte/confirmer/")
    desk = fresh(alice)
    page = words(desk.get(LAST + "cloture/").text)
    assert "n’est pas clos" in page
    first = desk.post(PAST + "cloture/", {"confirmation": "autre"})
    assert first.status_code == 422
    done = desk.post(PAST + "cloture/", {"confirmation": "boulangerie"})
    assert done.status_code == 302, words(done.text)
    jobs.run(int(done.headers["Location"].rstrip("/").rsplit("/", 1)[1]))
    assert "Terminé" in words(get(done.headers["Location"]))
    assert state_of(alice, boulangerie, 2022) == "closed"
    assert desk.post(PAST + "verrou/", {"verrou": "0"}).status_code == 422
    desk.post(YEARS + "nouveau/", {"start": "01/01/2024", "end": "31/12/2024"})
    assert desk.post(LAST + "a-nouveaux/").status_code == 302
    assert "À-nouveaux provisoires écrits" in words(desk.get(YEARS).text)
    assert desk.post(LAST + "a-nouveaux/", {"retirer": "1"}).status_code == 302


def test_the_page_of_years_costs_the_same_at_one_and_three(
    desk: Client, alice: User, boulangerie: Dossier
) -> None:
    counts = []
    desk.get(YEARS)
    for year in (2024, 2026):
        with CaptureQueriesContext(connection) as caught:
            desk.get(YEARS)
        counts.append(len(caught))
        with open_dossier(alice, boulangerie):
            FiscalYear.objects.create(
                dossier=boulangerie, start=dt.date(year, 1, 1), end=dt.date(year, 12, 31)
            )
    assert counts[0] == counts[1]


def test_by_the_api_a_year_is_validated_locked_and_closed(
    desk: Client, alice: User, boulangerie: Dossier
) -> None:
    api = "/api/dossiers/boulangerie/"

    def post(path: str, data: dict[str, object], status: int) -> dict[str, object]:
        answer = desk.post(
            api + path, data, content_type="application/json",
            headers={"Idempotency-Key": uuid.uuid4().hex},
        )  # fmt: skip
        assert answer.status_code == status, answer.text
        found: dict[str, object] = answer.json()
        return found

    job = post("validations/", {"year_end": "2022-12-31"}, 201)
    assert job["state"] == "previewed"
    assert job["preview"]["entries"] == 1  # type: ignore[index]
    post(f"validations/{job['id']}/confirm/", {}, 202)
    jobs.run(int(str(job["id"])))
    assert desk.get(f"{api}validations/{job['id']}/").json()["result"]["entries"] == 1
    post("fiscal-years/2022-12-31/lock/", {"locked": True}, 200)
    post("fiscal-years/2022-12-31/lock/", {"locked": False}, 200)
    desk = fresh(alice)
    post("fiscal-years/2022-12-31/close/", {"confirmation": "autre"}, 422)
    closing = post("fiscal-years/2022-12-31/close/", {"confirmation": "boulangerie"}, 202)
    jobs.run(int(str(closing["id"])))
    assert state_of(alice, boulangerie, 2022) == "closed"
    post("fiscal-years/", {"start": "2024-01-01", "end": "2024-12-31"}, 201)
    with open_dossier(alice, boulangerie):
        entry = Entry.objects.get(state="validated", fiscal_year__end=dt.date(2022, 12, 31))
    post(f"entries/{entry.id}/reverse/", {"date": "2022-12-31"}, 422)
    made = post(f"entries/{entry.id}/reverse/", {"date": "2024-01-15"}, 201)
    assert made["state"] == "draft"
