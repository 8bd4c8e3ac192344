"""Pages of fixed assets and cut-offs: what they show, refuse and ask of the books."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Callable

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from clients.models import Dossier
from firm.models import User
from ledger.models import AssetCharge, CutOff, CutOffWriting, EntryLine, FixedAsset
from tests.conftest import open_dossier
from tests.ledger.asset_books import Y2024, asset, asset_books
from tests.ledger.book_pages import BOOKS, Get, words
from tests.ledger.books import Line, Piece, asked_of_the_books, make_books
from tests.ledger.invoice_desk import signed_in

pytestmark = pytest.mark.django_db
ASSETS, CUTOFFS = f"{BOOKS}immobilisations/", f"{BOOKS}regularisations/"


@pytest.fixture
def oven(alice: User, boulangerie: Dossier) -> FixedAsset:
    """An oven in the register, in books of two years."""
    with open_dossier(alice, boulangerie):
        asset_books(boulangerie)
        return asset(boulangerie, alice)


@pytest.fixture
def send(client: Client, alice: User) -> Callable[..., str]:
    """POST as Alice; follows the redirect and gives the page's words."""
    signed_in(client, alice)

    def call(path: str, data: dict[str, object], status: int = 200) -> str:
        answer = client.post(path, data, follow=True)
        assert answer.status_code == status, answer.content[:2000]
        return words(answer.content.decode())

    return call


def test_the_register_shows_the_year_asked_for_with_its_totals(get: Get, oven: FixedAsset) -> None:
    page = words(get(f"{ASSETS}?exercice=2024-12-31"))
    assert "Four à sole" in page
    assert "10 000,00" in page
    assert "1 422,22" in page
    assert "8 577,78" in page

    page = words(get(f"{ASSETS}?exercice=2025-12-31"))
    assert "2 000,00" in page
    assert "3 422,22" in page
    assert "6 577,78" in page
    assert "Aucune immobilisation ne correspond" in words(get(f"{ASSETS}?q=tracteur"))


def test_lines_are_taken_in_one_click_and_the_toast_takes_them_back(
    send: Callable[..., str], get: Get, alice: User, boulangerie: Dossier
) -> None:
    with open_dossier(alice, boulangerie):
        asset_books(boulangerie)
    page = get(f"{ASSETS}a-immobiliser/")
    keys = re.findall(r'name="ids" value="(\d+-\d+)"', page)
    assert len(keys) == 3

    said = send(f"{ASSETS}a-immobiliser/reprendre/", {"ids": keys[:2]})

    assert "2 lignes immobilisées" in said
    with open_dossier(alice, boulangerie):
        ids = list(FixedAsset.objects.order_by("id").values_list("id", flat=True))
    assert "Camionnette" in words(get(f"{ASSETS}a-immobiliser/"))
    undone = send(f"{ASSETS}retirer/?ids={ids[0]}&ids={ids[1]}", {})
    assert "2 fiches retirées" in undone


def test_a_fault_is_said_beside_its_field_and_nothing_is_written(
    client: Client, alice: User, oven: FixedAsset, boulangerie: Dossier
) -> None:
    fields = {"label": "Pétrin", "account": "606000", "acquired_on": "01/03/2024", "cost": "1000",
              "in_service_on": "01/03/2024", "method": "linear", "months": "5 ans",
              "quantity": "1"}  # fmt: skip
    answer = signed_in(client, alice).post(f"{ASSETS}nouvelle/", fields)

    assert answer.status_code == 422
    assert "n’est pas un compte d’immobilisation" in words(answer.content.decode())
    answer = client.post(f"{ASSETS}nouvelle/", fields | {"account": "215000", "months": "cinq"})
    assert "n’est pas une durée" in words(answer.content.decode())
    with open_dossier(alice, boulangerie):
        assert FixedAsset.objects.count() == 1


def test_an_asset_is_made_by_hand_and_shows_its_plan(
    send: Callable[..., str], get: Get, oven: FixedAsset
) -> None:
    page = send(
        f"{ASSETS}nouvelle/",
        {"label": "Batteur", "account": "215000", "acquired_on": "12/04/2024", "cost": "10 000,00",
         "in_service_on": "12/04/2024", "method": "declining", "months": "5 ans",
         "quantity": "1", "fiscal_method": ""},
    )  # fmt: skip

    assert "2 625,00" in page
    assert "1 557,97" in page
    assert "35 %" in page
    assert "04/2024" in words(get(f"{ASSETS}{oven.id + 1}/?detail=mois"))


def test_charges_are_previewed_written_and_undone(
    send: Callable[..., str], get: Get, oven: FixedAsset, alice: User, boulangerie: Dossier
) -> None:
    page = get(f"{ASSETS}dotations/?exercice=2024-12-31")
    assert "681120" in page
    assert "281500" in page
    seen = re.search(r'name="vu" value="(\w+)"', page)
    assert seen

    assert "Aperçu" not in send(f"{ASSETS}dotations/ecrire/", {"exercice": "2024-12-31",
                                                               "vu": seen[1]})  # fmt: skip
    with open_dossier(alice, boulangerie):
        (batch,) = AssetCharge.objects.values_list("batch", flat=True)
    assert "Aucune dotation à écrire" in words(get(f"{ASSETS}dotations/?exercice=2024-12-31"))
    stale = send(f"{ASSETS}dotations/ecrire/", {"exercice": "2024-12-31", "vu": seen[1]})
    assert "sont écrites" in stale
    assert "1 écriture retirée" in send(f"{ASSETS}dotations/{batch}/annuler/?ex=2024-12-31", {})


def test_an_exit_says_its_result_and_the_statements_follow(
    send: Callable[..., str], get: Get, oven: FixedAsset
) -> None:
    said = send(
        f"{ASSETS}{oven.id}/sortir/", {"kind": "sold", "on": "31/10/2024", "price": "9 000"}
    )
    # Net value 8 911.11: a gain of 88.89.
    assert "plus-value de 88,89" in said

    page = words(get(f"{ASSETS}etats/?exercice=2024-12-31&formulaire=2054"))
    assert "10 000,00 KU" in page.replace(" € ", " ")
    page = words(get(f"{ASSETS}etats/?exercice=2024-12-31&formulaire=2055")).replace(" € ", " ")
    assert "1 088,89 QA" in page
    assert "1 088,89 QB" in page
    box = words(get(f"{ASSETS}etats/postes/QA/?exercice=2024-12-31&formulaire=2055"))
    assert "Four à sole" in box
    assert "1 088,89" in box
    assert "annulée" in send(f"{ASSETS}{oven.id}/reintegrer/", {})


def test_the_tie_explains_what_the_register_lacks(get: Get, oven: FixedAsset) -> None:
    page = words(get(f"{ASSETS}rapprochement/?exercice=2024-12-31"))

    # The oven was made by hand: the line of the books stays to be registered, and is said.
    assert "218300" in page
    assert "3 600,00" in page


def test_an_asset_is_split_on_its_page(send: Callable[..., str], oven: FixedAsset) -> None:
    wrong = send(
        f"{ASSETS}{oven.id}/partager/",
        {"part_label": ["Four", "Sole"], "part_cost": ["6000", "3000"]}, status=422,
    )  # fmt: skip
    assert "en tout" in wrong
    page = send(
        f"{ASSETS}{oven.id}/partager/",
        {"part_label": ["Four", "Sole"], "part_cost": ["6000", "4000"]},
    )
    assert "Fiche partagée en 2" in page


@pytest.mark.parametrize("table", ["immobilisations", "immobilisations-2054",
                                   "immobilisations-2055", "immobilisations-2033-c"])  # fmt: skip
@pytest.mark.parametrize("form", ["xlsx", "csv", "pdf"])
def test_what_the_screen_shows_is_taken_away(
    table: str, form: str, client: Client, alice: User, oven: FixedAsset
) -> None:
    url = f"/dossier/boulangerie/exports/{table}/?exercice=2024-12-31&format={form}"
    answer = signed_in(client, alice).get(url)
    assert answer.status_code == 200, url
    body = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    if form == "xlsx":
        book = CalamineWorkbook.from_filelike(io.BytesIO(body))
        values = [cell for row in book.get_sheet_by_index(0).to_python() for cell in row]
        assert 1422.22 in values or 10000 in values
    elif form == "csv":
        assert b"10000,00" in body or b"1422,22" in body
    else:
        assert body.startswith(b"%PDF")


def test_the_pages_ask_as_much_of_the_books_for_three_assets_as_for_one(
    get: Get, oven: FixedAsset, alice: User, boulangerie: Dossier
) -> None:
    paths = ["", "a-immobiliser/", "rapprochement/", "dotations/", "etats/", f"{oven.id}/"]
    paths = [f"{ASSETS}{path}?exercice=2024-12-31" for path in paths]
    once = [asked_of_the_books(lambda path=path: get(path)) for path in paths]  # type: ignore[misc]
    with open_dossier(alice, boulangerie):
        asset(boulangerie, alice, label="Pétrin")
        asset(boulangerie, alice, label="Armoire", account="218400")
    thrice = [asked_of_the_books(lambda path=path: get(path)) for path in paths]  # type: ignore[misc]

    assert once == thrice
    assert max(once) <= 9


def test_an_expense_is_spread_from_its_line_and_comes_back_next_year(
    send: Callable[..., str], get: Get, oven: FixedAsset, alice: User, boulangerie: Dossier
) -> None:
    page = send(
        f"{CUTOFFS}nouvelle/?exercice=2024-12-31",
        {"kind": "prepaid", "year_end": "2024-12-31", "label": "Assurance", "account": "616000",
         "amount": "1 200", "since": "01/10/2024", "until": "30/09/2025"},
    )  # fmt: skip
    assert "897,53" in page
    assert "À écrire" in page
    seen = re.search(r'name="vu" value="(\w+)"', get(f"{CUTOFFS}ecritures/?exercice=2024-12-31"))
    assert seen

    said = send(f"{CUTOFFS}ecritures/ecrire/", {"exercice": "2024-12-31", "vu": seen[1]})

    assert "contre-passées le lendemain" in said
    with open_dossier(alice, boulangerie):
        writing = CutOffWriting.objects.get()
        lines = EntryLine.objects.filter(entry__in=[writing.entry_id, writing.reversal_id])
        got = {
            (str(line.date), line.account.number, line.debit - line.credit)
            for line in lines.select_related("account")
        }
    assert got == {
        ("2024-12-31", "486000", 897_53), ("2024-12-31", "616000", -897_53),
        ("2025-01-01", "486000", -897_53), ("2025-01-01", "616000", 897_53),
    }  # fmt: skip
    assert "2 écritures retirées" in send(
        f"{CUTOFFS}lots/{writing.batch}/annuler/?ex=2024-12-31", {}
    )


def test_a_cutoff_that_makes_no_entry_is_refused_beside_its_field(
    client: Client, alice: User, oven: FixedAsset, boulangerie: Dossier
) -> None:
    fields = {"kind": "prepaid", "year_end": "2024-12-31", "label": "Loyer", "account": "706000",
              "amount": "100", "since": "01/10/2024", "until": "30/11/2024"}  # fmt: skip
    answer = signed_in(client, alice).post(f"{CUTOFFS}nouvelle/", fields)
    assert answer.status_code == 422
    assert "n’est pas un compte de charge" in words(answer.content.decode())
    answer = client.post(f"{CUTOFFS}nouvelle/", fields | {"account": "613000"})
    assert "il n’y a rien à reporter" in words(answer.content.decode())
    with open_dossier(alice, boulangerie):
        assert CutOff.objects.count() == 0


def test_a_line_of_the_books_is_found_and_proposed_for_spreading(
    get: Get, alice: User, boulangerie: Dossier
) -> None:
    insurance = Piece(
        "AC", dt.date(2024, 10, 1),
        [Line("616000", 1_200_00, label="Prime annuelle"), Line("512000", 0, 1_200_00)],
        label="Prime annuelle",
    )  # fmt: skip
    refund = Piece(
        "AC", dt.date(2024, 11, 1), [Line("512000", 50_00), Line("616000", 0, 50_00)],
        label="Ristourne sur prime",
    )  # fmt: skip
    with open_dossier(alice, boulangerie):
        make_books(boulangerie, [insurance, refund], **Y2024)

    page = get(f"{CUTOFFS}lignes/?exercice=2024-12-31&q=prime")
    found = re.search(r"ligne=(\d+-\d+)", page)
    assert found
    assert "Ristourne" not in page  # a charge taken back is not spread

    form = get(f"{CUTOFFS}nouvelle/?exercice=2024-12-31&q=prime&ligne={found[1]}")
    assert 'value="616000"' in form
    assert 'value="1 200,00"' in form.replace("\u202f", " ").replace("\u00a0", " ")
