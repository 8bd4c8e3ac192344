"""Every table of the books as XLSX, CSV and PDF: the figures of its screen, its filters, its
limits.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import os
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook

from clients.models import Dossier
from firm import jobs
from firm.formats import amount_plain
from firm.models import AuditEvent, Job, User
from ledger import export_store
from ledger.actions import table_export
from ledger.models import BankAccount, BankTransaction, Invoice
from ledger.tables import Column, Row, Table, pdf, xlsx
from ledger.tables.named import TABLES, build
from tests.conftest import open_dossier
from tests.ledger.books import Books, Line, Piece, make_books

FORMATS = ("xlsx", "csv", "pdf")
FORMULA = "=1+1"
SCREENS = {
    "balance": "balance", "balance-auxiliaire": "aux_balance", "grand-livre": "general_ledger",
    "journal": "journal", "journaux": "journals", "centralisateur": "centraliser",
    "ecritures": "entries", "achats": "purchases", "ventes": "sales", "banque": "bank",
}  # fmt: skip


def pieces(year: int) -> list[Piece]:
    day = dt.date(year, 3, 15)
    return [
        Piece("AN", dt.date(year, 1, 1), is_opening=True, label="À-nouveaux", lines=[
            Line("512000", debit=100_000), Line("101000", credit=100_000),
        ]),
        Piece("VT", day, label=FORMULA, ref="F-1", lines=[
            Line("411000", debit=120_001, third="C01", third_label="Lefèvre", letter="A"),
            Line("706000", credit=100_001), Line("445710", credit=20_000),
        ]),
        Piece("HA", day, label="Farine", ref="-12", lines=[
            Line("606000", debit=5_000), Line("445660", debit=1_000),
            Line("401000", credit=6_000, third="F01", third_label="@Moulin"),
        ]),
        Piece("BQ", dt.date(year, 5, 2), label="Virement", lines=[
            Line("512000", debit=120_001),
            Line("411000", credit=120_001, third="C01", letter="A"),
        ]),
    ]  # fmt: skip


def make_two_years(dossier: Dossier) -> Books:
    first = [piece for piece in pieces(2021) if not piece.is_opening]
    make_books(dossier, first, start=dt.date(2021, 1, 1), end=dt.date(2021, 12, 31))
    books = make_books(dossier, pieces(2022), start=dt.date(2022, 1, 1), end=dt.date(2022, 12, 31))
    make_lists(dossier, books)
    return books


def make_lists(dossier: Dossier, books: Books) -> None:
    for number, kind, direction, gross in (
        ("F-1", "invoice", "sale", 120_001), ("A-1", "credit_note", "sale", 12_000),
        (FORMULA, "invoice", "purchase", 6_000),
    ):  # fmt: skip
        Invoice.objects.create(
            dossier=dossier, direction=direction, type=kind, number=number, gross=gross,
            net=gross - 1_000, vat=1_000, issue_date=dt.date(2022, 3, 15),
            state="paid" if kind == "invoice" and direction == "sale" else "issued",
        )  # fmt: skip
    account = BankAccount.objects.create(
        dossier=dossier, account=books.accounts["512000"], name="Compte courant"
    )
    for cents, label in ((120_001, FORMULA), (-4_550, "Frais")):
        BankTransaction.objects.create(
            dossier=dossier,
            bank_account=account,
            date=dt.date(2022, 5, 2),
            amount=cents,
            label=label,
        )


@pytest.fixture
def books(boulangerie: Dossier, alice: User) -> Books:
    with open_dossier(alice, boulangerie):
        return make_two_years(boulangerie)


@pytest.fixture
def web(client: Client, alice: User) -> Client:
    return signed_in(client, alice)


def signed_in(client: Client, user: User) -> Client:
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def download(web: Client, table: str, form: str, **query: Any) -> Any:
    address = reverse("ledger:export", args=["boulangerie", table])
    response = web.get(address, {"format": form, **query})
    assert response.status_code == 200, response.content[:2000]
    return response


def content(response: Any) -> bytes:
    return b"".join(response.streaming_content)


def name_of(response: Any) -> str:
    found = re.search(r'filename="(.+)"', response["Content-Disposition"])
    assert found
    return found[1]


def read_csv(data: bytes) -> list[list[str]]:
    assert data.startswith(b"\xef\xbb\xbf"), "a French spreadsheet needs the mark"
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";"))


def read_xlsx(data: bytes) -> list[list[Any]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    return book.get_sheet_by_index(0).to_python(skip_empty_area=False)


def read_pdf(data: bytes) -> list[str]:
    import pypdfium2

    document = pypdfium2.PdfDocument(data)
    pages = [page.get_textpage().get_text_bounded() for page in document]
    return [page.replace("\xa0", " ").replace("\u202f", " ") for page in pages]


def asked(table: str, books: Books) -> dict[str, Any]:
    """The query without which the screen shows something else than a table of figures."""
    if table == "grand-livre":
        return {"compte": "512000"}
    return {"journal": books.journals["VT"].id} if table == "journal" else {}


def shown(cents: int) -> str:
    return plain(amount_plain(abs(cents)))


def plain(text: str) -> str:
    return (
        re.sub(r"<[^>]+>", "", text)
        .replace("\xa0", " ")
        .replace("\u202f", " ")
        .replace("&nbsp;", " ")
    )


@pytest.mark.django_db
@pytest.mark.parametrize("table", TABLES)
def test_a_table_gives_the_same_figures_on_screen_and_in_the_three_formats(
    table: str, books: Books, boulangerie: Dossier, alice: User, web: Client
) -> None:
    query = asked(table, books)
    with open_dossier(alice, boulangerie):
        made = build(table, boulangerie, query)
        rows = [row for row in made.rows if row.style == "row"]
        assert made.totals is not None
        totals = list(made.totals)
    assert rows, "the case says something"
    sums = [
        (column, value)
        for column, value in zip(made.columns, totals, strict=True)
        if column.kind in {"amount", "balance"} and value
    ]
    screen = plain(
        web.get(reverse(f"ledger:{SCREENS[table]}", args=["boulangerie"]), query).content.decode()
    )
    for _column, cents in sums:
        assert shown(cents) in screen

    response = download(web, table, "csv", **query)
    lines = read_csv(content(response))
    assert name_of(response).endswith(".csv")
    assert lines[0] == [column.label for column in made.columns]
    assert len(lines) == len(rows) + 2
    assert all(len(line) == len(made.columns) for line in lines)

    cells = read_xlsx(content(download(web, table, "xlsx", **query)))
    assert cells[3][: len(made.columns)] == [column.label for column in made.columns]
    for index, column in enumerate(made.columns):
        if column.kind in {"amount", "balance"}:
            in_csv = lines[-1][index].replace(",", "").lstrip("0") or "0"
            assert int(in_csv) == (totals[index] or 0)
            assert round(float(cells[-1][index] or 0) * 100) == (totals[index] or 0)

    text = "\n".join(read_pdf(content(download(web, table, "pdf", **query))))
    assert made.title in text
    assert "page 1" in text
    assert "Imprimé par Alice" in text
    for _column, cents in sums:
        assert shown(cents) in text


@pytest.mark.django_db
@pytest.mark.parametrize(
    "table", ["balance", "grand-livre", "journal", "ecritures", "achats", "ventes", "banque"]
)
def test_columns_of_amounts_add_up_to_their_total(
    table: str, books: Books, boulangerie: Dossier, alice: User
) -> None:
    with open_dossier(alice, boulangerie):
        made = build(table, boulangerie, asked(table, books))
        rows = [row.cells for row in made.rows if row.style == "row"]
    assert made.totals is not None
    for index, column in enumerate(made.columns):
        # The gap with N-1 is in each account's own sense, so that it has no sum of its own.
        if column.kind == "amount" and column.label != "Écart":
            assert sum(row[index] or 0 for row in rows) == made.totals[index], column.label


@pytest.mark.django_db
def test_the_whole_grand_livre_gives_every_account_with_its_balance(
    books: Books, boulangerie: Dossier, alice: User
) -> None:
    with open_dossier(alice, boulangerie):
        made = build("grand-livre", boulangerie, {"exercice": "tous"})
        alone = build("grand-livre", boulangerie, {"exercice": "tous", "compte": "512000"})
        rows, lines = list(made.rows), [row.cells for row in alone.rows if row.style == "row"]
    assert next(row.cells[0] for row in rows if row.style == "group") == "401000 · Compte 401000"
    assert [row.cells for row in rows if row.style == "row" and row.cells[0] == "512000"] == lines
    assert made.count == sum(row.style == "row" for row in rows) == 16
    assert made.totals is not None
    assert made.totals[-1] == 0
    subtotals = {row.cells[6]: row.cells[-1] for row in rows if row.style == "subtotal"}
    assert subtotals["Total 512000"] == lines[-1][-1] == alone.totals[-1]  # type: ignore[index]


@pytest.mark.django_db
def test_classes_have_their_subtotals_and_the_file_its_year(books: Books, web: Client) -> None:
    response = download(web, "balance", "xlsx")
    assert name_of(response) == "balance-2022.xlsx"
    first = [row[:2] for row in read_xlsx(content(response))]
    assert ["Classe 4 · Tiers", ""] in first
    assert ["", "Total classe 4"] in first
    header = download(web, "balance", "csv", exercice="2021-12-31")
    assert name_of(header) == "balance-2021.csv"
    assert "Solde N-1" not in read_csv(content(header))[0]
    part = download(web, "balance", "csv", du="01/02/2022", au="31/03/2022")
    assert name_of(part) == "balance-20220201-20220331.csv"
    assert content(part)


@pytest.mark.django_db
def test_filters_of_the_page_are_kept(books: Books, web: Client) -> None:
    def labels(table: str, column: int, **query: Any) -> list[str]:
        lines = read_csv(content(download(web, table, "csv", **query)))
        return [line[column] for line in lines[1:-1]]

    assert labels("balance", 0, q="411") == ["411000"]
    assert "101000" not in labels("balance", 0, mouvementes="1")
    assert labels("balance", 0, tri="-compte")[0] == "706000"
    assert labels("balance-auxiliaire", 2, tiers="fournisseurs") == ["'@Moulin"]
    assert set(labels("grand-livre", 0)) >= {"411000", "512000", "706000"}
    assert set(labels("grand-livre", 0, compte="512000")) == {"512000"}
    assert labels("grand-livre", 0, compte="411000", lettrage="non") == []
    assert labels("ecritures", 4, q="Farine") == ["Farine"]
    assert labels("ecritures", 4, montant="1200,01", tri="date") == ["'=1+1", "Virement"]
    journal = books.journals["BQ"].id
    assert labels("journal", 3, journal=journal) == ["512000", "411000"]
    assert labels("journal", 3, journal=journal, mois="2022-04") == []
    assert labels("ventes", 2, etat="open") == ["A-1"]
    assert labels("ventes", 2, au="01/01/2022") == []
    assert labels("banque", 1, q="frais") == ["Frais"]


@pytest.mark.django_db
def test_every_page_offers_its_export_with_its_filters(books: Books, web: Client) -> None:
    for table, name in SCREENS.items():
        query = {**asked(table, books), "q": "x y", "apres": "z"}
        page = web.get(reverse(f"ledger:{name}", args=["boulangerie"]), query).content.decode()
        for form in FORMATS:
            found = re.search(
                rf'href="(/dossier/boulangerie/exports/{table}/\?[^"]*format={form}[^"]*)"', page
            )
            assert found, f"{name} does not offer {form}"
            assert "q=x+y" in found[1]
            assert "apres" not in found[1]


@pytest.mark.django_db
def test_a_text_that_looks_like_a_formula_stays_a_text(books: Books, web: Client) -> None:
    for table, column in (("ecritures", 4), ("grand-livre", 6), ("banque", 1), ("achats", 2)):
        lines = read_csv(content(download(web, table, "csv")))
        assert "'=1+1" in {line[column] for line in lines}
        assert not any(cell.startswith(("=", "+", "@")) for line in lines for cell in line)
        data = content(download(web, table, "xlsx"))
        assert FORMULA in {row[column] for row in read_xlsx(data)}
        assert b"<f>" not in unzipped(data)


def unzipped(data: bytes) -> bytes:
    import zipfile

    with zipfile.ZipFile(io.BytesIO(data)) as book:
        return b"".join(book.read(name) for name in book.namelist() if "sheet" in name)


@pytest.mark.django_db
def test_an_empty_dossier_gives_empty_tables(boulangerie: Dossier, web: Client) -> None:
    for table in TABLES:
        if table != "journal":
            for form in FORMATS:
                assert content(download(web, table, form))


@pytest.mark.django_db
def test_what_does_not_exist_is_refused(books: Books, web: Client) -> None:
    def status(table: str, **query: Any) -> int:
        return web.get(reverse("ledger:export", args=["boulangerie", table]), query).status_code

    assert status("bilan") == 404
    assert status("grand-livre", compte="999") == 404
    assert status("journal", journal=0) == 404
    assert status("balance", format="ods") == 422


@pytest.mark.django_db
def test_taking_a_table_away_is_in_the_audit_trail(
    books: Books, web: Client, alice: User, boulangerie: Dossier
) -> None:
    content(download(web, "balance", "pdf", q="411"))
    with open_dossier(alice, boulangerie):
        event = AuditEvent.objects.get(action="ledger.table_exported")
    assert event.details["table"] == "balance"
    assert "q=411" in event.details["query"]


@pytest.mark.django_db
def test_an_employee_may_not_take_a_table_away(books: Books, client: Client, emma: User) -> None:
    web = signed_in(client, emma)
    assert web.get(reverse("ledger:export", args=["boulangerie", "balance"])).status_code == 403


def long_table(rows: int) -> Table:
    columns = [Column("Date", "date"), Column("Libellé", width=5), Column("Montant", "amount")]
    day = dt.date(2022, 1, 31)
    body = (Row([day, f"Écriture {at} — œuf Łódź", at]) for at in range(rows))
    return Table("Écritures", "Essai", columns, body, [None, "Total", 1], rows)


def test_each_page_of_a_pdf_has_its_header_its_number_and_who_printed_it(tmp_path: Path) -> None:
    path = tmp_path / "long.pdf"
    pages = pdf.write(long_table(400), path, printed="Imprimé par Alice le 20/11/2026")
    texts = read_pdf(path.read_bytes())
    assert len(texts) == pages > 5
    for number, text in enumerate(texts, 1):
        assert "Libellé" in text
        assert "Écritures" in text
        assert f"page {number}" in text
        assert "Imprimé par Alice le 20/11/2026" in text


def test_a_title_of_a_group_in_odd_letters_is_still_printed(tmp_path: Path) -> None:
    path = tmp_path / "odd.pdf"
    table = replace(long_table(0), rows=[Row(["401 · Łódź 東京"], "group")])
    pdf.write(table, path, printed="x")
    assert "401 · " in read_pdf(path.read_bytes())[0]


def test_a_sheet_that_is_full_goes_on_in_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(xlsx, "MOST_ROWS", 50)
    path = tmp_path / "long.xlsx"
    xlsx.write(long_table(100), path)
    book = CalamineWorkbook.from_path(str(path))
    rows = [row for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python()]
    assert len(book.sheet_names) > 1
    assert sum(isinstance(row[0], dt.date) for row in rows) == 100


# What is long goes through a job.


@pytest.fixture
def short_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_export, "MOST_AT_ONCE", 5)


def start(web: Client, table: str, form: str, nonce: str = "a" * 32) -> Job:
    address = reverse("ledger:export", args=["boulangerie", table]) + f"?format={form}"
    page = web.get(address).content.decode()
    assert "il sera préparé en arrière-plan" in page
    response = web.post(address, {"nonce": nonce})
    assert response.status_code == 302
    return Job.objects.get(pk=int(response["Location"].rstrip("/").rsplit("/", 1)[1]))


def file_of(web: Client, job: Job) -> Any:
    return web.get(reverse("ledger:export_file", args=["boulangerie", job.id]))


def stored(dossier: Dossier) -> list[str]:
    folder = f"exports/{dossier.id}"
    return default_storage.listdir(folder)[1] if default_storage.exists(folder) else []


@pytest.mark.django_db(transaction=True)
def test_more_than_the_limit_is_prepared_by_a_job_for_whoever_asked(
    boulangerie: Dossier, alice: User, bruno: User, short_limit: None
) -> None:
    with open_dossier(alice, boulangerie):
        make_two_years(boulangerie)
    web = signed_in(Client(), alice)
    for at, form in enumerate(FORMATS):
        job = start(web, "grand-livre", form, nonce=f"{at:032x}")
        assert file_of(web, job).status_code == 409
        assert jobs.run(job.id)
        job.refresh_from_db()
        assert job.state == "done", job.error
        response = file_of(web, job)
        assert name_of(response) == f"grand-livre-2022.{form}"
        assert content(response)
        page = web.get(reverse("ledger:export_job", args=["boulangerie", job.id])).content.decode()
        assert "Votre fichier est prêt" in page
        tray = web.get(reverse("job_tray")).content.decode()
        assert reverse("ledger:export_file", args=["boulangerie", job.id]) in tray
        assert file_of(signed_in(Client(), bruno), job).status_code == 404
    assert len(stored(boulangerie)) == 3


@pytest.mark.django_db(transaction=True)
def test_a_form_sent_twice_starts_one_job(
    boulangerie: Dossier, alice: User, short_limit: None
) -> None:
    with open_dossier(alice, boulangerie):
        make_two_years(boulangerie)
    web = signed_in(Client(), alice)
    assert start(web, "grand-livre", "csv") == start(web, "grand-livre", "csv")


@pytest.mark.django_db(transaction=True)
def test_a_job_that_is_stopped_offers_no_file(
    boulangerie: Dossier, alice: User, short_limit: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_dossier(alice, boulangerie):
        make_two_years(boulangerie)
    web = signed_in(Client(), alice)
    job = start(web, "grand-livre", "csv")
    keep = export_store.keep

    def keep_then_stop(dossier_id: int, job_id: int, made: Path) -> None:
        keep(dossier_id, job_id, made)
        raise jobs.Cancelled

    monkeypatch.setattr(export_store, "keep", keep_then_stop)
    assert jobs.run(job.id)
    job.refresh_from_db()
    assert job.state == "cancelled"
    assert stored(boulangerie) == []
    assert file_of(web, job).status_code == 409
    waiting = start(web, "grand-livre", "csv", nonce="b" * 32)
    web.post(reverse("job_cancel", args=[waiting.id]))
    assert not jobs.run(waiting.id)
    assert file_of(web, waiting).status_code == 409


@pytest.mark.django_db(transaction=True)
def test_a_prepared_file_is_kept_a_day(
    boulangerie: Dossier, alice: User, short_limit: None
) -> None:
    with open_dossier(alice, boulangerie):
        make_two_years(boulangerie)
    web = signed_in(Client(), alice)
    job = start(web, "grand-livre", "csv")
    jobs.run(job.id)
    path = default_storage.path(export_store.stored_name(boulangerie.id, job.id))
    old = (timezone.now() - dt.timedelta(hours=25)).timestamp()
    os.utime(path, (old, old))
    assert file_of(web, job).status_code == 404
    assert export_store.drop_expired() == 1
    assert not Path(path).exists()


@pytest.mark.django_db
def test_only_more_than_twenty_thousand_rows_are_too_many_for_an_answer(
    books: Books, web: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert table_export.MOST_AT_ONCE == 20_000
    count = len(read_csv(content(download(web, "grand-livre", "csv")))) - 2
    monkeypatch.setattr(table_export, "MOST_AT_ONCE", count)
    assert len(content(download(web, "grand-livre", "csv")))
    monkeypatch.setattr(table_export, "MOST_AT_ONCE", count - 1)
    assert start(web, "grand-livre", "csv").total == count
