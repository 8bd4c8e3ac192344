"""Bank rules: the first that holds proposes, explains itself, and never books."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clients.models import Dossier
from firm.models import User
from ledger.actions.bank_rules import (
    RuleIncomplete,
    apply_rules,
    delete_rule,
    move_rule,
    save_rule,
    switch_rule,
)
from ledger.actions.bank_transactions import describe
from ledger.models import Account, BankAccount, BankRule, BankTransaction, EntryLine, ThirdParty
from ledger.queries.bank_rules import foresee, rules_with_counts, suggestion
from tests.ledger.bank.bank_rows import D, account, imported, transaction
from tests.ledger.bank.writing import Moved, as_camt
from tests.ledger.books import Y2023, Line, Piece, make_books

pytestmark = pytest.mark.django_db


@pytest.fixture(name="on")
def bank_account(inside: Dossier, alice: User) -> BankAccount:
    return account(inside, alice)


@pytest.fixture(name="energy")
def energy_account(inside: Dossier) -> Account:
    made: Account = Account.objects.create(dossier=inside, number="606100", label="Énergie")
    return made


def rule(dossier: Dossier, by: User, **fields: Any) -> BankRule:
    return save_rule(dossier, None, by=by, **{"name": "Énergie", "words": "edf", **fields})


def proposed() -> list[tuple[str, str | None, str | None]]:
    """Label, account proposed and rule, in the order of the labels."""
    rows = BankTransaction.objects.order_by("label")
    return list(rows.values_list("label", "account__number", "rule__name"))


def test_a_rule_proposes_to_what_waits_and_to_nothing_else(
    inside: Dossier, on: BankAccount, energy: Account, alice: User
) -> None:
    other = Account.objects.create(dossier=inside, number="471000", label="Attente")
    transaction(inside, on, label="A PRLV EDF")
    transaction(inside, on, label="B prlv edf pro", booking="pending_client")
    transaction(inside, on, label="C EDF choisi", account=other)
    transaction(inside, on, label="D EDF archivée", booking="archived")
    transaction(inside, on, label="E EDF avant reprise", is_pre_takeover=True)
    transaction(inside, on, label="F EDF gardée", is_pre_takeover=True, is_kept=True)
    transaction(inside, on, label="G ORANGE")
    rule(inside, alice, account=energy, vat_rate=Decimal(20), entry_label="Électricité")
    assert apply_rules(inside, by=alice) == 3
    assert proposed() == [
        ("A PRLV EDF", "606100", "Énergie"), ("B prlv edf pro", "606100", "Énergie"),
        ("C EDF choisi", "471000", None), ("D EDF archivée", None, None),
        ("E EDF avant reprise", None, None), ("F EDF gardée", "606100", "Énergie"),
        ("G ORANGE", None, None),
    ]  # fmt: skip
    first = BankTransaction.objects.get(label="A PRLV EDF")
    assert (first.vat_rate, first.entry_label, first.booking) == (20, "Électricité", "to_process")
    assert apply_rules(inside, by=alice) == 0


@pytest.mark.parametrize(
    ("fields", "meets"),
    [
        ({"words": "prlv edf"}, True),
        ({"words": "edf", "match": "starts"}, False),
        ({"words": "PRLV", "match": "starts"}, True),
        ({"words": "2025 edf", "match": "words"}, True),
        ({"words": "2025 orange", "match": "words"}, False),
        ({"words": "", "least": 45_90, "most": 45_90}, True),
        ({"words": "", "least": 45_91}, False),
        ({"words": "", "most": 45_89}, False),
        ({"words": "edf", "sense": "out"}, True),
        ({"words": "edf", "sense": "in"}, False),
        ({"words": "50%"}, False),
    ],
)
def test_every_condition_must_hold(
    fields: dict[str, Any], meets: bool, inside: Dossier, on: BankAccount, energy: Account,
    alice: User,
) -> None:  # fmt: skip
    row = transaction(inside, on, label="PRLV EDF 03/2025", amount=-45_90)
    made = rule(inside, alice, account=energy, **fields)
    assert foresee(made).met == meets
    assert apply_rules(inside, by=alice) == meets
    row.refresh_from_db()
    assert (row.rule_id == made.id) is meets


def test_the_bank_account_and_the_third_party_are_conditions_too(
    inside: Dossier, on: BankAccount, energy: Account, alice: User
) -> None:
    other = account(inside, alice, "512100", iban="")
    edf = ThirdParty.objects.create(dossier=inside, role="supplier", code="FEDF", label="EDF")
    transaction(inside, on, label="A", third_party=edf)
    transaction(inside, other, label="B", third_party=edf)
    transaction(inside, on, label="C")
    rule(inside, alice, words="", bank_account=on, when_third_party=edf, account=energy)
    apply_rules(inside, by=alice)
    assert [row[2] for row in proposed()] == ["Énergie", None, None]
    assert BankTransaction.objects.get(label="A").third_party == edf


def test_the_first_rule_wins_and_the_order_can_be_changed(
    inside: Dossier, on: BankAccount, energy: Account, alice: User
) -> None:
    transaction(inside, on, label="PRLV EDF")
    one = rule(inside, alice, name="Une", account=energy)
    two = rule(inside, alice, name="Deux", account=energy, words="prlv")
    apply_rules(inside, by=alice)
    assert proposed()[0][2] == "Une"
    move_rule(inside, two, up=True, by=alice)
    move_rule(inside, two, up=True, by=alice)
    assert apply_rules(inside, by=alice) == 1
    assert proposed()[0][2] == "Deux"
    switch_rule(inside, two, by=alice)
    apply_rules(inside, by=alice)
    assert proposed()[0][2] == "Une"
    assert delete_rule(inside, one, by=alice) == 1
    assert proposed()[0][1:] == (None, None)


def test_what_a_person_chose_is_no_rules_any_more(
    inside: Dossier, on: BankAccount, energy: Account, alice: User
) -> None:
    other = Account.objects.create(dossier=inside, number="471000", label="Attente")
    row = transaction(inside, on, label="PRLV EDF")
    rule(inside, alice, account=energy)
    apply_rules(inside, by=alice)
    row.refresh_from_db()
    describe(row, account=other, by=alice)
    assert apply_rules(inside, by=alice) == 0
    assert proposed()[0][1:] == ("471000", None)


def test_a_statement_arrives_with_its_proposals(
    inside: Dossier, on: BankAccount, energy: Account, alice: User
) -> None:
    del on
    rule(inside, alice, account=energy)
    rows = [Moved(D(2025, 1, 2), -10_00, "PRLV EDF"), Moved(D(2025, 1, 3), -5_00, "CB METRO")]
    imported(inside, as_camt(rows), alice)
    assert proposed() == [("CB METRO", None, None), ("PRLV EDF", "606100", "Énergie")]
    assert BankTransaction.objects.filter(booking="to_process", entry=None).count() == 2


def booked_in_2023(dossier: Dossier, on: BankAccount) -> None:
    """Three payments to EDF, one of which was booked elsewhere, and a later one that waits."""
    pieces = [
        Piece("BQ", D(2023, month, 5), [Line(number, 10_00), Line("512000", 0, 10_00)], str(month))
        for month, number in ((1, "606100"), (2, "606100"), (3, "471000"))
    ]
    books = make_books(dossier, pieces, **Y2023)
    for entry in books.entries:
        transaction(
            dossier, on, date=entry.date, amount=-10_00, label=f"PRLV EDF {entry.number}",
            booking="booked", entry=entry, line_no=2, source="fec",
        )  # fmt: skip
    transaction(dossier, on, date=D(2023, 6, 1), label="PRLV EDF")
    transaction(dossier, on, date=D(2021, 6, 1), label="PRLV EDF ANCIEN")


def test_a_rule_foresees_what_it_would_have_done(
    inside: Dossier, on: BankAccount, energy: Account, alice: User
) -> None:
    del alice
    booked_in_2023(inside, on)
    draft = BankRule(dossier=inside, match="contains", words="edf", sense="", account=energy)
    with CaptureQueriesContext(connection) as captured:
        found = foresee(draft)
    assert len(captured) == 1
    assert (found.met, found.booked, found.otherwise, found.waiting) == (4, 3, 1, 1)
    assert (found.since, found.until, found.total) == (D(2022, 6, 1), D(2023, 6, 1), -75_90)
    assert found.samples[0]["label"] == "PRLV EDF 3"


def test_a_rule_is_begun_from_a_booked_transaction(inside: Dossier, on: BankAccount) -> None:
    booked_in_2023(inside, on)
    row = BankTransaction.objects.select_related("bank_account").get(label="PRLV EDF 1")
    assert EntryLine.objects.filter(entry=row.entry_id).count() == 2
    found = suggestion(row)
    assert (found["words"], found["sense"]) == ("PRLV EDF", "out")
    assert found["account"].number == "606100"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"words": ""}, "condition"),
        ({"account": None}, "compte ou le tiers"),
        ({"least": 5, "most": 4}, "dépasse"),
    ],
)
def test_a_rule_of_nothing_is_refused(
    fields: dict[str, Any], said: str, inside: Dossier, energy: Account, alice: User
) -> None:
    with pytest.raises(RuleIncomplete, match=said):
        rule(inside, alice, **{"account": energy, **fields})


def test_the_list_counts_the_proposals_in_two_queries(
    inside: Dossier, on: BankAccount, energy: Account, alice: User
) -> None:
    for number in range(3):
        transaction(inside, on, label=f"EDF {number}")
        rule(inside, alice, name=f"R{number}", account=energy)
    apply_rules(inside, by=alice)
    with CaptureQueriesContext(connection) as captured:
        rows = rules_with_counts()
    assert len(captured) == 2
    assert [(row["rule"].name, row["n"]) for row in rows] == [("R0", 3), ("R1", 0), ("R2", 0)]
