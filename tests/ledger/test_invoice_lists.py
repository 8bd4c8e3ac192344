"""Lists of purchases and sales: tabs, filters, totals, what is done to a selection."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.test import Client

from clients.actions.dossiers import update_dossier
from clients.models import Dossier
from firm.models import User
from ledger.models import Invoice, ThirdParty
from ledger.queries import invoices
from tests.conftest import open_dossier
from tests.ledger.book_pages import Get, words
from tests.ledger.books import asked_of_the_books
from tests.ledger.invoice_desk import (
    ACHATS,
    bought,
    party,
    signed_in,
)

D = Decimal


@pytest.mark.row("S3.5")
def test_each_tab_has_its_invoices_and_totals_of_the_whole_set(
    get: Get, three: list[Invoice]
) -> None:
    page = words(get(ACHATS))
    assert "À comptabiliser 2 Comptabilisées 1 Archivées 1" in page
    assert "FA-1" in page
    assert "AV-1" in page
    assert "Total 2 factures 60,00 € 12,00 € 72,00 €" in page

    archived = words(get(f"{ACHATS}?onglet=archivees"))
    assert "FA-3" in archived
    assert "FA-1" not in archived
    assert "Archivée" in archived


@pytest.mark.row("S3.5")
@pytest.mark.parametrize("typed", ["supprimé", "Supprimée", "archivée", "SUPPRIME FA"])
def test_the_old_word_finds_the_archived_ones_from_any_tab(
    get: Get, three: list[Invoice], typed: str
) -> None:
    page = words(get(f"{ACHATS}?onglet=a-comptabiliser&q={typed}"))
    assert "FA-3" in page
    assert "FA-2" not in page


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("onglet=a-comptabiliser", {"FA-1", "AV-1"}),
        ("onglet=a-comptabiliser&q=girard", {"FA-1", "AV-1"}),
        ("onglet=a-comptabiliser&q=av", {"AV-1"}),
        ("onglet=a-comptabiliser&du=02/11/2026", {"AV-1"}),
        ("onglet=a-comptabiliser&au=0111", {"FA-1"}),
        ("onglet=a-comptabiliser&origine=fec", set()),
        ("onglet=comptabilisees&etat=paid", {"FA-2"}),
        ("onglet=comptabilisees&etat=open", set()),
        ("onglet=a-comptabiliser&reprise=before", set()),
        ("onglet=a-comptabiliser&piece=with", set()),
        ("onglet=a-comptabiliser&piece=without", {"FA-1", "AV-1"}),
        ("onglet=a-comptabiliser&tiers=987654", set()),
    ],
)
def test_filters_narrow_the_list(
    get: Get, three: list[Invoice], query: str, numbers: set[str]
) -> None:
    if "au=0111" in query:
        query = query.replace("0111", "01/11/2026")
    page = words(get(f"{ACHATS}?{query}"))
    assert {number for number in ("FA-1", "FA-2", "FA-3", "AV-1") if number in page} == numbers


def test_a_date_that_cannot_be_read_is_told_and_ignored(get: Get, three: list[Invoice]) -> None:
    page = words(get(f"{ACHATS}?onglet=a-comptabiliser&du=demain"))
    assert "« demain » n’est pas une date" in page
    assert "FA-1" in page


def test_pages_follow_each_other_without_gap_or_repeat(
    alice: User, inside: Dossier, monkeypatch: pytest.MonkeyPatch
) -> None:
    days = [None, None, dt.date(2026, 5, 1), dt.date(2026, 5, 1), dt.date(2026, 4, 1)]
    for at, day in enumerate(days):
        bought(inside, alice, f"N{at}", day=day)
    filters = invoices.InvoiceFilters("purchase", "to_process")
    seen, cursor = [], ""
    for _page in days:
        rows, cursor = invoices.invoice_page(inside, filters, cursor, 1)
        seen += [row.number for row in rows]
    assert seen == ["N1", "N0", "N3", "N2", "N4"]
    assert cursor == ""
    assert invoices.invoice_page(inside, filters, "nonsense")[0][0].number == "N1"

    every = {row.number: row for row in Invoice.objects.all()}
    places = [invoices.place_of(inside, filters, every[number]) for number in seen]
    assert [place.rank for place in places] == [1, 2, 3, 4, 5]
    assert [place.after for place in places] == [every[n].id for n in seen[1:]] + [None]
    assert [place.before for place in places] == [None] + [every[n].id for n in seen[:-1]]


def test_the_list_asks_the_same_with_one_and_three_rows(
    get: Get, alice: User, boulangerie: Dossier
) -> None:
    def asked() -> int:
        return asked_of_the_books(lambda: get(f"{ACHATS}?onglet=a-comptabiliser"))

    with open_dossier(alice, boulangerie):
        third = party(boulangerie, alice)
        bought(boulangerie, alice, third_party=third)
    one = asked()
    with open_dossier(alice, boulangerie):
        for at in (2, 3):
            bought(boulangerie, alice, f"FA-{at}", third_party=third)
    assert (one, asked()) == (3, 3)


@pytest.mark.row("S3.20")
def test_invoices_of_before_the_takeover_are_kept_from_the_list_and_held_back_again(
    client: Client, alice: User, boulangerie: Dossier
) -> None:
    with open_dossier(alice, boulangerie):
        update_dossier(boulangerie, takeover_date=dt.date(2027, 1, 1), by=alice)
        made = [bought(boulangerie, alice, f"FA-{at}") for at in range(3)]
    signed_in(client, alice)
    shown = words(client.get(ACHATS).content.decode())
    assert shown.count("Avant reprise") >= 3
    assert "Retenue" in shown
    client.post(f"{ACHATS}garder/", {"ids": [made[0].id], "garder": "1"})
    kept = client.get(f"{ACHATS}?onglet=a-comptabiliser&reprise=kept").content.decode()
    assert "FA-0" in kept
    assert "FA-1" not in kept
    every = f"{ACHATS}garder/?onglet=a-comptabiliser&reprise=held"
    client.post(every, {"tout": "1", "garder": "1"})
    with open_dossier(alice, boulangerie):
        assert Invoice.objects.filter(is_kept=True).count() == 3
    sent = {"ids": [made[0].id], "garder": "0", "next": "https://elsewhere.example/"}
    assert client.post(f"{ACHATS}garder/", sent)["Location"] == ACHATS
    with open_dossier(alice, boulangerie):
        assert Invoice.objects.filter(is_kept=True).count() == 2


def test_completion_proposes_suppliers_for_a_purchase_and_customers_for_a_sale(
    client: Client, alice: User, boulangerie: Dossier
) -> None:
    with open_dossier(alice, boulangerie):
        party(boulangerie, alice, "Minoterie Girardeau")
        party(boulangerie, alice, "Grand Moulin")
        party(boulangerie, alice, "Moulin vert", direction="sale")
    signed_in(client, alice)
    base = "/dossier/boulangerie/completion/"

    def names(path: str) -> list[str]:
        return [row["text"] for row in client.get(base + path).json()["options"]]

    assert names("tiers/?q=m") == ["Minoterie Girardeau", "Grand Moulin"]
    assert names("tiers/?sens=sale&q=moul") == ["Moulin vert"]


def test_a_selection_is_previewed_then_booked_by_a_job(
    client: Client, alice: User, boulangerie: Dossier
) -> None:
    from firm import jobs
    from tests.ledger.pieces import account, year

    with open_dossier(alice, boulangerie):
        year(boulangerie, 2026)
        third = party(boulangerie, alice)
        ThirdParty.objects.filter(pk=third.pk).update(
            default_account=account(boulangerie, "601100")
        )
        made = [bought(boulangerie, alice, f"FA-{at}", third_party=third) for at in range(3)]
        bought(boulangerie, alice, "AUTRE", day=None)
    signed_in(client, alice)
    here = f"{ACHATS}comptabiliser/?onglet=a-comptabiliser&q=FA-"
    seen = words(client.post(here, {"tout": "1"}).content.decode())
    assert "3 à comptabiliser 360,00 € de montant total" in seen
    some = client.post(here, {"ids": [made[0].id], "confirme": "1"})
    assert some.status_code == 302
    every = client.post(here, {"tout": "1", "confirme": "1"})
    assert every.status_code == 302
    for job_id in jobs.due():
        jobs.run(job_id)
    with open_dossier(alice, boulangerie):
        assert Invoice.objects.filter(booking="booked").count() == 3


@pytest.mark.row("S3.22")
def test_a_possible_duplicate_is_marked_in_the_list_and_on_its_page(
    get: Get, alice: User, boulangerie: Dossier
) -> None:
    from ledger.models import DuplicateFlag

    with open_dossier(alice, boulangerie):
        first, second = (bought(boulangerie, alice, f"FA-{at}") for at in range(2))
        bought(boulangerie, alice, "SEULE")
        DuplicateFlag.objects.create(
            dossier=boulangerie, kind="invoice", first_id=first.id, second_id=second.id,
            reasons={},
        )  # fmt: skip
    page = words(get(f"{ACHATS}?onglet=a-comptabiliser&doublons=1"))
    assert "Doublon" in page
    assert "FA-0" in page
    assert "SEULE" not in page
    assert "Doublon possible." in words(get(f"{ACHATS}{second.id}/"))
