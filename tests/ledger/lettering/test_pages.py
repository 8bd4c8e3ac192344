"""The pages of lettering: what they show, cost and refuse."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from clients.models import Dossier
from firm import jobs
from firm.models import Job, User
from ledger.models import Entry, Lettering, LetteringProposal
from tests.conftest import open_dossier
from tests.ledger.book_pages import BACKEND, Get, get_as_alice, words
from tests.ledger.books import asked_of_the_books
from tests.ledger.lettering.desk import Desk, csv_rows, letters

__all__ = ["get_as_alice"]
pytestmark = pytest.mark.django_db(transaction=True)
BASE = "/dossier/boulangerie/comptabilite/lettrage/"
EXPORT = "/dossier/boulangerie/exports/lettrage/"


@pytest.fixture(name="desk")
def desk_of(boulangerie: Dossier, alice: User) -> Desk:
    with open_dossier(alice, boulangerie):
        return Desk(boulangerie, alice)


@pytest.fixture(name="post")
def post_as_alice(client: Client, alice: User) -> Any:
    client.force_login(alice, backend=BACKEND)

    def call(path: str, data: dict[str, Any] | None = None, status: int = 302) -> Any:
        answer = client.post(f"{BASE}{path}", data or {})
        assert answer.status_code == status, answer.content.decode()[:2000]
        return answer

    return call


def fill(desk: Desk, count: int, boulangerie: Dossier, alice: User) -> str:
    """Open lines of some customers; answers how addresses name the first."""
    with open_dossier(alice, boulangerie):
        for rank in range(count):
            for _time in range(count):
                desk.line(10_000 + rank, customer=f"C{rank}", piece=f"FA-{rank}")
        return f"{desk.receivable.id}-{desk.customer('C0').id}"


@pytest.mark.parametrize("count", [1, 3])
def test_the_pages_ask_a_constant_number_of_queries(
    count: int, desk: Desk, boulangerie: Dossier, alice: User, get: Get
) -> None:
    key = fill(desk, count, boulangerie, alice)
    asked = [
        asked_of_the_books(lambda path=path: get(f"{BASE}{path}"))  # type: ignore[misc]
        for path in ("", f"?tiers={key}", f"?tiers={key}&vue=toutes")
    ]
    assert asked == [4, 8, 8]
    with open_dossier(alice, boulangerie):
        for rank in range(count):
            desk.line(-77 - rank, customer=f"P{rank}")
            desk.line(77 + rank, customer=f"P{rank}")
        job = desk.propose()
    assert asked_of_the_books(lambda: get(f"{BASE}propositions/{job.pk}/")) == 6


def test_the_list_says_whose_lines_are_open_and_the_pane_shows_them(
    desk: Desk, boulangerie: Dossier, alice: User, get: Get
) -> None:
    key = fill(desk, 3, boulangerie, alice)
    page = words(get(f"{BASE}?tiers={key}"))
    assert "411000 C0" in page
    assert "300,00 € D" in page
    assert "Total 9" in page
    pane = get(f"{BASE}?tiers={key}", headers={"HX-Target": "detail"})
    assert pane.count('data-cents="10000"') == 3
    assert "C1" not in words(get(f"{BASE}?q=c0"))
    assert "Aucun tiers ne correspond" in words(get(f"{BASE}?q=zzz"))
    assert "Aucun tiers ne correspond" in words(get(f"{BASE}?paires=1"))


def test_an_odd_address_is_no_fault(desk: Desk, get: Get) -> None:
    del desk
    for query in ("?tiers=9-9", "?tiers=x", "?vue=x&exercice=2&collectif=9", "?lignes=x&apres=x"):
        assert "Lettrage" in get(f"{BASE}{query}")
    get(f"{BASE}propositions/987/", 404)


@pytest.mark.row("B24")
def test_lines_are_lettered_then_given_back_by_the_toast(
    desk: Desk, boulangerie: Dossier, alice: User, post: Any, client: Client
) -> None:
    with open_dossier(alice, boulangerie):
        due, paid = desk.line(10_000), desk.line(-9_998)
    ids = [f"{one.entry_id}-1" for one in (due, paid)]
    answer = client.post(f"{BASE}lettrer/", {"ids": ids}, headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert "laissent 0,02 € au débit" in words(answer.content.decode())
    post("lettrer/", {"ids": ids, "reste": "ecart", "next": BASE, "suite": "5-1"})
    with open_dossier(alice, boulangerie):
        (made,) = Lettering.objects.all()
    shown = client.get(BASE).content.decode()
    assert f"{BASE}delettrer/{made.id}/" in shown
    assert "3 lignes lettrées AA" in words(shown)
    post(f"delettrer/{made.id}/")
    shown = client.get(BASE).content.decode()
    assert "relettrer/?lignes=" in shown
    with open_dossier(alice, boulangerie):
        assert letters(due, paid) == [None, None]
        assert not Entry.objects.filter(shape="write_off").exists()
    post(f"relettrer/?lignes={','.join(ids)}&reste=ecart")
    with open_dossier(alice, boulangerie):
        assert letters(due, paid) == ["AA", "AA"]
    post("delettrer/", {"ids": ids})


@pytest.mark.row("B24")
def test_groups_are_proposed_ticked_lettered_and_taken_back_on_the_pages(
    desk: Desk, boulangerie: Dossier, alice: User, post: Any, get: Get
) -> None:
    with open_dossier(alice, boulangerie):
        kept = [desk.line(100, customer="A"), desk.line(-100, day=12, customer="A")]
        out = [desk.line(200, customer="B"), desk.line(-200, customer="B")]
        desk.line(300, customer="D")
        desk.line(300, customer="D")
        desk.line(-300, customer="D")
    bad = post("proposer/", {"portee": "dossier", "tolerance": "12"}, 422)
    assert "entre 0 et 10,00 €" in words(bad.content.decode())
    url = post("proposer/", {"portee": "dossier", "tolerance": "0,05"}).url
    page = words(get(url))
    assert "Montant exact, écart de 12 jours" in page
    assert "Lettrer 2 groupes" in page
    assert "2 lignes au débit et 1 au crédit" in words(get(f"{url}?onglet=ambigus"))
    with open_dossier(alice, boulangerie):
        row = LetteringProposal.objects.get(debit=200, is_ambiguous=False)
    part = url.removeprefix(BASE)
    post(f"{part}choisir/?onglet=proposes", {"tout": "1", "retenir": "1"})
    assert "Lettrer 2 groupes" in words(get(url))
    post(f"{part}choisir/", {"ids": [row.pk], "retenir": "0"})
    post(f"{part}confirmer/")
    job = Job.objects.get(kind="ledger.letter")
    jobs.run(job.pk)
    with open_dossier(alice, boulangerie):
        assert letters(*kept, *out) == ["AA", "AA", None, None]
    assert "1 groupe lettré" in words(get(url))
    assert "Tout le dossier" in words(get(BASE))
    post(f"{part}annuler/")
    with open_dossier(alice, boulangerie):
        assert letters(*kept) == [None, None]


def test_one_third_party_is_proposed_alone(
    desk: Desk, boulangerie: Dossier, alice: User, post: Any
) -> None:
    with open_dossier(alice, boulangerie):
        for customer in "AB":
            desk.line(100, customer=customer)
            desk.line(-100, customer=customer)
        key = f"{desk.receivable.id}-{desk.customer('A').id}"
    post("proposer/", {"portee": "tiers", "tiers": key, "tolerance": ""})
    with open_dossier(alice, boulangerie):
        (row,) = LetteringProposal.objects.all()
        assert row.third_party_id == desk.customer("A").id
        job = Job.objects.get(pk=row.job_id)
    post(f"propositions/{job.pk}/abandonner/")


def test_the_open_lines_are_exported_by_third_party(
    desk: Desk, boulangerie: Dossier, alice: User, get: Get, client: Client
) -> None:
    fill(desk, 2, boulangerie, alice)
    del get
    answer: Any = client.get(f"{EXPORT}?format=csv&q=c1")
    rows = csv_rows(b"".join(answer.streaming_content))
    assert [row[:4] for row in rows[1:-1]] == [["411000", "C1", "C1", "2"]]
