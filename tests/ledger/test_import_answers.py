"""What a person answers before a file is imported: corrections, accounts, which books stay."""

from __future__ import annotations

from dataclasses import replace

import pytest

from clients.models import Dossier
from firm.models import User
from ledger.models import Entry
from tests.conftest import open_dossier
from tests.ledger import small_fec
from tests.ledger.import_programs import Program, codes, importing_program, own_cache, run_all  # noqa: F401 (fixtures)

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_unknown_account_is_a_question_that_the_confirmation_answers(
    program: Program, boulangerie: Dossier, alice: User
) -> None:
    pieces = small_fec.ordinary()
    odd = replace(pieces[1], lines=(*pieces[1].lines[:2], ("DIVERS", "Divers", "", 0, 60_000)))
    found = program.sent(small_fec.content([pieces[0], odd, *pieces[2:]]), small_fec.name())
    path = f"{found['id']}/confirm/"
    assert (found["state"], found["accounting"]) == ("to_review", "reject"), found
    assert [(one["kind"], one["old"]) for one in found["questions"]] == [("account", "DIVERS")]

    answer = program.post(path)
    assert (answer.status_code, answer.json()["code"]) == (409, "questions_open")
    assert answer.json()["questions"][0]["old"] == "DIVERS"
    answer = program.post(path, {"accounts": {"DIVERS": "métro"}})
    assert (answer.status_code, answer.json()["code"]) == (422, "correction_invalid")
    assert program.one(found["id"])["state"] == "to_review"

    answer = program.post(path, {"accounts": {"DIVERS": "401000"}}, run=False)
    assert (answer.status_code, answer.json()["state"]) == (202, "uploaded")
    run_all()
    found = program.one(found["id"])
    assert (found["state"], found["accounting"], found["error"]) == (
        "imported", "accept_with_warnings", None,
    )  # fmt: skip
    assert "COMPTE_ASSOCIE" in codes(found, "warning") | codes(found, "info")
    assert found["questions"] == []
    with open_dossier(alice, boulangerie):
        assert not Entry.objects.filter(lines__account__number="DIVERS").exists()


def test_what_the_mapping_does_not_settle_waits_and_says_why(program: Program) -> None:
    pieces = small_fec.ordinary()
    odd = replace(pieces[1], lines=(*pieces[1].lines[:2], ("DIVERS", "Divers", "", 0, 59_999)))
    found = program.sent(small_fec.content([pieces[0], odd, *pieces[2:]]), small_fec.name())
    assert program.post(f"{found['id']}/confirm/").json()["code"] == "fec_rejected"
    program.post(f"{found['id']}/confirm/", {"accounts": {"DIVERS": "401000"}})
    found = program.one(found["id"])
    assert (found["state"], found["accounting"]) == ("to_review", "reject")
    assert "refusé en l’état" in found["error"]
    assert codes(found) == {"ECRITURE_DESEQUILIBREE"}


def test_each_correction_changes_the_verdict_and_can_be_taken_back(program: Program) -> None:
    pieces = small_fec.ordinary()
    outside = replace(pieces[3], day="20250420")
    uneven = replace(pieces[4], lines=(pieces[4].lines[0], (*pieces[4].lines[1][:4], 119_999)))
    found = program.sent(small_fec.content([*pieces[:3], outside, uneven]), small_fec.name())
    path = f"{found['id']}/corrections/"
    assert codes(found) == {"DATE_HORS_EXERCICE", "ECRITURE_DESEQUILIBREE"}
    line = next(one["line"] for one in found["findings"] if one["code"] == "DATE_HORS_EXERCICE")

    assert program.post(path, {"line": line, "date": "2024-04-20"}).status_code == 202
    assert codes(program.one(found["id"])) == {"ECRITURE_DESEQUILIBREE"}
    program.post(path, {"exclude": ["BQ", "5"]})
    settled = program.one(found["id"])
    assert (codes(settled), settled["questions"]) == (set(), [])
    assert settled["accounting"] == "accept_with_warnings"
    assert settled["sha256"] == found["sha256"], "the original is untouched"
    program.post(path, {"forget": "dates", "key": str(line)})
    assert codes(program.one(found["id"])) == {"DATE_HORS_EXERCICE"}
    assert (
        program.post(path, {"line": line, "date": "demain"}).json()["code"] == "correction_invalid"
    )
    assert program.post(path, {"line": "x", "date": "2024-04-20"}).status_code == 422
    assert program.post(path, {"nonsense": 1}).status_code == 422


def test_a_file_without_header_is_read_in_the_legal_order_when_asked(program: Program) -> None:
    found = program.sent(small_fec.content(small_fec.ordinary(), header=False), small_fec.name())
    assert found["state"] == "rejected"
    assert [one["kind"] for one in found["questions"]] == ["standard_order"]
    program.post(f"{found['id']}/corrections/", {"standard_order": True})
    found = program.one(found["id"])
    assert (found["state"], found["accounting"]) == ("to_review", "accept_with_warnings"), found


def test_an_encoding_that_two_alphabets_explain_is_asked_then_kept(program: Program) -> None:
    pieces = small_fec.ordinary(sale="Vente n° 1")
    content = small_fec.content(pieces).decode().replace("é", "e").replace("À", "A")
    raw = content.encode("cp850")
    found = program.sent(raw, small_fec.name())
    program.post(f"{found['id']}/corrections/", {"encoding": "cp850"})
    found = program.one(found["id"])
    assert (found["state"], codes(found)) == ("to_review", set())
    assert program.post(f"{found['id']}/confirm/").status_code == 202
    assert program.one(found["id"])["state"] == "imported"


def test_a_year_with_books_is_refused_completed_or_replaced_as_asked(
    program: Program, boulangerie: Dossier, alice: User
) -> None:
    first = program.sent(small_fec.content(small_fec.ordinary()), small_fec.name())
    program.post(f"{first['id']}/confirm/")
    more = small_fec.Piece("VE", "6", "0701", "VT-2", "Vente de brioches", (
        ("411000", "Clients", "MAIRIE", 12_000, 0), ("707000", "Ventes", "", 0, 12_000),
    ))  # fmt: skip
    second = program.sent(small_fec.content([*small_fec.ordinary(), more]), small_fec.name())
    path = f"{second['id']}/confirm/"
    assert second["preview"]["overlap"]

    answer = program.post(path)
    assert (answer.status_code, answer.json()["code"]) == (409, "questions_open")
    assert answer.json()["questions"][0]["kind"] == "mode"
    answer = program.post(path, {"mode": "refuse"})
    assert (answer.status_code, answer.json()["code"]) == (409, "year_has_books")
    program.post(path, {"mode": "append"})
    assert program.one(second["id"])["state"] == "imported"
    with open_dossier(alice, boulangerie):
        assert Entry.objects.count() == 6
        assert Entry.objects.filter(fec_import=second["id"]).count() == 1

    third = program.sent(small_fec.content(small_fec.ordinary(sale="Vente")), small_fec.name())
    program.post(f"{third['id']}/confirm/", {"mode": "replace"})
    assert program.one(third["id"])["state"] == "imported", program.one(third["id"])["error"]
    with open_dossier(alice, boulangerie):
        assert set(Entry.objects.values_list("fec_import", flat=True)) == {int(third["id"])}
        assert Entry.objects.count() == 5
    assert {program.one(one["id"])["state"] for one in (first, second)} == {"undone"}
