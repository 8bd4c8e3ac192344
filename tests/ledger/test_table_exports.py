"""Every table of the books as XLSX, CSV and PDF: the figures of its screen, its filters."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from clients.models import Dossier
from firm.models import AuditEvent, User
from ledger.tables.named import TABLES, build
from tests.conftest import open_dossier
from tests.ledger.books import Books
from tests.ledger.table_files import (  # noqa: F401 (fixtures)
    FORMATS,
    FORMULA,
    SCREENS,
    asked,
    content,
    download,
    exported_books,
    name_of,
    plain,
    read_csv,
    read_pdf,
    read_xlsx,
    shown,
    signed_in,
    web_of_alice,
)


@pytest.mark.django_db
@pytest.mark.parametrize("table", SCREENS)
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

    assert status("rien") == 404
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
