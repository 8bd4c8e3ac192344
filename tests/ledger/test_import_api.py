"""FEC imports through the API, as a program sees them."""

from __future__ import annotations

import datetime as dt
import io
import threading
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from clients.actions.dossiers import create_dossier
from clients.demo import PASSWORD
from clients.models import Dossier
from firm import jobs, scope
from firm.actions.tokens import create_token
from firm.models import Firm, User
from ledger.actions.fec_export import export_fec, year_ending
from ledger.models import BankTransaction, Entry, FecImport, Invoice
from tests.conftest import open_dossier
from tests.ledger import small_fec
from tests.ledger.test_fec_flow import DATA, REAL

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _own_cache(settings: Any, tmp_path: Path) -> None:
    backend = "django.core.cache.backends.locmem.LocMemCache"
    settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": str(tmp_path)}}


class Program:
    """A program with a bearer token on one dossier's imports."""

    def __init__(self, user: User, slug: str, *scopes: str) -> None:
        with scope.open_scope(scope.Scope(user=user.pk)):
            self.token = create_token(name="Essai", scopes=list(scopes), by=user)[1]
        self.base, self.client = f"/api/dossiers/{slug}/fec-imports/", Client()

    def send(self, content: bytes, name: str, *, run: bool = True) -> Any:
        file = io.BytesIO(content)
        file.name = name
        answer = self.client.post(self.base, {"file": file}, headers=self.headers)
        if run:
            run_all()
        return answer

    def post(self, path: str, body: dict[str, Any] | None = None, *, run: bool = True) -> Any:
        answer = self.client.post(
            self.base + path, body or {}, content_type="application/json", headers=self.headers
        )
        if run:
            run_all()
        return answer

    def get(self, path: str = "") -> Any:
        return self.client.get(self.base + path, headers=self.headers)

    def one(self, pk: str) -> dict[str, Any]:
        held: dict[str, Any] = self.get(f"{pk}/").json()
        return held

    def sent(self, content: bytes, name: str) -> dict[str, Any]:
        return self.one(self.send(content, name).json()["id"])

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}", "Accept": "application/json"}


def run_all() -> None:
    """What the worker does."""
    while due := jobs.due():
        for job in due:
            jobs.run(job)


@pytest.fixture
def program(alice: User, boulangerie: Dossier) -> Program:
    return Program(alice, boulangerie.slug, "read", "write")


def dossier_beside(firm: Firm, by: User, name: str) -> Dossier:
    with scope.open_scope(scope.Scope(user=by.id, firm=firm.id, firm_write=True)):
        return create_dossier(firm, name=name, by=by)


def codes(found: dict[str, Any], severity: str = "error") -> set[str]:
    return {one["code"] for one in found["findings"] if one["severity"] == severity}


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


@pytest.mark.row("B1")
def test_an_opening_a_cent_away_from_the_closing_names_account_amounts_and_lines(
    program: Program,
) -> None:
    before = program.sent(small_fec.content(small_fec.ordinary(2023), 2023), small_fec.name(2023))
    program.post(f"{before['id']}/confirm/")
    opening = small_fec.Piece("AN", "1", "0101", "RAN", "Report à nouveau", (
        ("101000", "Capital", "", 0, 100_000), ("120000", "Résultat", "", 0, 50_001),
        ("445660", "TVA déductible", "", 10_000, 0), ("445710", "TVA collectée", "", 0, 20_000),
        ("512000", "Banque", "", 160_001, 0),
    ))  # fmt: skip
    found = program.sent(small_fec.content([opening]), small_fec.name(2024))
    told = [one for one in found["findings"] if "512000" in one["message"]]
    assert told, found["findings"]
    message = told[0]["message"].replace("\u202f", " ").replace("\u00a0", " ")
    assert "1 600,01 € au débit (ligne 6)" in message
    assert "clôture N-1 de 1 600,00 € au débit, ligne 12 du fichier N-1" in message
    assert told[0]["line"] == 6


@pytest.mark.row("B10")
def test_exported_then_imported_elsewhere_the_books_are_the_same(
    program: Program, boulangerie: Dossier, alice: User, martin: Firm, tmp_path: Path
) -> None:
    found = program.sent((DATA / REAL).read_bytes(), REAL)
    program.post(f"{found['id']}/confirm/")
    first = exported(boulangerie, alice, tmp_path / "a")
    other = dossier_beside(martin, alice, "Boulangerie reprise")
    there = Program(alice, other.slug, "read", "write")
    moved = there.sent(first.read_bytes(), first.name)
    assert moved["accounting"] != "reject", moved["findings"][:3]
    there.post(f"{moved['id']}/confirm/")
    assert there.one(moved["id"])["state"] == "imported"
    assert balance(there, other) == balance(program, boulangerie)
    second = exported(other, alice, tmp_path / "b")
    assert second.read_bytes() == first.read_bytes()


def exported(dossier: Dossier, by: User, folder: Path) -> Path:
    folder.mkdir()
    with open_dossier(by, dossier):
        year = year_ending(dt.date(2022, 8, 31))
        return export_fec(dossier, year=year, folder=folder, by=by).fec


def balance(program: Program, dossier: Dossier) -> Any:
    answer = program.client.get(
        f"/api/dossiers/{dossier.slug}/trial-balance/", headers=program.headers
    )
    assert answer.status_code == 200
    return answer.json()


@pytest.mark.row("S3.18", "S3.19")
def test_what_is_dated_before_the_takeover_is_flagged_and_follows_its_date(
    program: Program, boulangerie: Dossier, alice: User, client: Client
) -> None:
    set_takeover(client, alice, "01/04/2024")
    found = program.sent(small_fec.content(small_fec.ordinary()), small_fec.name())
    program.post(f"{found['id']}/confirm/")
    assert flags(boulangerie, alice) == (
        {"FA-7": True, "VT-1": True},
        {"0420": False, "0620": False},
    )
    set_takeover(client, alice, "01/05/2024")
    assert flags(boulangerie, alice)[1] == {"0420": True, "0620": False}
    for page, words in (("achats", "FA-7"), ("banque", "Virement Moulin")):
        shown = client.get(f"/dossier/boulangerie/{page}/").content.decode()
        row = shown[shown.index(words) - 400 : shown.index(words) + 900]
        assert "Avant reprise" in row
    set_takeover(client, alice, "")
    assert not any(value for part in flags(boulangerie, alice) for value in part.values())


def flags(dossier: Dossier, by: User) -> tuple[dict[str, bool], dict[str, bool]]:
    with open_dossier(by, dossier):
        invoices = dict(Invoice.objects.values_list("number", "is_pre_takeover"))
        moves = BankTransaction.objects.values_list("date", "is_pre_takeover")
        return invoices, {f"{day:%m%d}": flag for day, flag in moves if f"{day:%m%d}" != "0101"}


def set_takeover(client: Client, by: User, day: str) -> None:
    client.post("/connexion/", {"login": by.email, "password": PASSWORD})
    answer = client.post("/dossier/boulangerie/parametres/infos/", {
        "name": "Boulangerie", "legal_form": "", "siren": "", "takeover_date": day,
    })  # fmt: skip
    assert answer.status_code == 302, answer.content.decode()[-1500:]


@pytest.mark.row("S3.17")
def test_the_takeover_date_is_entered_in_infos_client_and_shown_there(
    boulangerie: Dossier, alice: User, client: Client
) -> None:
    set_takeover(client, alice, "01/04/2024")
    shown = client.get("/dossier/boulangerie/parametres/infos/").content.decode()
    assert "Date de reprise" in shown
    assert "01/04/2024" in shown or "2024-04-01" in shown
    with open_dossier(alice, boulangerie):
        assert Dossier.objects.get(pk=boulangerie.pk).takeover_date == dt.date(2024, 4, 1)


def test_the_preview_counts_money_as_the_rest_of_the_api_does(program: Program) -> None:
    preview = program.sent((DATA / REAL).read_bytes(), REAL)["preview"]

    opening = preview["journals"][0]
    assert (opening["code"], opening["debit"], opening["credit"]) == (
        "ANO", "2233760.69", "2233760.69",
    )  # fmt: skip
    amounts = [preview["bank_transactions"]["amount"]]
    amounts += [one["amount"] for one in preview["invoices"].values()]
    assert all(isinstance(one, str) and one[-3] == "." for one in amounts)
