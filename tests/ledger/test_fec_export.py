"""A year of the books leaves as the FEC that the law wants, and comes back as the same books."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from clients.actions.dossiers import create_dossier
from clients.models import Dossier
from firm import scope
from firm.actions.tokens import create_token
from firm.models import AuditEvent, Firm, User
from ledger.actions.fec_export import NothingToExport, Options, export_fec, year_ending
from ledger.actions.fec_pack import make_pack
from ledger.fec.check import check_file
from ledger.models import Entry, FiscalYear
from ledger.queries.balances import trial_balance
from ledger.queries.years import period_of_year, years_of
from tests.conftest import open_dossier
from tests.ledger.books import Line, Piece, make_books
from tests.ledger.test_fec_flow import DATA, REAL, confirm, send

END = dt.date(2022, 12, 31)
VALIDATED = dt.date(2023, 1, 31)
ADDRESS = "/dossier/boulangerie/comptabilite/exercices/2022-12-31/"


def make_year(dossier: Dossier, validated_on: dt.date | None = VALIDATED) -> FiscalYear:
    sale = Piece(
        "VT", dt.date(2022, 3, 15), label="Pain d’épices à 3 €", ref="F-1", number="1",
        validated_on=validated_on,
        lines=[
            Line("411000", debit=120_001, third="C01", third_label="Lefèvre"),
            Line("706000", credit=120_001),
        ],
    )  # fmt: skip
    year = make_books(dossier, [sale], start=dt.date(2022, 1, 1), end=END).year
    Entry.objects.update(piece_date=dt.date(2022, 3, 14))
    return year


@pytest.fixture
def year(boulangerie: Dossier, alice: User) -> FiscalYear:
    with open_dossier(alice, boulangerie):
        return make_year(boulangerie)


@pytest.fixture
def web(client: Client, alice: User) -> Client:
    client.force_login(alice, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def exported(dossier: Dossier, by: User, folder: Path, end: dt.date = END, **options: Any) -> Any:
    folder.mkdir(exist_ok=True)
    with open_dossier(by, dossier):
        year = year_ending(end)
        return export_fec(dossier, year=year, folder=folder, by=by, options=Options(**options))


def balance_of(dossier: Dossier, by: User) -> list[tuple[Any, ...]]:
    with open_dossier(by, dossier):
        years = years_of(dossier)
        rows = trial_balance(dossier, period_of_year(years, years[0]))
        return [(row.account, row.label, row.sums) for row in rows]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("form", ["txt", "xml"])
def test_a_real_file_goes_out_conforme_and_comes_back_as_the_same_books(
    form: str, boulangerie: Dossier, martin: Firm, alice: User, tmp_path: Path
) -> None:
    row = confirm(boulangerie, alice, send(boulangerie, alice, (DATA / REAL).read_bytes(), REAL))
    assert row.state == "imported", row.error
    end = dt.date(2022, 8, 31)

    made = exported(boulangerie, alice, tmp_path / "one", end, format=form)
    again = exported(boulangerie, alice, tmp_path / "two", end, format=form)

    assert made.fec.read_bytes() == again.fec.read_bytes()
    assert made.sha256 == hashlib.sha256(made.fec.read_bytes()).hexdigest()
    assert (made.lines, made.size) == (5422, made.fec.stat().st_size)
    report = check_file(made.fec, name=made.fec.name)
    with report.findings:
        assert report.structure == "conforme"
        assert report.accounting != "reject"
        assert (report.lines, report.entries) == (5422, 2033)
        assert report.debit == report.credit == 1_018_621_981
        # As many as in the file that was imported: neither form invents a lettering.
        assert report.findings.counts["LETTRAGE_DESEQUILIBRE"] == 87
    with scope.open_scope(scope.Scope(user=alice.id, firm=martin.id, firm_write=True)):
        other = create_dossier(martin, name="Retour", by=alice)
    back = confirm(other, alice, send(other, alice, made.fec.read_bytes(), made.fec.name))
    assert back.state == "imported", back.error
    assert balance_of(other, alice) == balance_of(boulangerie, alice)
    source = exported(boulangerie, alice, tmp_path / "three", end)
    target = exported(other, alice, tmp_path / "four", end)
    lines = [one.fec.read_bytes().split(b"\r\n") for one in (source, target)]
    assert sorted(lines[0]) == sorted(lines[1])


@pytest.mark.django_db
def test_the_three_files_are_named_by_law(
    year: FiscalYear, boulangerie: Dossier, alice: User, tmp_path: Path
) -> None:
    made = exported(boulangerie, alice, tmp_path)
    siren = boulangerie.siren or "000000000"
    assert made.fec.name == f"{siren}FEC20221231.txt"
    described = made.description.read_text(encoding="utf-8")
    assert made.fec.name in described
    assert made.sha256 in described
    assert "conforme" in made.report.read_text(encoding="utf-8")
    assert not made.is_provisional
    with open_dossier(alice, boulangerie):
        event = AuditEvent.objects.get(action="ledger.fec_exported")
    assert event.details["sha256"] == made.sha256


@pytest.mark.django_db
def test_the_other_forms_of_the_law_are_conformes_too(
    year: FiscalYear, boulangerie: Dossier, alice: User, tmp_path: Path
) -> None:
    made = exported(boulangerie, alice, tmp_path, separator="pipe", encoding="iso8859-15")
    text = made.fec.read_bytes().decode("iso8859-15")
    assert text.startswith("JournalCode|JournalLib|")
    assert "à 3 €" in text
    assert "structure" in made.report.read_text(encoding="utf-8").lower()
    for options in ({"format": "xml"}, {"format": "xml", "encoding": "iso8859-15"}):
        made = exported(boulangerie, alice, tmp_path, **options)
        assert made.fec.suffix == ".xml"
        report = check_file(made.fec, name=made.fec.name)
        with report.findings:
            assert not report.findings.counts, made.report.read_text(encoding="utf-8")


@pytest.mark.django_db
def test_entries_without_a_validation_date_make_the_export_provisional(
    boulangerie: Dossier, alice: User, tmp_path: Path
) -> None:
    with open_dossier(alice, boulangerie):
        make_year(boulangerie, validated_on=None)
    made = exported(boulangerie, alice, tmp_path)
    assert made.is_provisional
    assert "provisoire" in made.description.read_text(encoding="utf-8").lower()


@pytest.mark.django_db
def test_a_year_without_entries_has_nothing_to_export(
    boulangerie: Dossier, alice: User, web: Client, tmp_path: Path
) -> None:
    with open_dossier(alice, boulangerie):
        FiscalYear.objects.create(dossier=boulangerie, start=dt.date(2022, 1, 1), end=END)
    with pytest.raises(NothingToExport):
        exported(boulangerie, alice, tmp_path)
    for page in ("fec/", "pack/"):
        assert web.get(ADDRESS + page).status_code == 422
    answer = by_token(alice, year_end="2022-12-31")
    assert (answer.status_code, answer.json()["code"]) == (422, "nothing_to_export")


def by_token(person: User, **query: str) -> Any:
    with scope.open_scope(scope.Scope(user=person.pk)):
        token = create_token(name="Essai", scopes=["read"], by=person)[1]
    headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
    return Client().get(reverse("api_fec_exports", args=["boulangerie"]), query, headers=headers)


@pytest.mark.django_db(transaction=True)
def test_the_page_and_the_api_stream_the_same_file_as_the_action(
    boulangerie: Dossier, alice: User, client: Client, tmp_path: Path
) -> None:
    with open_dossier(alice, boulangerie):
        make_year(boulangerie)
    client.force_login(alice, backend="allauth.account.auth_backends.AuthenticationBackend")
    made = exported(boulangerie, alice, tmp_path)

    page: Any = client.get(ADDRESS + "fec/")
    assert page.streaming
    assert f'filename="{made.fec.name}"' in page["Content-Disposition"]
    assert scope.current() is None, "the request's scope is over: the stream opens its own"
    assert b"".join(page.streaming_content) == made.fec.read_bytes()

    answer = by_token(alice, year_end="2022-12-31", format="txt")
    assert answer["Content-Type"].startswith("text/plain")
    assert b"".join(answer.streaming_content) == made.fec.read_bytes()
    with open_dossier(alice, boulangerie):
        events = AuditEvent.objects.filter(action="ledger.fec_exported")
        assert {event.details["sha256"] for event in events} == {made.sha256}
        assert events.count() == 3


@pytest.mark.django_db
def test_the_pack_holds_the_file_its_description_and_its_report(
    year: FiscalYear, boulangerie: Dossier, alice: User, web: Client
) -> None:
    answer: Any = web.get(ADDRESS + "pack/", {"format": "xml"})
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as pack:
        names = pack.namelist()
    stem = Path(names[0]).stem
    assert names == [
        f"{stem}{end}"
        for end in (
            ".xml",
            "-descriptif.pdf",
            "-descriptif.txt",
            "-controle.pdf",
            "-controle.txt",
            "-empreintes.txt",
        )
    ]
    assert f'filename="{stem}-dossier-de-controle.zip"' in answer["Content-Disposition"]


@pytest.mark.django_db
@pytest.mark.row("B9")
def test_the_hashes_of_the_pack_are_in_it_on_its_page_and_in_the_trail(
    year: FiscalYear, boulangerie: Dossier, alice: User, web: Client
) -> None:
    page = f"{ADDRESS}controle/"
    assert "Aucun dossier préparé" in web.get(page).content.decode()

    answer: Any = web.get(ADDRESS + "pack/")
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as pack:
        held = {name: pack.read(name) for name in pack.namelist()}
    (seal,) = (text for name, text in held.items() if name.endswith("-empreintes.txt"))
    hashes = dict(reversed(row.split("  ")) for row in seal.decode().splitlines())
    assert set(hashes) == {name for name in held if not name.endswith("-empreintes.txt")}
    assert all(hashlib.sha256(held[name]).hexdigest() == one for name, one in hashes.items())
    assert sum(text.startswith(b"%PDF-") for text in held.values()) == 2
    with open_dossier(alice, boulangerie):
        event = AuditEvent.objects.get(action="ledger.fec_pack_made")
    assert {one["name"]: one["sha256"] for one in event.details["files"]} == hashes
    assert (event.details["structure"], event.details["errors"]) == ("conforme", 0)
    shown = web.get(page).content.decode()
    assert all(one in shown for one in hashes.values())


@pytest.mark.django_db
@pytest.mark.row("B9")
def test_the_papers_of_the_pack_say_what_the_law_asks(
    year: FiscalYear, boulangerie: Dossier, alice: User
) -> None:
    import pypdfium2

    with open_dossier(alice, boulangerie):
        made = make_pack(boulangerie, year=year, by=alice)
        with made.content, zipfile.ZipFile(made.content) as pack:
            texts = [
                "".join(
                    page.get_textpage().get_text_range()
                    for page in pypdfium2.PdfDocument(pack.read(name))
                )
                for name in pack.namelist()
                if name.endswith(".pdf")
            ]
    described, control = (" ".join(text.split()) for text in texts)
    for told in ("A47 A-1", "JournalCode", "ValidDate", "tabulation", made.files[0].sha256):
        assert told in described.replace("- ", "-"), told
    for told in ("conforme", "Chiffres de contrôle", "1 200,01 €", "sans date de validation"):
        assert told in control.replace("\u00a0", " ").replace("\u202f", " "), told


@pytest.mark.django_db(transaction=True)
@pytest.mark.row("B9")
def test_the_api_gives_the_pack_and_tells_of_those_made(boulangerie: Dossier, alice: User) -> None:
    with open_dossier(alice, boulangerie):
        make_year(boulangerie)
    with scope.open_scope(scope.Scope(user=alice.pk)):
        token = create_token(name="Essai", scopes=["read"], by=alice)[1]
    headers, base = {"Authorization": f"Bearer {token}"}, "/api/dossiers/boulangerie/fec-packs/"

    made: Any = Client().get(f"{base}2022-12-31/", headers=headers)
    with zipfile.ZipFile(io.BytesIO(b"".join(made.streaming_content))) as pack:
        fec = pack.read(pack.namelist()[0])
    (told,) = Client().get(base, headers=headers).json()["results"]

    assert told["year_end"] == "2022-12-31"
    assert told["files"][0]["sha256"] == hashlib.sha256(fec).hexdigest()
    assert Client().get(f"{base}?year_end=2021-12-31", headers=headers).json()["results"] == []
    assert Client().get(f"{base}hier/", headers=headers).status_code == 422
    assert Client().get(f"{base}2019-12-31/", headers=headers).status_code == 404


@pytest.mark.django_db
def test_an_unknown_year_or_option_is_refused(
    year: FiscalYear, alice: User, emma: User, web: Client
) -> None:
    assert web.get(ADDRESS.replace("2022", "2019") + "fec/").status_code == 404
    assert web.get(ADDRESS + "fec/", {"format": "ods"}).status_code == 422
    assert web.get(ADDRESS + "fec/", {"encoding": "utf-16"}).status_code == 422
    assert by_token(alice, year_end="hier").status_code == 422
    assert by_token(alice, year_end="2019-12-31").status_code == 404
    assert by_token(emma, year_end="2022-12-31").status_code == 403


@pytest.mark.django_db(transaction=True)
def test_the_command_writes_the_three_files_and_prints_their_names(
    boulangerie: Dossier, alice: User, tmp_path: Path
) -> None:
    with open_dossier(alice, boulangerie):
        make_year(boulangerie)
    said = io.StringIO()
    arguments = ["--dossier", "boulangerie", "--year-end", "2022-12-31", "--out", str(tmp_path)]
    call_command("fec_export", *arguments, stdout=said)
    paths = [Path(line) for line in said.getvalue().splitlines()]
    assert [path.exists() for path in paths] == [True] * 3
    made = exported(boulangerie, alice, tmp_path / "again")
    assert paths[0].read_bytes() == made.fec.read_bytes()
    with pytest.raises(CommandError, match="Aucun exercice"):
        call_command("fec_export", *arguments[:2], "--year-end", "2019-12-31")
