"""« Doublons » on the screen: the pairs, both sides of one, and the decision."""

from __future__ import annotations

import pytest
from django.test import Client

from clients.models import Dossier, DossierStats
from firm import jobs
from firm.models import AuditEvent, Job, User
from ledger.models import DuplicateFlag, Invoice
from tests.conftest import open_dossier
from tests.ledger.book_pages import BACKEND, Get, get_as_alice, words
from tests.ledger.books import asked_of_the_books
from tests.ledger.duplicate_items import D, bank_account, invoice, moved, search, supplier
from tests.ledger.test_fec_flow import DATA, REAL, confirm, send

__all__ = ["get_as_alice"]
BASE = "/dossier/boulangerie/doublons/"
DAY = D(2025, 3, 10)

pytestmark = pytest.mark.django_db


def some_pairs(dossier: Dossier, by: User, number: int = 1) -> list[int]:
    with open_dossier(by, dossier):
        moulin, account = supplier(dossier, "Moulin"), bank_account(dossier)
        for rank in range(number):
            invoice(dossier, moulin, f"FA-{rank + 1}00", 60_000 + rank, DAY)
            invoice(dossier, moulin, f"{rank + 1}00", 60_000 + rank, D(2025, 3, 12))
            moved(account, -500 - rank, DAY, "CB CARREFOUR")
            moved(account, -500 - rank, DAY, "CB CARREFOUR")
        search(dossier, by)
        return list(DuplicateFlag.objects.order_by("kind", "id").values_list("id", flat=True))


def _read(get: Get, tab: str, page: list[str]) -> None:
    page.append(get(f"{BASE}?liste={tab}"))


@pytest.mark.row("B16", "S3.22")
@pytest.mark.parametrize("number", [1, 3])
def test_the_list_costs_four_queries_whatever_its_length(
    number: int, boulangerie: Dossier, alice: User, get: Get
) -> None:
    some_pairs(boulangerie, alice, number)
    for tab, said in (("factures", "Moulin · FA-100"), ("banque", "CB CARREFOUR")):
        page: list[str] = []
        asked = asked_of_the_books(
            lambda tab=tab, page=page: page.append(get(f"{BASE}?liste={tab}"))
        )  # type: ignore[misc]
        assert asked == 4
        assert said in words(page[0])
        assert page[0].count("data-row-link") == number


@pytest.mark.row("B16")
def test_both_sides_are_shown_with_what_differs_and_why(
    boulangerie: Dossier, alice: User, get: Get
) -> None:
    pair = some_pairs(boulangerie, alice)[0]
    page = get(f"{BASE}{pair}/")
    said = words(page)
    assert "Même numéro : « FA-100 » et « 100 »." in said
    assert "Dates à 2 jours l’une de l’autre : 10/03/2025 et 12/03/2025." in said
    differing = [part.split("</tr>")[0] for part in page.split('<tr class="differs">')[1:]]
    assert [words(part).split(" (différent)")[0].strip() for part in differing] == [
        "Numéro",
        "Date",
    ]


@pytest.mark.row("B16")
def test_not_a_duplicate_goes_to_the_next_pair_and_can_be_taken_back(
    boulangerie: Dossier, alice: User, client: Client
) -> None:
    first, second, *_rest = some_pairs(boulangerie, alice, 3)
    client.force_login(alice, backend=BACKEND)
    answer = client.post(f"{BASE}{first}/pas-un-doublon/")
    assert answer["Location"] == f"{BASE}{second}/"
    assert client.post(f"{BASE}{first}/pas-un-doublon/").status_code == 409
    with open_dossier(alice, boulangerie):
        assert DossierStats.objects.get().duplicates == 5
    client.post(f"{BASE}{first}/reprendre/")
    with open_dossier(alice, boulangerie):
        assert DuplicateFlag.objects.get(pk=first).state == "suspected"
        acts = AuditEvent.objects.filter(action__startswith="ledger.duplicate_")
        assert set(acts.values_list("action", flat=True)) == {
            "ledger.duplicate_dismissed", "ledger.duplicate_reconsidered",
        }  # fmt: skip


@pytest.mark.row("B16")
def test_one_side_is_archived_and_the_other_stays(
    boulangerie: Dossier, alice: User, client: Client
) -> None:
    pair = some_pairs(boulangerie, alice)[0]
    client.force_login(alice, backend=BACKEND)
    client.post(f"{BASE}{pair}/confirmer/", {"cote": "2"})
    with open_dossier(alice, boulangerie):
        assert list(Invoice.objects.order_by("id").values_list("booking", flat=True)) == [
            "to_process",
            "archived",
        ]
        assert DuplicateFlag.objects.get(pk=pair).state == "confirmed"
        assert DossierStats.objects.get().duplicates == 1
    assert "il n’y a plus rien à trancher" in words(client.get(f"{BASE}{pair}/").content.decode())


@pytest.mark.row("B16")
def test_who_may_not_decide_is_shown_no_button(
    boulangerie: Dossier, alice: User, denis: User, client: Client
) -> None:
    pair = some_pairs(boulangerie, alice)[0]
    client.force_login(denis, backend=BACKEND)
    page = client.get(f"{BASE}{pair}/").content.decode()
    assert "Archiver celle-ci" not in page
    assert "Pas un doublon</button>" not in page
    assert client.post(f"{BASE}{pair}/pas-un-doublon/").status_code == 403


@pytest.mark.row("B16")
@pytest.mark.django_db(transaction=True)
def test_an_import_compares_its_rows_and_floods_nobody(boulangerie: Dossier, alice: User) -> None:
    row = confirm(boulangerie, alice, send(boulangerie, alice, (DATA / REAL).read_bytes(), REAL))
    waiting = Job.objects.get(kind="ledger.find_duplicates")
    assert jobs.run(waiting.id)
    waiting.refresh_from_db()
    assert (waiting.state, row.state) == ("done", "imported"), waiting.error
    with open_dossier(alice, boulangerie):
        assert DuplicateFlag.objects.count() <= 8, [
            (flag.kind, flag.reasons) for flag in DuplicateFlag.objects.all()
        ]
