"""FEC imports through the API, as a program sees them."""

from __future__ import annotations

import threading
from collections import Counter

import pytest
from django.db import connection
from django.test import Client

from clients.models import Dossier
from firm.models import User
from ledger.models import Entry, FecImport, Invoice
from tests.conftest import open_dossier
from tests.ledger import small_fec
from tests.ledger.import_programs import Program, codes, importing_program, own_cache, run_all  # noqa: F401 (fixtures)
from tests.ledger.test_fec_flow import DATA, REAL

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.row("S3.15", "B10")
def test_a_program_sends_follows_confirms_and_undoes(
    program: Program, boulangerie: Dossier, alice: User
) -> None:
    answer = program.send((DATA / REAL).read_bytes(), REAL, run=False)
    assert answer.status_code == 202
    made = answer.json()
    assert isinstance(made["id"], str)
    assert (made["state"], made["structure"], made["findings"]) == ("uploaded", None, [])
    assert made["progress"] == {"done": 0, "total": (DATA / REAL).stat().st_size}
    run_all()

    found = program.one(made["id"])
    assert (found["state"], found["structure"], found["accounting"], found["questions"]) == (
        "to_review", "conforme", "accept_with_warnings", [],
    )  # fmt: skip
    assert found["totals"] == {
        "lines": 5422, "entries": 2033, "debit": "10186219.81", "credit": "10186219.81",
    }  # fmt: skip
    assert set(found["preview"]) >= {
        "years",
        "journals",
        "accounts",
        "invoices",
        "bank_transactions",
    }
    assert set(found["findings"][0]) >= {
        "code",
        "severity",
        "line",
        "column",
        "message",
        "old",
        "new",
    }

    answer = program.post(f"{made['id']}/confirm/", run=False)
    assert (answer.status_code, answer.json()["state"]) == (202, "importing")
    assert program.post(f"{made['id']}/confirm/").json()["code"] == "wrong_state"
    assert program.one(made["id"])["state"] == "imported"
    assert program.send((DATA / REAL).read_bytes(), "autre nom.txt").json()["id"] == made["id"]
    with open_dossier(alice, boulangerie):
        invoices = Invoice.objects.filter(source="fec").values_list("direction", flat=True)
        assert Counter(invoices) == {"purchase": 379, "sale": 400}

    refused = program.post(f"{made['id']}/undo/")
    assert (refused.status_code, refused["Content-Type"]) == (403, "application/problem+json")
    assert program.one(made["id"])["state"] == "imported"
    allowed = Program(alice, boulangerie.slug, "read", "write", "destructive")
    answer = allowed.post(f"{made['id']}/undo/", run=False)
    assert (answer.status_code, answer.json()["state"]) == (202, "undoing")
    run_all()
    assert program.one(made["id"])["state"] == "undone"
    with open_dossier(alice, boulangerie):
        assert not Entry.objects.exists()


def test_two_confirmations_at_once_write_the_books_once(
    program: Program, boulangerie: Dossier, alice: User
) -> None:
    found = program.sent(small_fec.content(small_fec.ordinary()), small_fec.name())
    both, answers = threading.Barrier(2), []

    def confirm() -> None:
        try:
            both.wait(10)
            answers.append(program.post(f"{found['id']}/confirm/", run=False).status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=confirm) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [202, 409]
    run_all()
    with open_dossier(alice, boulangerie):
        assert Entry.objects.count() == 5


def test_the_same_bytes_sent_twice_at_once_are_one_import(
    program: Program, boulangerie: Dossier, alice: User
) -> None:
    ids: list[str] = []

    def send() -> None:
        try:
            answer = program.send(small_fec.content(small_fec.ordinary()), "a.txt", run=False)
            ids.append(answer.json()["id"])
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ids) == 3
    assert len(set(ids)) == 1
    with open_dossier(alice, boulangerie):
        assert FecImport.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("livre.zip", b"PK\x03\x04" + b"\0" * 400),
        ("livre.pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n"),
        ("552100554FEC20241231.txt", b"\0" * 3000),
        ("552100554FEC20241231.txt", b"A" * (20 * 1024 * 1024)),
    ],
    ids=["zip", "pdf", "NUL bytes", "one line of 20 MB"],
)  # fmt: skip
def test_what_is_no_fec_is_refused_with_a_reason_and_nothing_else(
    name: str, content: bytes, program: Program
) -> None:
    found = program.sent(content, name)
    assert (found["state"], found["accounting"]) == ("rejected", "reject")
    assert found["findings"][0]["message"]
    answer = program.post(f"{found['id']}/confirm/")
    assert (answer.status_code, answer.json()["code"]) == (409, "wrong_state")


def test_a_line_of_20_mb_under_a_header_is_one_finding(program: Program) -> None:
    head = "\t".join(small_fec.HEAD).encode()
    found = program.sent(head + b"\r\n" + b"x" * 20_000_000, small_fec.name())
    assert "LIGNE_TROP_LONGUE" in codes(found)
    assert all(len(one["message"]) < 500 for one in found["findings"])
    assert program.post(f"{found['id']}/confirm/").json()["code"] == "fec_rejected"


def test_an_empty_file_and_no_file_are_refused(program: Program) -> None:
    answer = program.send(b"", "a.txt")
    assert (answer.status_code, answer.json()["code"]) == (422, "empty_upload")
    assert program.post("").status_code in {400, 415, 422}


def test_strangers_and_those_without_the_right_get_nothing(
    program: Program, boulangerie: Dossier, eve: User, emma: User
) -> None:
    found = program.sent(small_fec.content(small_fec.ordinary()), small_fec.name())
    for user, status in ((eve, 404), (emma, 403)):
        other = Program(user, boulangerie.slug, "read", "write", "destructive")
        assert other.get().status_code == status
        assert other.get(f"{found['id']}/").status_code == status
        assert other.post(f"{found['id']}/confirm/").status_code == status
        assert other.send(b"x", "a.txt").status_code == status
    assert Client().get(program.base).status_code == 401
    assert program.one(found["id"])["state"] == "to_review"


def test_the_list_is_paged_by_cursor(program: Program) -> None:
    for rank in range(3):
        program.send(small_fec.content(small_fec.ordinary(sale=f"Vente {rank}")), small_fec.name())
    first = program.client.get(program.base + "?limit=2", headers=program.headers).json()
    rest = program.client.get(
        f"{program.base}?limit=2&cursor={first['next']}", headers=program.headers
    ).json()
    assert [len(first["results"]), len(rest["results"]), rest["next"]] == [2, 1, None]


def test_the_preview_counts_money_as_the_rest_of_the_api_does(program: Program) -> None:
    preview = program.sent((DATA / REAL).read_bytes(), REAL)["preview"]

    opening = preview["journals"][0]
    assert (opening["code"], opening["debit"], opening["credit"]) == (
        "ANO", "2233760.69", "2233760.69",
    )  # fmt: skip
    amounts = [preview["bank_transactions"]["amount"]]
    amounts += [one["amount"] for one in preview["invoices"].values()]
    assert all(isinstance(one, str) and one[-3] == "." for one in amounts)
