"""Pages of the booking: the proposal and its accounts, completion, lists, drawer, rules, years."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from clients.models import Dossier
from firm import jobs
from firm.models import Job, User
from ledger.models import Account, AutoInvoiceRule, BankTransaction, FiscalYear, Invoice
from tests.conftest import open_dossier
from tests.firm.access_table import BACKEND
from tests.ledger.pieces import account, invoice, lines_of, party, transaction, year

pytestmark = pytest.mark.django_db(transaction=True)
BASE = "/dossier/boulangerie/"
HX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def browser(alice: User, boulangerie: Dossier) -> Client:
    with open_dossier(alice, boulangerie):
        year(boulangerie)
    client = Client()
    client.force_login(alice, backend=BACKEND)
    return client


@pytest.fixture
def made(browser: Client, alice: User, boulangerie: Dossier) -> dict[str, int]:
    with open_dossier(alice, boulangerie):
        account(boulangerie, "611000", "Sous-traitance générale")
        return {
            "invoice": invoice(boulangerie).id,
            "transaction": transaction(boulangerie, -1200).id,
            "party": party(boulangerie).id,
        }


def inside_of(alice: User, dossier: Dossier) -> Any:
    return open_dossier(alice, dossier)


def test_an_invoice_is_booked_on_the_account_chosen_and_taken_back(
    browser: Client, made: dict[str, int], alice: User, boulangerie: Dossier
) -> None:
    page = f"{BASE}comptabilisation/factures/{made['invoice']}/"
    shown = browser.get(page).content.decode()
    assert 'name="compte-1"' in shown
    assert 'value="606100"' in shown

    sent = {"compte-1": "611000", "propose-1": "606100"}
    answer = browser.post(f"{page}comptabiliser/", sent, **HX)  # type: ignore[arg-type]
    assert answer.status_code == 204
    told = json.loads(answer["HX-Trigger"])
    assert told["toast"] == {"text": "Facture comptabilisée.", "undo_url": f"{page}annuler/"}
    assert "booking-changed" in told
    with inside_of(alice, boulangerie):
        booked = Invoice.objects.get(pk=made["invoice"])
        assert lines_of(booked.entry_id)[1] == ("611000", 10000)
    assert "Annuler la comptabilisation" in browser.get(page, **HX).content.decode()  # type: ignore[arg-type]

    back = browser.post(f"{page}annuler/", follow=True)
    assert "Facture à comptabiliser de nouveau" in back.content.decode()


def test_an_unknown_account_is_said_and_can_be_created(
    browser: Client, made: dict[str, int]
) -> None:
    page = f"{BASE}comptabilisation/factures/{made['invoice']}/comptabiliser/"
    refused = browser.post(page, {"compte-1": "606199", "propose-1": "606100"}, **HX)  # type: ignore[arg-type]
    assert refused.status_code == 422
    assert "Le compte 606199 n’existe pas" in refused.content.decode()
    new = browser.post(f"{BASE}comptes/nouveau/", {"number": "606199"})
    assert new.status_code == 201
    assert new.json() == {"number": "606199", "label": "Compte 606100"}
    assert browser.post(page, {"compte-1": "606199"}, **HX).status_code == 204  # type: ignore[arg-type]
    assert browser.post(f"{BASE}comptes/nouveau/", {"number": "ABC"}).status_code == 422


def test_a_transaction_is_booked_on_a_third_party(
    browser: Client, made: dict[str, int], alice: User, boulangerie: Dossier
) -> None:
    page = f"{BASE}comptabilisation/operations/{made['transaction']}/"
    assert "Compte ou tiers" in browser.get(page).content.decode()
    sent = {"compte": "EDF", "tiers": str(made["party"]), "taux": ""}
    assert browser.post(f"{page}comptabiliser/", sent, **HX).status_code == 204  # type: ignore[arg-type]
    with inside_of(alice, boulangerie):
        moved = BankTransaction.objects.get(pk=made["transaction"])
        assert lines_of(moved.entry_id) == [("512000", -1200), ("401000", 1200)]
    assert browser.post(f"{page}annuler/", **HX).status_code == 204  # type: ignore[arg-type]
    wrong = browser.post(f"{page}comptabiliser/", {"compte": "611000", "taux": "vingt"}, **HX)  # type: ignore[arg-type]
    assert wrong.status_code == 422


@pytest.mark.parametrize(
    ("typed", "expected"),
    [("611", "611000"), ("sous générale", "611000"), ("TRAIT", "611000"), ("zzz", None)],
)
def test_completion_finds_by_number_and_by_words(
    browser: Client, made: dict[str, int], typed: str, expected: str | None
) -> None:
    found = browser.get(f"{BASE}comptes/completion/", {"q": typed}).json()["results"]
    assert [row["number"] for row in found] == ([expected] if expected else [])
    assert browser.get(f"{BASE}comptes/completion/").json() == {"results": []}


def test_completion_finds_third_parties_where_asked(browser: Client, made: dict[str, int]) -> None:
    found = browser.get(f"{BASE}comptes/completion/", {"q": "tiers", "tiers": "1"}).json()
    assert found["results"] == [
        {"number": "EDF", "label": "Tiers EDF (fournisseur)", "third": str(made["party"])}
    ]


def test_completion_is_one_query_on_five_thousand_accounts(
    browser: Client, made: dict[str, int], alice: User, boulangerie: Dossier
) -> None:
    from ledger.queries.completion import complete_accounts

    with inside_of(alice, boulangerie):
        Account.objects.bulk_create(
            Account(dossier=boulangerie, number=f"401{rank:05d}", label=f"Fournisseur {rank}")
            for rank in range(5000)
        )
        with CaptureQueriesContext(connection) as seen:
            found = complete_accounts(boulangerie, "fourni 4999")
        assert [row["number"] for row in found] == ["40104999"]
        assert len(seen) == 1


@pytest.mark.row("S3.26")
def test_the_suppliers_list_names_active_rules_and_what_is_owed(
    browser: Client, made: dict[str, int], alice: User, boulangerie: Dossier
) -> None:
    page = f"{BASE}comptabilisation/factures/{made['invoice']}/"
    browser.post(f"{page}comptabiliser/", {})
    shown = browser.get(f"{BASE}fournisseurs/").content.decode()
    assert "Règles activées" in shown
    assert "Saisie auto-factures" not in shown
    assert "120,00" in shown
    new = f"{BASE}tiers/{made['party']}/regles/nouvelle/"
    rule = {"words": "EDF", "rhythm": "monthly", "least": "10", "most": "15", "account": "611000",
            "vat_rate": "20"}  # fmt: skip
    written = browser.post(new, rule, follow=True)
    assert "Sur les deux dernières années" in written.content.decode()
    with inside_of(alice, boulangerie):
        held = AutoInvoiceRule.objects.get()
        assert (held.least, held.most, held.is_active) == (1000, 1500, False)
    browser.post(f"{BASE}regles/{held.id}/activer/", {"active": "1"})
    shown = browser.get(f"{BASE}fournisseurs/", {"regles": "1"}).content.decode()
    assert "Saisie auto-factures" in shown
    refused = browser.post(new, {**rule, "words": "…"})
    assert refused.status_code == 422
    assert "au moins un mot" in refused.content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_as_many_queries_for_any_number(
    browser: Client, alice: User, boulangerie: Dossier, count: int
) -> None:
    from ledger.queries.third_parties import party_page

    with inside_of(alice, boulangerie):
        for rank in range(count):
            party(boulangerie, f"F{rank}")
        with CaptureQueriesContext(connection) as seen:
            page = party_page(boulangerie, "supplier")
        assert (len(page.rows), page.total) == (count, count)
        assert len(seen) == 5


def test_the_drawer_changes_what_is_proposed(
    browser: Client, made: dict[str, int], alice: User, boulangerie: Dossier
) -> None:
    page = f"{BASE}tiers/{made['party']}/"
    assert "Compte par défaut" in browser.get(page, **HX).content.decode()  # type: ignore[arg-type]
    sent = {"default_account": "611000", "default_vat_rate": "5,5", "payment_days": "30",
            "siren": "", "vat_number": "FR 123"}  # fmt: skip
    assert browser.post(page, sent).status_code == 302
    with inside_of(alice, boulangerie):
        held = party(boulangerie)
        assert held.default_account == account(boulangerie, "611000")
        assert (str(held.default_vat_rate), held.payment_days, held.vat_number) == (
            "5.50", 30, "FR123",
        )  # fmt: skip
    wrong = browser.post(page, {**sent, "default_account": "999", "siren": "123"})
    assert wrong.status_code == 422
    assert "n’existe pas" in wrong.content.decode()


@pytest.mark.parametrize(("side", "what"), [("achats", "invoice"), ("banque", "transaction")])
def test_ticked_pieces_are_previewed_then_booked_by_a_job(
    browser: Client, made: dict[str, int], alice: User, boulangerie: Dossier, side: str, what: str
) -> None:
    if what == "transaction":
        with inside_of(alice, boulangerie):
            BankTransaction.objects.filter(pk=made[what]).update(
                account=account(boulangerie, "611000"), vat_rate=20, entry_label="Sous-traitance"
            )
    here, sent = f"{BASE}{side}/comptabiliser/", {"ids": [made[what]]}

    assert "à comptabiliser" in browser.post(here, sent).content.decode()
    page = browser.post(here, {**sent, "confirme": "1"})["Location"]

    assert "Comptabilisation en cours" in browser.get(page).content.decode()
    assert jobs.run(Job.objects.get(kind="ledger.book").id)
    assert "pièce comptabilisée" in browser.get(page).content.decode()
    if what == "transaction":
        with inside_of(alice, boulangerie):
            booked = BankTransaction.objects.get(pk=made[what]).entry
            assert booked.label == "Sous-traitance"
            assert booked.lines.filter(account__number__startswith="445").exists()
    assert browser.post(f"{page}annuler/").status_code == 302


def test_a_year_is_opened_after_the_latest_one(
    browser: Client, alice: User, boulangerie: Dossier
) -> None:
    page = f"{BASE}comptabilite/exercices/nouveau/"
    assert "01/01/2024" in browser.get(page).content.decode()
    assert browser.post(page, {"start": "01/01/2024", "end": "31/12/2024"}).status_code == 302
    again = browser.post(page, {"start": "01/06/2024", "end": "31/05/2025"})
    assert again.status_code == 422
    assert "couvre déjà ces dates" in again.content.decode()
    long = browser.post(page, {"start": "01/01/2025", "end": "31/12/2027"})
    assert "24 mois au plus" in long.content.decode()
    with inside_of(alice, boulangerie):
        assert FiscalYear.objects.count() == 2
