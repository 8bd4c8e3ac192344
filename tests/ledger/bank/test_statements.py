"""Statements: imported once, whatever the form and the overlap; told when they do not add up."""

from __future__ import annotations

import pytest
from django.db import IntegrityError

from clients.actions import locks
from clients.models import Dossier
from firm.errors import BusinessError, refusal_of
from firm.models import AuditEvent, User
from ledger.actions.bank_receive import AccountUnknown, WrongAccount, receive_statement
from ledger.actions.bank_statements import (
    MappingIncomplete,
    StatementDecided,
    StatementFaulty,
    drop_statement,
    import_statement,
    map_columns,
)
from ledger.actions.bank_undo import NotImported, StatementInUse, undo_statement
from ledger.bank.mapping import Mapping
from ledger.models import (
    AutoInvoice,
    AutoInvoiceRule,
    BankTransaction,
    StatementMapping,
    ThirdParty,
)
from tests.ledger.bank.bank_rows import FILES, D, account, imported, moved, received
from tests.ledger.bank.statement_rows import MARCH, ROWS, TOTAL, imported_as
from tests.ledger.bank.writing import Moved, as_camt, as_csv

pytestmark = pytest.mark.django_db


def test_a_statement_is_previewed_then_imported_whole(inside: Dossier, alice: User) -> None:
    on = account(inside, alice)
    row = received(inside, MARCH.read_bytes(), alice)
    assert (row.bank_account, row.state, row.form) == (on, "previewed", "camt")
    assert (row.line_count, row.added_count, row.notes) == (4, 4, [])
    assert moved() == []

    import_statement(inside, row, by=alice)
    made = list(BankTransaction.objects.order_by("date", "id"))
    assert [one.amount for one in made] == [-118_43, 1_860_00, -995_45, -24_90]
    assert {(one.source, one.booking, one.statement_id) for one in made} == {
        ("file", "to_process", row.id)
    }
    assert AuditEvent.objects.filter(action="ledger.statement_imported").count() == 1
    with pytest.raises(StatementDecided):
        import_statement(inside, row, by=alice)


def test_the_same_file_twice_is_the_same_statement(inside: Dossier, alice: User) -> None:
    account(inside, alice)
    first = imported(inside, MARCH.read_bytes(), alice)
    again = received(inside, MARCH.read_bytes(), alice, name="autre-nom.xml")
    assert (again.id, again.state) == (first.id, "imported")
    assert len(moved()) == 4


def test_what_does_not_add_up_is_told_and_not_forbidden(inside: Dossier, alice: User) -> None:
    account(inside, alice)
    row = received(inside, as_camt(ROWS, opening=0, closing=TOTAL + 5_00), alice)
    (note,) = row.notes
    assert "il manque 5,00" in note
    assert import_statement(inside, row, by=alice).state == "imported"


def test_a_gap_between_two_statements_is_told(inside: Dossier, alice: User) -> None:
    account(inside, alice)
    imported(inside, as_camt(ROWS, opening=0, closing=TOTAL), alice)
    later = [Moved(D(2025, 3, 1), -1_00, "PRLV")]
    row = received(inside, as_camt(later, opening=900_00, closing=899_00), alice)
    (note,) = row.notes
    missing = 900_00 - TOTAL
    assert f"Il manque {missing // 100},{missing % 100:02d}" in note.replace("\u00a0", " ")
    assert "relevé de l’intervalle" in note


def test_a_long_silence_is_told_when_there_are_no_balances(inside: Dossier, alice: User) -> None:
    on = account(inside, alice)
    imported_as("csv", inside, ROWS, alice, on)
    row = imported_as("csv", inside, [Moved(D(2025, 3, 1), -1_00, "PRLV")], alice, on)
    assert "Rien entre le 09/01/2025" in row.notes[0]


def test_the_columns_chosen_once_are_remembered_by_the_headings(
    inside: Dossier, alice: User
) -> None:
    on = account(inside, alice)
    content = (FILES / "caisse-epargne-2025-05.csv").read_bytes()
    row = received(inside, content, alice, on, name="mai.csv")
    assert row.state == "to_map"
    with pytest.raises(MappingIncomplete):
        import_statement(inside, row, by=alice)
    with pytest.raises(MappingIncomplete, match="montant"):
        map_columns(row, mapping=Mapping(skip=3, columns={"date": [0], "label": [2]}), by=alice)
    map_columns(row, mapping=Mapping.of(row.mapping), by=alice)
    row.refresh_from_db()
    assert (row.state, row.added_count) == ("previewed", 4)
    june = content.replace(b"/05/2025", b"/06/2025")
    again = received(inside, june, alice, on, name="juin.csv")
    assert (again.state, again.added_count) == ("previewed", 4)
    other = account(inside, alice, "512100", iban="")
    assert received(inside, june, alice, other, name="juin.csv").state == "previewed"
    assert StatementMapping.objects.count() == 1


def test_a_faulty_line_keeps_the_whole_statement_out(inside: Dossier, alice: User) -> None:
    on = account(inside, alice)
    content = "Date;Libellé;Montant\n02/01/2025;A;1,00\n03/01/2025;B;un\n".encode()
    row = received(inside, content, alice, on, name="r.csv")
    map_columns(row, mapping=Mapping.of(row.mapping), by=alice)
    with pytest.raises(StatementFaulty) as refusal:
        import_statement(inside, row, by=alice)
    assert refusal.value.details["errors"][0]["line"] == 3
    assert moved() == []


def test_whose_statement_it_is_must_be_known(inside: Dossier, alice: User) -> None:
    with pytest.raises(AccountUnknown, match="Créez"):
        received(inside, as_csv(ROWS), alice)
    on = account(inside, alice, iban="FR7630006000011234567890189")
    with pytest.raises(WrongAccount):
        received(inside, MARCH.read_bytes(), alice, on)
    with pytest.raises(AccountUnknown, match="FR1420041010050500013M02606"):
        received(inside, MARCH.read_bytes(), alice)
    mine = account(inside, alice, "512100")
    assert received(inside, MARCH.read_bytes(), alice).bank_account == mine
    rib = (FILES / "la-banque-postale-2025-04.ofx").read_bytes()
    assert received(inside, rib, alice).bank_account == mine
    with pytest.raises(AccountUnknown, match="Choisissez"):
        received(inside, as_csv(ROWS), alice)


def test_the_iban_of_the_file_becomes_that_of_an_account_without(
    inside: Dossier, alice: User
) -> None:
    on = account(inside, alice, iban="")
    imported(inside, MARCH.read_bytes(), alice, on)
    on.refresh_from_db()
    assert on.iban == "FR1420041010050500013M02606"


def test_a_file_of_two_accounts_makes_two_statements(inside: Dossier, alice: User) -> None:
    account(inside, alice)
    account(inside, alice, "512100", iban="FR7630006000011234567890189")
    two = as_camt(ROWS).replace(b"</Stmt>", b"</Stmt>" + _stmt("FR7630006000011234567890189"), 1)
    rows = receive_statement(inside, two, name="deux.xml", by=alice)
    assert sorted(row.bank_account.account.number for row in rows) == ["512000", "512100"]
    for row in rows:
        import_statement(inside, row, by=alice)
    assert len(moved()) == 5


def _stmt(iban: str) -> bytes:
    whole = as_camt([Moved(D(2025, 1, 2), 7_00, "AUTRE COMPTE")], iban=iban)
    return whole[whole.index(b"<Stmt>") : whole.index(b"</Stmt>") + len(b"</Stmt>")]


@pytest.mark.row("S3.19")
def test_what_is_dated_before_the_takeover_is_flagged(inside: Dossier, alice: User) -> None:
    Dossier.objects.filter(pk=inside.pk).update(takeover_date=D(2025, 1, 5))
    inside.refresh_from_db()
    account(inside, alice)
    imported(inside, as_camt(ROWS), alice)
    flags = BankTransaction.objects.order_by("date", "id").values_list("is_pre_takeover", flat=True)
    assert list(flags) == [True, True, True, False]


def test_a_locked_period_refuses_the_statement_whole(
    inside: Dossier, alice: User, bruno: User
) -> None:
    account(inside, alice)
    row = received(inside, as_camt(ROWS), alice)
    locks.set_lock(inside, lock_date=D(2025, 1, 5), lock_mode="users_and_admins", by=alice)
    with pytest.raises(IntegrityError) as guard:
        import_statement(inside, row, by=bruno)
    refusal = refusal_of(guard.value)
    assert isinstance(refusal, locks.PeriodLocked)
    assert moved() == []


def test_a_statement_is_put_aside_and_may_come_again(inside: Dossier, alice: User) -> None:
    account(inside, alice)
    row = received(inside, MARCH.read_bytes(), alice)
    drop_statement(row, by=alice)
    assert received(inside, MARCH.read_bytes(), alice).id != row.id


def test_undoing_a_statement_removes_what_it_added_and_nothing_else(
    inside: Dossier, alice: User
) -> None:
    account(inside, alice)
    imported(inside, as_camt(ROWS[:2]), alice)
    before = moved()
    row = imported(inside, as_camt(ROWS), alice)
    assert undo_statement(inside, row, by=alice) is None
    assert moved() == before
    with pytest.raises(NotImported):
        undo_statement(inside, row, by=alice)
    assert imported(inside, as_camt(ROWS), alice).added_count == 2


def test_a_booked_transaction_keeps_its_statement(inside: Dossier, alice: User) -> None:
    account(inside, alice)
    row = imported(inside, as_camt(ROWS), alice)
    BankTransaction.objects.filter(amount=250_00).update(booking="booked")
    with pytest.raises(StatementInUse):
        undo_statement(inside, row, by=alice)
    assert len(moved()) == 4


def test_a_transaction_that_made_an_auto_invoice_keeps_its_statement(
    inside: Dossier, alice: User
) -> None:
    account(inside, alice)
    row = imported(inside, as_camt(ROWS), alice)
    edf = ThirdParty.objects.create(dossier=inside, role="supplier", code="FEDF", label="EDF")
    rule = AutoInvoiceRule.objects.create(dossier=inside, third_party=edf, words="EDF")
    made = BankTransaction.objects.get(label="PRLV EDF")
    AutoInvoice.objects.create(dossier=inside, rule=rule, transaction=made)
    with pytest.raises(StatementInUse):
        undo_statement(inside, row, by=alice)


def test_a_statement_of_nothing_adds_nothing(inside: Dossier, alice: User) -> None:
    account(inside, alice)
    assert imported(inside, as_camt([], opening=5_00, closing=5_00), alice).added_count == 0


def test_refusals_have_a_code_and_a_sentence(inside: Dossier, alice: User) -> None:
    account(inside, alice)
    with pytest.raises(BusinessError) as refusal:
        received(inside, b"<html>", alice)
    assert (refusal.value.code, refusal.value.status) == ("unreadable_statement", 422)
