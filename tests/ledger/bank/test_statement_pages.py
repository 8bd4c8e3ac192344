"""The pages of bank statements and of their rules."""

from __future__ import annotations

import pytest

from clients.models import Dossier
from firm.models import User
from ledger.models import (
    Account,
    BankAccount,
    BankRule,
    BankStatement,
    BankTransaction,
)
from tests.conftest import open_dossier
from tests.ledger.bank.bank_desk import Post, bank_account, fill, post_as_alice, upload
from tests.ledger.bank.bank_rows import BASE, FILES
from tests.ledger.book_pages import Get, get_as_alice, words

__all__ = ["bank_account", "get_as_alice", "post_as_alice"]
pytestmark = pytest.mark.django_db


def test_a_statement_goes_from_the_drop_zone_to_the_list_and_back(
    on: BankAccount, boulangerie: Dossier, alice: User, post: Post, get: Get
) -> None:
    content = (FILES / "credit-agricole-2025-03.xml").read_bytes()
    page = post(f"{BASE}releves/", upload(content))["Location"]
    said = words(get(page))
    assert "Importer 4 opérations" in said
    assert "PRLV SEPA EDF ENTREPRISES" in said
    listed = post(f"{page}importer/")["Location"]
    assert words(get(listed)).count("Relevé") > 4
    assert "déjà importé" in words(get(post(f"{BASE}releves/", upload(content))["Location"]))
    assert "4 opérations retirées" in words(get(f"{page}annuler/"))
    post(f"{page}annuler/")
    with open_dossier(alice, boulangerie):
        assert BankTransaction.objects.count() == 0
        assert BankStatement.objects.get().state == "undone"
    assert on.pk


def test_columns_are_chosen_previewed_and_faults_shown_by_line(
    on: BankAccount, boulangerie: Dossier, alice: User, post: Post, get: Get
) -> None:
    content = b"Jour;Quoi;Combien\n02/01/2025;A;1,00\n31/02/2025;B;2,00\n"
    page = post(f"{BASE}releves/?compte={on.pk}", upload(content, "r.csv"))["Location"]
    assert "Dites une fois quelle colonne est quoi" in words(get(page))
    columns = {"skip": 0, "has_header": "on", "days": "dmy", "decimal": ",", "date": "0"}
    refused = post(f"{page}colonnes/", {**columns, "label": "1"}, status=422)
    assert "Choisissez la colonne du montant" in refused.content.decode()
    post(f"{page}colonnes/", {**columns, "label": "1", "amount": "2"})
    said = words(get(page))
    assert "Ce relevé ne peut pas être importé tel quel" in said
    assert "3 « 31/02/2025 » n’est pas une date" in said
    post(f"{page}importer/", status=422)
    post(f"{page}ecarter/")
    with open_dossier(alice, boulangerie):
        assert BankStatement.objects.get().state == "dropped"


def test_a_file_that_is_none_is_refused_where_it_was_dropped(on: BankAccount, post: Post) -> None:
    answer = post(f"{BASE}releves/", upload(b"<html>"), status=422)
    assert "page web" in answer.content.decode()
    post(f"{BASE}releves/", status=422)
    assert on.pk


def test_rules_are_made_previewed_ordered_and_applied(
    on: BankAccount, boulangerie: Dossier, alice: User, post: Post, get: Get
) -> None:
    rows = fill(boulangerie, on, alice, 2)
    with open_dossier(alice, boulangerie):
        Account.objects.create(dossier=boulangerie, number="606100", label="Énergie")
    begun = get(f"{BASE}regles/nouvelle/?operation={rows[0].pk}")
    assert 'value="PRLV"' in begun
    sent = {"name": "Énergie", "match": "contains", "words": "prlv", "account": "606100"}
    shown = post(f"{BASE}regles/apercu/", sent, status=200).content.decode()
    assert "2 opérations" in words(shown)
    assert "auraient été affectées" in words(shown)
    assert (
        "condition"
        in post(f"{BASE}regles/apercu/", {**sent, "words": ""}, status=200).content.decode()
    )
    post(f"{BASE}regles/nouvelle/", sent)
    post(f"{BASE}regles/nouvelle/", {**sent, "words": ""}, status=422)
    post(f"{BASE}regles/nouvelle/", {**sent, "name": "Autre", "least": "−1,00"})
    post(f"{BASE}regles/appliquer/")
    assert "2 propositions mises à jour" in words(get(f"{BASE}regles/"))
    with open_dossier(alice, boulangerie):
        first, second = BankRule.objects.order_by("rank")
        assert second.least == 1_00
    post(f"{BASE}regles/{second.pk}/ordre/", {"vers": "haut"})
    post(f"{BASE}regles/{second.pk}/", {**sent, "name": "Première"})
    post(f"{BASE}regles/{first.pk}/pause/")
    post(f"{BASE}regles/{first.pk}/supprimer/")
    with open_dossier(alice, boulangerie):
        (left,) = BankRule.objects.all()
        assert (left.name, left.rank) == ("Première", 1)
    assert "Règle" in words(get(BASE))
