"""« Reprise »: what is dated before the takeover, matched with the FEC of the former accountant."""

from __future__ import annotations

import pytest
from django.test import Client

from clients.actions.dossiers import update_dossier
from clients.models import Dossier
from firm.models import User
from ledger.models import BankAccount, BankTransaction, FecImport, Invoice, ThirdParty
from ledger.queries.gaps import classified, gap_page, why
from tests.conftest import open_dossier
from tests.ledger.book_pages import BACKEND, Get, get_as_alice, words
from tests.ledger.books import Y2023, Line, Piece, asked_of_the_books, make_books
from tests.ledger.duplicate_items import D, invoice, moved

__all__ = ["get_as_alice"]
pytestmark = pytest.mark.django_db
BASE = "/dossier/boulangerie/reprise/"


def purchase(number: str, day: int, cents: int, ref: str) -> Piece:
    lines = [
        Line("607000", debit=cents),
        Line("401000", credit=cents, third="MOULIN", third_label="Moulin de la Seine"),
    ]
    return Piece("AC", D(2023, 12, day), lines, number=number, ref=ref, label="Farine")


def fec_of_2023(dossier: Dossier) -> tuple[ThirdParty, BankAccount]:
    """The books of the former accountant, as an import brings them, and what came since."""
    row = FecImport.objects.create(
        dossier=dossier, file_name="552100554FEC20231231.txt", size=1, sha256="0" * 64,
        state="imported", year_start=D(2023, 1, 1), year_end=D(2023, 12, 31),
    )  # fmt: skip
    made = make_books(
        dossier,
        [
            purchase("1", 5, 60_000, "FA-01012"), purchase("2", 10, 70_000, "ACH-77"),
            purchase("3", 15, 80_000, "FA-0030"), purchase("4", 20, 90_000, "X1"),
            Piece("BQ", D(2023, 12, 22), [
                Line("401000", 60_000, third="MOULIN", third_label="Moulin de la Seine"),
                Line("512000", credit=60_000),
            ], number="5", label="Virement Moulin"),
        ],
        fec_import=row, **Y2023,
    )  # fmt: skip
    account = BankAccount.objects.create(
        dossier=dossier, account=made.accounts["512000"], name="Compte courant"
    )
    moved(account, -60_000, D(2023, 12, 22), "Virement Moulin", "fec", booking="booked",
          entry=made.entries[4])  # fmt: skip
    return made.thirds["supplier", "MOULIN"], account


def arrivals(dossier: Dossier) -> dict[str, Invoice | BankTransaction]:
    """What arrives dated before the takeover, by what should be said of it."""
    moulin, account = fec_of_2023(dossier)
    alias = ThirdParty.objects.create(
        dossier=dossier, role="supplier", code="M2", label="MOULIN SEINE SARL"
    )
    return {
        "number": invoice(dossier, moulin, "fa 1012", 60_000, D(2023, 12, 1)),
        "date": invoice(dossier, moulin, "F-4410", 70_000, D(2023, 12, 12)),
        "alias": invoice(dossier, alias, "FA-30", 80_000, D(2023, 12, 15)),
        "other_amount": invoice(dossier, moulin, "FA-1012", 61_000, D(2023, 12, 5)),
        "far": invoice(dossier, moulin, "F-9", 90_000, D(2023, 11, 20)),
        "missing": invoice(dossier, moulin, "FA-99", 12_300, D(2023, 12, 30)),
        "uncovered": invoice(dossier, moulin, "FA-1", 5_000, D(2022, 6, 1)),
        "bank": moved(account, -60_000, D(2023, 12, 23), "VIR SEPA MOULIN", "csv"),
        "bank_missing": moved(account, -4_200, D(2023, 12, 28), "FRAIS", "csv"),
        "after": invoice(dossier, moulin, "FA-200", 60_000, D(2024, 1, 5)),
    }


def verdicts(dossier: Dossier, items: dict[str, Invoice | BankTransaction]) -> dict[str, str]:
    names = {(type(row).__name__.lower(), row.pk): name for name, row in items.items()}
    kinds = {"invoice": "invoice", "transaction": "banktransaction"}
    return {names[kinds[row.kind], row.id]: row.verdict for row in classified(dossier)}


@pytest.mark.row("B14", "S3.19", "S3.20")
def test_each_item_is_in_the_fec_missing_or_doubtful(inside: Dossier, alice: User) -> None:
    items = arrivals(inside)
    assert classified(inside) == []
    update_dossier(inside, takeover_date=D(2024, 1, 1), by=alice)
    assert verdicts(inside, items) == {
        "number": "fec", "date": "fec", "alias": "fec", "bank": "fec",
        "missing": "absentes", "bank_missing": "absentes",
        "other_amount": "douteuses", "far": "douteuses", "uncovered": "douteuses",
    }  # fmt: skip
    said = {row.id: why(row) for row in classified(inside) if row.kind == "invoice"}
    text = {name: said.get(row.pk, "").replace("\u00a0", " ").replace("\u202f", " ")
            for name, row in items.items() if isinstance(row, Invoice)}  # fmt: skip
    assert text["number"] == "Même montant, même numéro, même tiers, à 4 jours."
    assert text["date"] == "Même montant, même tiers, à 2 jours."
    assert text["far"] == "Même montant, même tiers, à 30 jours."
    assert "le FEC porte 600,00 €" in text["other_amount"]
    assert text["missing"] == "Rien de semblable dans le FEC."
    assert text["uncovered"] == "Aucun FEC importé ne couvre le 01/06/2022."


@pytest.mark.row("B14")
def test_an_entry_serves_one_item_only(inside: Dossier, alice: User) -> None:
    moulin, account = fec_of_2023(inside)
    best = invoice(inside, moulin, "FA-1012", 60_000, D(2023, 12, 5))
    other = invoice(inside, moulin, "F-77", 60_000, D(2023, 12, 6))
    one = moved(account, -60_000, D(2023, 12, 22), "VIR MOULIN", "csv")
    two = moved(account, -60_000, D(2023, 12, 24), "VIR MOULIN", "csv")
    update_dossier(inside, takeover_date=D(2024, 1, 1), by=alice)
    found = {(row.kind, row.id): row for row in classified(inside)}
    assert found["invoice", best.id].verdict == "fec"
    assert found["invoice", other.id].verdict == "douteuses"
    assert "une autre pièce correspond mieux" in why(found["invoice", other.id])
    assert found["transaction", one.id].verdict == "fec"
    assert found["transaction", two.id].verdict == "douteuses"


@pytest.mark.row("S3.19")
def test_another_takeover_date_holds_back_other_items(inside: Dossier, alice: User) -> None:
    items = arrivals(inside)
    update_dossier(inside, takeover_date=D(2024, 1, 1), by=alice)
    assert "after" not in verdicts(inside, items)
    update_dossier(inside, takeover_date=D(2024, 2, 1), by=alice)
    assert verdicts(inside, items)["after"] == "douteuses"
    update_dossier(inside, takeover_date=None, by=alice)
    assert classified(inside) == []


@pytest.mark.row("S3.20", "B14")
def test_the_missing_are_kept_and_the_matched_archived(
    boulangerie: Dossier, alice: User, client: Client
) -> None:
    with open_dossier(alice, boulangerie):
        items = arrivals(boulangerie)
        update_dossier(boulangerie, takeover_date=D(2024, 1, 1), by=alice)
    client.force_login(alice, backend=BACKEND)
    client.post(f"{BASE}garder/", {"ids": [f"f-{items['missing'].pk}"], "liste": "absentes"})
    answer = client.post(f"{BASE}archiver/", {"tout": "1", "liste": "fec"})
    assert answer["Location"] == f"{BASE}?liste=fec"
    with open_dossier(alice, boulangerie):
        assert Invoice.objects.get(pk=items["missing"].pk).is_kept
        counts = gap_page(boulangerie, "fec").counts
        assert counts == {"fec": 0, "absentes": 1, "douteuses": 3, "gardees": 1}
        assert BankTransaction.objects.get(pk=items["bank"].pk).booking == "archived"
        assert set(Invoice.objects.filter(booking="archived").values_list("pk", flat=True)) == {
            items[name].pk for name in ("number", "date", "alias")
        }
    client.post(f"{BASE}ne-plus-garder/", {"ids": [f"f-{items['missing'].pk}"], "liste": "gardees"})
    with open_dossier(alice, boulangerie):
        assert gap_page(boulangerie, "fec").counts["gardees"] == 0
    assert client.post(f"{BASE}garder/", {"ids": ["f-1x", "z-3"]}).status_code == 422


@pytest.mark.row("B14")
@pytest.mark.parametrize("number", [1, 3])
def test_the_page_costs_five_queries_whatever_its_length(
    number: int, boulangerie: Dossier, alice: User, get: Get
) -> None:
    with open_dossier(alice, boulangerie):
        moulin, account = fec_of_2023(boulangerie)
        for rank in range(number):
            invoice(boulangerie, moulin, f"FA-{500 + rank}", 100 + rank, D(2023, 12, 7))
            moved(account, -300 - rank, D(2023, 12, 9), "FRAIS")
        update_dossier(boulangerie, takeover_date=D(2024, 1, 1), by=alice)
    page: list[str] = []
    asked = asked_of_the_books(lambda: page.append(get(f"{BASE}?liste=absentes")))
    assert asked == 3
    assert page[0].count('name="ids"') == 2 * number
    assert "Moulin de la Seine · FA-500" in words(page[0])


@pytest.mark.row("B14")
def test_without_a_takeover_date_the_page_says_the_next_step(
    boulangerie: Dossier, get: Get
) -> None:
    del boulangerie
    assert "Indiquer la date de reprise" in words(get(BASE))
