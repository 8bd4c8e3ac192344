"""« Révision », « Balance âgée », « Plaquette »: pages, exports, API, and who may what."""

from __future__ import annotations

import io
import json
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from clients.models import Dossier
from firm import jobs
from firm.models import Job, User
from ledger.booklet.content import booklet
from ledger.booklet.pdf import Elsewhere, static_bytes
from ledger.forms_booklet import BookletForm
from ledger.models import Account, FirmBooks, FiscalYear, ReviewSheet
from ledger.queries.years import years_of
from tests.conftest import open_dossier
from tests.ledger import small_fec
from tests.ledger.book_pages import BACKEND, BOOKS, D, Get, sale, words
from tests.ledger.books import Y2022, Books, asked_of_the_books, make_books
from tests.ledger.real_fec import REAL_YEAR, read_fec
from tests.ledger.test_fec_flow import confirm, send, undo

pytestmark = pytest.mark.django_db

REVIEW, AGED = f"{BOOKS}revision/", f"{BOOKS}balance-agee/"
YEAR = f"{REVIEW}2023-12-31/"
API = "/api/dossiers/boulangerie/"


def web(person: User) -> Client:
    client = Client()
    client.force_login(person, backend=BACKEND)
    return client


def account_id(dossier: Dossier, person: User, number: str) -> int:
    with open_dossier(person, dossier):
        return int(Account.objects.get(number=number).pk)


def sign(client: Client, pk: int, act: str, **more: Any) -> Any:
    return client.post(
        f"{YEAR}comptes/{pk}/signer/", {"acte": act, **more}, headers={"HX-Request": "true"}
    )


def test_the_accounts_of_a_year_stand_in_cycles_beside_the_year_before(
    get: Get, books: Books
) -> None:
    page = words(get(REVIEW))

    assert "Ventes et clients 0 sur 2 comptes" in page
    assert "411000 Compte 411000 1 334,56 € D 100,00 € D" in page
    assert "0 sur 3 comptes" in page or "0 sur 4 comptes" in page
    assert "707000" not in words(get(f"{REVIEW}?q=512"))
    assert "512000" not in words(get(f"{REVIEW}?seuil=1&cycle=ventes"))
    assert words(get(f"{REVIEW}?tri=-ecart")).index("707000") > 0


@pytest.mark.parametrize(
    ("path", "queries"),
    [("revision/", 8), ("balance-agee/", 6), ("etats/?etat=flux", 3), ("etats/plaquette/", 1)],
)
@pytest.mark.parametrize("count", [1, 3])
def test_each_page_costs_the_same_queries_at_one_and_three_rows(
    client: Client, alice: User, boulangerie: Dossier, path: str, queries: int, count: int
) -> None:
    with open_dossier(alice, boulangerie):
        pieces = [sale(D(2022, rank, 3), rank * 100, f"C{rank}") for rank in range(1, count + 1)]
        make_books(boulangerie, pieces, **Y2022)
    client.force_login(alice, backend=BACKEND)

    assert asked_of_the_books(lambda: client.get(f"{BOOKS}{path}")) == queries


def test_an_assigned_accountant_revises_and_an_admin_supervises(
    books: Books, boulangerie: Dossier, alice: User, bruno: User
) -> None:
    pk = account_id(boulangerie, alice, "707000")

    done = sign(web(bruno), pk, "reviser")
    assert done.status_code == 200
    assert "Révisé" in done.content.decode()
    told = json.loads(done["HX-Trigger"])
    assert told["toast"]["text"] == "Compte 707000 révisé."
    assert sign(web(bruno), pk, "superviser").status_code == 403
    assert sign(web(alice), pk, "superviser").status_code == 200
    refused = sign(web(alice), pk, "superviser")
    assert refused.status_code == 422
    undone = web(bruno).post(told["toast"]["undo_url"])
    assert undone.status_code == 422  # supervised since: another act stands


def test_the_same_person_is_told_to_find_another(
    books: Books, boulangerie: Dossier, alice: User
) -> None:
    pk = account_id(boulangerie, alice, "707000")
    sign(web(alice), pk, "reviser")

    refused = sign(web(alice), pk, "superviser")

    assert refused.status_code == 422
    assert "une autre personne doit le superviser" in words(refused.content.decode())
    assert "Superviser 707000" not in words(web(alice).get(REVIEW).content.decode())


def test_a_balance_that_moved_since_the_page_was_read_is_not_signed(
    books: Books, boulangerie: Dossier, alice: User
) -> None:
    pk = account_id(boulangerie, alice, "707000")
    refused = sign(web(alice), pk, "reviser", solde="-1")
    assert refused.status_code == 409
    with open_dossier(alice, boulangerie):
        assert not ReviewSheet.objects.exists()


def test_the_accounts_under_the_thresholds_are_signed_at_once_and_given_back(
    get: Get, books: Books, boulangerie: Dossier, alice: User, client: Client
) -> None:
    page = get(f"{YEAR}signer/?acte=reviser")
    mark = re.search(r'name="apercu" value="(\w+)"', page)
    assert mark
    assert "512000" in page
    assert "707000" not in page

    stale = client.post(f"{YEAR}signer/", {"acte": "reviser", "apercu": "0" * 64})
    assert stale.status_code == 409
    done = client.post(f"{YEAR}signer/", {"acte": "reviser", "apercu": mark[1]}, follow=True)

    shown = done.content.decode()
    assert "comptes révisés." in words(shown)
    undo_url = re.search(r'data-undo="([^"]+/annuler/[^"]+)"', shown)
    assert undo_url
    client.post(undo_url[1])
    with open_dossier(alice, boulangerie):
        assert not ReviewSheet.objects.exclude(revised_at=None).exists()


def test_a_note_is_kept_and_a_threshold_that_is_no_amount_is_told(
    get: Get, books: Books, boulangerie: Dossier, alice: User, client: Client
) -> None:
    pk = account_id(boulangerie, alice, "707000")
    url = f"{YEAR}comptes/{pk}/note/"

    wrong = client.post(url, {"note": "Vu", "materiality": "beaucoup"})
    assert wrong.status_code == 422
    assert "n’est pas un montant" in words(wrong.content.decode())
    client.post(url, {"note": "Marge revue", "materiality": "10"})

    pane = words(get(f"{YEAR}comptes/{pk}/"))
    assert "Marge revue" in pane
    step = client.post(f"{YEAR}cycles/ventes/etapes/cutoff/", {"etat": "fait", "note": "ok"})
    assert step.status_code == 302
    assert "Fait" in get(f"{YEAR}cycles/ventes/")
    assert client.post(f"{YEAR}cycles/ventes/etapes/rien/", {"etat": "fait"}).status_code == 404


def test_the_balance_is_put_in_order_of_its_variation_in_per_cent(get: Get, books: Books) -> None:
    page = words(get(f"{BOOKS}balance/?tri=-taux"))
    # 707000 grew by 1 384 %, 411000 by 1 235 %; what was nil before has no rate and comes last.
    assert page.index("+1 384,6 %") < page.index("+1 234,6 %")


def test_the_client_does_not_read_what_the_firm_notes(
    books: Books, boulangerie: Dossier, denis: User
) -> None:
    theirs = web(denis)
    assert theirs.get(REVIEW).status_code == 403
    assert theirs.get("/dossier/boulangerie/exports/revision/?format=csv").status_code == 403
    assert theirs.get(f"{API}review-sheets/").status_code == 403
    assert "Notes de révision" not in theirs.get(f"{BOOKS}etats/plaquette/").content.decode()
    assert theirs.get(AGED).status_code == 200


def test_a_firm_sets_its_thresholds_and_its_colour(books: Books, alice: User, bruno: User) -> None:
    url = "/cabinet/martin/parametres/revision/"
    sent = {"materiality": "2 000", "materiality_percent": "5,5", "colour": "#0B6B4F"}

    assert web(bruno).get(url).status_code == 403
    assert web(alice).post(url, {**sent, "colour": "vert"}).status_code == 422
    assert web(alice).post(url, sent).status_code == 302

    shown = web(alice).get(REVIEW).content.decode()
    assert "2 000,00 € et 5,5 %" in words(shown)


@pytest.mark.parametrize("table", ["revision", "balance-agee", "flux-de-tresorerie"])
@pytest.mark.parametrize("form", ["csv", "xlsx", "pdf"])
def test_each_table_goes_away_in_three_formats(
    books: Books, alice: User, table: str, form: str
) -> None:
    answer: Any = web(alice).get(f"/dossier/boulangerie/exports/{table}/?format={form}")
    content = b"".join(answer.streaming_content)
    assert answer.status_code == 200
    assert len(content) > 100


def test_the_balance_agee_says_what_is_open_and_opens_it(
    get: Get, books: Books, boulangerie: Dossier, alice: User
) -> None:
    page = words(get(f"{AGED}?au=31/12/2023"))
    assert "1 334,56 € D égal aux postes ouverts" in page
    assert "C2 Tiers C2 1 234,56 €" in page

    pk = account_id(boulangerie, alice, "411000")
    with open_dossier(alice, boulangerie):
        third = books.thirds["customer", "C2"].id
    items = words(get(f"{AGED}postes/?au=31/12/2023&compte={pk}&de={third}"))
    assert "20/11/2023 41 jours" in items
    assert get(f"{AGED}postes/?compte=1&de=1", 404)
    assert "n’est pas une date" in get(f"{AGED}?au=jamais")


@pytest.mark.django_db(transaction=True)
def test_a_plaquette_is_made_by_a_job_and_handed_over(boulangerie: Dossier, alice: User) -> None:
    import pypdfium2

    with open_dossier(alice, boulangerie):
        make_books(boulangerie, read_fec(), **REAL_YEAR)
    client = web(alice)

    answer = client.post(f"{BOOKS}etats/plaquette/", {"exercice": "2022-08-31", "nonce": "a" * 32})
    job = Job.objects.get(pk=int(answer["Location"].rstrip("/").rsplit("/", 1)[1]))
    jobs.run(job.pk)
    job.refresh_from_db()

    assert job.state == Job.State.DONE, job.error
    assert "plaquette-2021-2022.pdf" in client.get(answer["Location"]).content.decode()
    file: Any = client.get(reverse("ledger:export_file", args=["boulangerie", job.pk]))
    document = pypdfium2.PdfDocument(b"".join(file.streaming_content))
    text = " ".join(page.get_textpage().get_text_bounded() for page in document)
    assert 6 <= len(document) <= 20
    assert "1 502 057" in words(text)  # total of the balance sheet, as filed
    assert "Cabinet Martin" in text
    document.close()


@pytest.mark.parametrize("may_read_notes", [True, False])
def test_the_notes_are_in_it_for_who_may_read_them(
    books: Books, boulangerie: Dossier, alice: User, may_read_notes: bool
) -> None:
    with open_dossier(alice, boulangerie):
        ReviewSheet.objects.create(
            dossier=boulangerie, fiscal_year=books.year, account=books.accounts["707000"],
            note="Marge revue",
        )  # fmt: skip
        form = BookletForm(
            {"exercice": "2023-12-31", "parties": ["notes"]}, years=years_of(boulangerie),
            may_read_notes=may_read_notes,
        )  # fmt: skip
        made = booklet(boulangerie, form)

    assert ("Marge revue" in str(made.parts)) is may_read_notes


def test_the_workbook_has_a_sheet_a_part(books: Books, alice: User) -> None:
    answer: Any = web(alice).get(
        f"{BOOKS}etats/plaquette/?exercice=2023-12-31&parties=bilan&parties=sig&parties=notes"
        "&parties=flux&format=xlsx"
    )
    book = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(answer.streaming_content)))
    assert [name.split()[0] for name in book.sheet_names] == [
        "Bilan", "Soldes", "Tableau", "Dossier",
    ]  # fmt: skip


def test_a_document_reads_nothing_but_our_own_files() -> None:
    for url in ("file:///etc/passwd", "http://169.254.169.254/", "static:../manage.py"):
        with pytest.raises((Elsewhere, Exception), match=r"read|base path"):
            static_bytes(url)
    assert static_bytes("static:vendor/inter/inter-latin-wght-normal.woff2")[:4] == b"wOF2"


def test_the_api_answers_the_statements_and_the_balance_agee(books: Books, alice: User) -> None:
    client = web(alice)
    flows = client.get(f"{API}cash-flow/").json()
    lines = {line["code"]: line["net"] for line in flows["lines"]}
    assert (lines["VAR"], lines["TC"], flows["gap"]) == ("250.00", "250.00", "0.00")
    sheet = client.get(f"{API}statements/balance-sheet/").json()
    assert {line["code"]: line["before"] for line in sheet["lines"]}["BX"] == "100.00"
    assert client.get(f"{API}statements/rien/").status_code == 404

    aged = client.get(f"{API}aged-balance/?as_of=2023-12-31").json()
    assert aged["totals"]["total"] == "1334.56"
    assert aged["accounts"] == [{"account": "411000", "balance": "1334.56", "difference": "0.00"}]
    assert client.get(f"{API}aged-balance/?as_of=hier").status_code >= 400
    assert client.get(f"{API}aged-balance/?role=ami").status_code >= 400


def test_the_api_signs_and_refuses_as_the_screen(books: Books, alice: User, bruno: User) -> None:
    def patch(person: User, **body: Any) -> Any:
        return web(person).patch(
            f"{API}review-sheets/707000/", json.dumps(body), content_type="application/json"
        )

    moved = patch(bruno, state="revised", closing="1.00")
    assert (moved.status_code, moved.json()["code"]) == (409, "review_figure_moved")
    done = patch(bruno, state="revised", closing="-1484.56", note="Vu", materiality="10")
    assert done.json()["state"] == "revised"
    assert patch(bruno, state="supervised").status_code == 403
    assert patch(alice, state="supervised").json()["supervised_by"] == "Alice Martin"
    assert patch(bruno, state="to_revise").status_code == 403
    listed = web(alice).get(f"{API}review-sheets/").json()
    assert listed["progress"]["supervised"] == 1
    sheet = next(one for one in listed["results"] if one["account"] == "707000")
    assert (sheet["note"], sheet["signed"], sheet["materiality"]) == ("Vu", "-1484.56", "10.00")


@pytest.mark.django_db(transaction=True)
def test_a_fec_taken_back_leaves_the_work_of_the_review(boulangerie: Dossier, alice: User) -> None:
    content = small_fec.content(small_fec.ordinary())
    row = confirm(boulangerie, alice, send(boulangerie, alice, content, small_fec.name()))
    with open_dossier(alice, boulangerie):
        ReviewSheet.objects.create(
            dossier=boulangerie, fiscal_year=FiscalYear.objects.get(),
            account=Account.objects.get(number="607000"), note="À suivre",
        )  # fmt: skip

    row = undo(boulangerie, alice, row)

    assert row.state == "undone", row.error
    with open_dossier(alice, boulangerie):
        assert [one.note for one in ReviewSheet.objects.all()] == ["À suivre"]
        assert FiscalYear.objects.count() == 1


def test_what_a_firm_sets_is_its_own(books: Books, alice: User, eve: User) -> None:
    web(alice).post(
        "/cabinet/martin/parametres/revision/",
        {"materiality": "1", "materiality_percent": "1", "colour": "#000000"},
    )
    assert "1,00" not in web(eve).get("/cabinet/durand/parametres/revision/").content.decode()
    assert not FirmBooks.objects.exists()  # nothing without a scope
