"""A table too long for an answer is prepared by a job and kept a day."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from clients.models import Dossier
from firm import jobs
from firm.models import Job, User
from ledger import export_store
from ledger.actions import table_export
from tests.conftest import open_dossier
from tests.ledger.books import Books
from tests.ledger.table_files import (  # noqa: F401 (fixtures)
    FORMATS,
    content,
    download,
    exported_books,
    make_two_years,
    name_of,
    read_csv,
    signed_in,
    web_of_alice,
)


@pytest.fixture
def short_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_export, "MOST_AT_ONCE", 5)


def start(web: Client, table: str, form: str, nonce: str = "a" * 32) -> Job:
    address = reverse("ledger:export", args=["boulangerie", table]) + f"?format={form}"
    page = web.get(address).content.decode()
    assert "il sera préparé en arrière-plan" in page
    response = web.post(address, {"nonce": nonce})
    assert response.status_code == 302
    return Job.objects.get(pk=int(response["Location"].rstrip("/").rsplit("/", 1)[1]))


def file_of(web: Client, job: Job) -> Any:
    return web.get(reverse("ledger:export_file", args=["boulangerie", job.id]))


def stored(dossier: Dossier) -> list[str]:
    folder = f"exports/{dossier.id}"
    return default_storage.listdir(folder)[1] if default_storage.exists(folder) else []


@pytest.mark.django_db(transaction=True)
def test_more_than_the_limit_is_prepared_by_a_job_for_whoever_asked(
    boulangerie: Dossier, alice: User, bruno: User, short_limit: None
) -> None:
    with open_dossier(alice, boulangerie):
        make_two_years(boulangerie)
    web = signed_in(Client(), alice)
    for at, form in enumerate(FORMATS):
        job = start(web, "grand-livre", form, nonce=f"{at:032x}")
        assert file_of(web, job).status_code == 409
        assert jobs.run(job.id)
        job.refresh_from_db()
        assert job.state == "done", job.error
        response = file_of(web, job)
        assert name_of(response) == f"grand-livre-2022.{form}"
        assert content(response)
        page = web.get(reverse("ledger:export_job", args=["boulangerie", job.id])).content.decode()
        assert "Votre fichier est prêt" in page
        tray = web.get(reverse("job_tray")).content.decode()
        assert reverse("ledger:export_file", args=["boulangerie", job.id]) in tray
        assert file_of(signed_in(Client(), bruno), job).status_code == 404
    assert len(stored(boulangerie)) == 3


@pytest.mark.django_db(transaction=True)
def test_a_form_sent_twice_starts_one_job(
    boulangerie: Dossier, alice: User, short_limit: None
) -> None:
    with open_dossier(alice, boulangerie):
        make_two_years(boulangerie)
    web = signed_in(Client(), alice)
    assert start(web, "grand-livre", "csv") == start(web, "grand-livre", "csv")


@pytest.mark.django_db(transaction=True)
def test_a_job_that_is_stopped_offers_no_file(
    boulangerie: Dossier, alice: User, short_limit: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_dossier(alice, boulangerie):
        make_two_years(boulangerie)
    web = signed_in(Client(), alice)
    job = start(web, "grand-livre", "csv")
    keep = export_store.keep

    def keep_then_stop(dossier_id: int, job_id: int, made: Path) -> None:
        keep(dossier_id, job_id, made)
        raise jobs.Cancelled

    monkeypatch.setattr(export_store, "keep", keep_then_stop)
    assert jobs.run(job.id)
    job.refresh_from_db()
    assert job.state == "cancelled"
    assert stored(boulangerie) == []
    assert file_of(web, job).status_code == 409
    waiting = start(web, "grand-livre", "csv", nonce="b" * 32)
    web.post(reverse("job_cancel", args=[waiting.id]))
    assert not jobs.run(waiting.id)
    assert file_of(web, waiting).status_code == 409


@pytest.mark.django_db(transaction=True)
def test_a_prepared_file_is_kept_a_day(
    boulangerie: Dossier, alice: User, short_limit: None
) -> None:
    with open_dossier(alice, boulangerie):
        make_two_years(boulangerie)
    web = signed_in(Client(), alice)
    job = start(web, "grand-livre", "csv")
    jobs.run(job.id)
    path = default_storage.path(export_store.stored_name(boulangerie.id, job.id))
    old = (timezone.now() - dt.timedelta(hours=25)).timestamp()
    os.utime(path, (old, old))
    assert file_of(web, job).status_code == 404
    assert export_store.drop_expired() == 1
    assert not Path(path).exists()


@pytest.mark.django_db
def test_only_more_than_twenty_thousand_rows_are_too_many_for_an_answer(
    books: Books, web: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert table_export.MOST_AT_ONCE == 20_000
    count = len(read_csv(content(download(web, "grand-livre", "csv")))) - 2
    monkeypatch.setattr(table_export, "MOST_AT_ONCE", count)
    assert len(content(download(web, "grand-livre", "csv")))
    monkeypatch.setattr(table_export, "MOST_AT_ONCE", count - 1)
    assert start(web, "grand-livre", "csv").total == count
