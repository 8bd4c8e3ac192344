"""What the tests of exported tables share: books, a browser, and readers of the three formats."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from clients.models import Dossier
from firm.formats import amount_plain
from firm.models import User
from ledger.models import BankAccount, BankTransaction, Invoice
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


@pytest.fixture(name="books")
def exported_books(boulangerie: Dossier, alice: User) -> Books:
    """Two years of books with a text that looks like a formula."""
    with open_dossier(alice, boulangerie):
        return make_two_years(boulangerie)


@pytest.fixture(name="web")
def web_of_alice(client: Client, alice: User) -> Client:
    """Alice’s browser."""
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
