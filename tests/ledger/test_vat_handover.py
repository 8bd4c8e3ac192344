"""What leaves and comes back of a VAT return: the partner’s file, the PDF, the acknowledgement."""

from __future__ import annotations

import datetime as dt
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from clients.models import Dossier
from firm.models import OutgoingEmail, User
from ledger.actions import vat_returns, vat_steps
from ledger.actions.vat_handover import (
    AnswerUnreadable,
    partner_file,
    read_acknowledgement,
    reference_for,
)
from ledger.models import VatReturn
from ledger.vat.handover import Header, UnreadableAnswer, read_answer, reference_of, write, zones
from tests.clients.portfolio import enter
from tests.conftest import open_dossier
from tests.ledger.vat_books import OCTOBER, books, purchase, sale

D = dt.date
HEADER = Header("TVA-552100554-20261001-20261031", "Boulangerie & Fils", "552100554", "",
                "Cabinet Martin", *OCTOBER)  # fmt: skip


def test_the_file_names_the_zones_of_the_dictionary() -> None:
    tax = {"08": 200, "16": 200, "20": 20, "23": 20, "TD": 180, "28": 180, "32": 180}
    content = write(HEADER, {"A1": 1000, "08": 1000}, tax)
    root = ET.fromstring(content)
    assert content.startswith(b"<?xml")
    assert root.findtext("reference") == HEADER.reference
    (form,) = (one for one in root.findall("formulaire") if one.get("nom") == "3310CA3")
    assert [(zone.get("code"), zone.text) for zone in form] == [
        ("CA", "1000"), ("FP", "1000"), ("GP", "200"), ("GH", "200"), ("HB", "20"), ("HG", "20"),
        ("KA", "180"), ("ND", "180"), ("KE", "180"),
    ]  # fmt: skip
    identity = root.find("formulaire[@nom='T-IDENTIF']")
    assert identity is not None
    assert identity.find("redevable").attrib == {"siren": "552100554"}  # type: ignore[union-attr]
    assert identity.find("periode").attrib == {"debut": "20261001", "fin": "20261031"}  # type: ignore[union-attr]


def test_a_return_without_anything_says_so() -> None:
    (zone,) = ET.fromstring(write(HEADER, {}, {})).findall("formulaire/zone")
    assert (zone.get("code"), zone.text) == ("KF", "X")
    assert zones(OCTOBER[1], {}, {}) == []


def test_a_reference_names_the_taxpayer_and_the_period() -> None:
    assert reference_of("552100554", "x", *OCTOBER) == "TVA-552100554-20261001-20261031"
    assert reference_of("", "boulangerie", *OCTOBER) == "TVA-boulangerie-20261001-20261031"


def ack(state: str, reference: str = "R", inner: str = "") -> bytes:
    return (
        f"<accuse-edi><reference>{reference}</reference><statut code='{state}'/>{inner}"
        "</accuse-edi>"
    ).encode()


def test_an_acknowledgement_is_read() -> None:
    said = read_answer(ack("accepte", inner="<depot> 2026 42 </depot>"))
    assert (said.accepted, said.deposit, said.reason) == (True, "2026 42", "")
    said = read_answer(
        ack("rejete", inner="<motif code='049'>SIREN  inconnu</motif><motif>b</motif>")
    )
    assert (said.accepted, said.reason) == (False, "049 SIREN inconnu ; b")


@pytest.mark.parametrize(
    "content",
    [
        b"", b"not xml", b"<accuse-edi/>", ack("peut-etre"), ack("accepte", reference=" "),
        b"<!DOCTYPE a [<!ENTITY b 'c'>]><accuse-edi><reference>&b;</reference></accuse-edi>",
        b" " * (1024 * 1024 + 1),
    ],
    ids=["empty", "text", "bare", "odd state", "no reference", "entity", "too large"],
)  # fmt: skip
def test_what_is_no_acknowledgement_is_refused(content: bytes) -> None:
    with pytest.raises(UnreadableAnswer):
        read_answer(content)


@pytest.fixture
def sent(inside: Dossier, alice: User) -> VatReturn:
    Dossier.objects.filter(pk=inside.pk).update(siren="552100554")
    inside.refresh_from_db()
    books(inside, [sale(1_000_00, 200_00), purchase(100_50, 20_10)])
    row = vat_returns.start_return(inside, start=OCTOBER[0], by=alice)
    vat_steps.prepare(row, by=alice)
    return vat_steps.hand_over(VatReturn.objects.get(pk=row.pk), by=alice)


def test_the_answer_moves_the_return_it_speaks_of(sent: VatReturn, alice: User) -> None:
    with pytest.raises(AnswerUnreadable, match="pas à cette déclaration"):
        read_acknowledgement(sent, ack("accepte", reference="TVA-1-20260901-20260930"), by=alice)
    with pytest.raises(AnswerUnreadable):
        read_acknowledgement(sent, b"%PDF", by=alice)
    assert VatReturn.objects.get(pk=sent.pk).state == "handed_over"
    right = ack("rejete", reference_for(sent), "<motif>Zone KE absente</motif>")
    assert read_acknowledgement(sent, right, by=alice).state == "rejected"
    assert VatReturn.objects.get(pk=sent.pk).reason == "Zone KE absente"


def test_a_rejection_without_motive_still_says_something(sent: VatReturn, alice: User) -> None:
    done = read_acknowledgement(sent, ack("rejete", reference_for(sent)), by=alice)
    assert done.reason == "Rejet sans motif indiqué par l’accusé"


def test_the_file_needs_a_siren_and_a_prepared_return(inside: Dossier, alice: User) -> None:
    books(inside, [sale(1_000_00, 200_00)])
    row = vat_returns.start_return(inside, start=OCTOBER[0], by=alice)
    with pytest.raises(vat_returns.VatStepRefused, match="Préparez"):
        partner_file(row, by=alice)
    row = vat_steps.prepare(row, by=alice)
    with pytest.raises(vat_returns.VatStepRefused, match="SIREN"):
        partner_file(row, by=alice)


PAGE = "/dossier/boulangerie/comptabilite/tva/"


@pytest.fixture
def desk(client: Client, alice: User, boulangerie: Dossier) -> Client:
    with open_dossier(alice, boulangerie):
        Dossier.objects.filter(pk=boulangerie.pk).update(siren="552100554", vat_regime="monthly")
        books(boulangerie, [sale(1_000_00, 200_00), purchase(100_50, 20_10)])
    return enter(client, alice)


def step(client: Client, pk: int, **sent: str) -> int:
    return int(client.post(f"{PAGE}{pk}/etape/", sent).status_code)


def drafted(client: Client, alice: User, boulangerie: Dossier) -> int:
    """The number of the draft of October, made from the page."""
    assert client.post(f"{PAGE}nouvelle/", {"period": "15/10/2026"}).status_code == 302
    with open_dossier(alice, boulangerie):
        return int(VatReturn.objects.get().pk)


def test_the_page_shows_the_form_and_the_lines_behind_it(
    desk: Client, alice: User, boulangerie: Dossier
) -> None:
    assert "Aucune déclaration de TVA" in desk.get(PAGE).content.decode()
    pk = drafted(desk, alice, boulangerie)
    page = desk.get(f"{PAGE}{pk}/").content.decode()
    assert "TVA d’octobre 2026" in page
    assert "Écriture de règlement" in page
    assert "Ligne 08" in desk.get(f"{PAGE}{pk}/?case=08").content.decode()
    part = {"HX-Request": "true"}
    assert "445710" in desk.get(f"{PAGE}{pk}/cases/08/", headers=part).content.decode()
    assert desk.get(f"{PAGE}{pk}/cases/ZZ/", headers=part).status_code == 404
    assert desk.get(f"{PAGE}{pk}/cases/08/").status_code == 302
    assert desk.get(f"{PAGE}{pk}/pdf/").content.startswith(b"%PDF")
    assert desk.get(f"{PAGE}{pk}/edi/").status_code == 422


def test_a_return_goes_from_the_entries_to_its_acceptance(
    desk: Client, alice: User, boulangerie: Dossier, denis: User
) -> None:
    pk = drafted(desk, alice, boulangerie)
    assert step(desk, pk, etape="preparer", ecriture="1") == 302
    file = desk.get(f"{PAGE}{pk}/edi/")
    assert file["Content-Disposition"].endswith('-3310CA3.xml"')
    assert step(desk, pk, etape="transmettre") == 302
    assert step(desk, pk, etape="recalculer") == 422
    assert step(desk, pk, etape="danser") == 404
    refused = desk.post(f"{PAGE}{pk}/reponse/", {"reponse": "rejetee", "reason": ""})
    assert refused.status_code == 422
    answer = ack("accepte", "TVA-552100554-20261001-20261031", "<depot>D-42</depot>")
    sent = SimpleUploadedFile("accuse.xml", answer)
    assert desk.post(f"{PAGE}{pk}/accuse/", {"file": sent}).status_code == 302
    page = desk.get(PAGE).content.decode()
    assert "Acceptée" in page
    assert "D-42" in page
    with open_dossier(alice, boulangerie):
        mails = OutgoingEmail.objects.filter(kind="vat_return", recipient=denis.email)
        assert mails.count() == 3
        assert set(mails.values_list("dossier_id", flat=True)) == {boulangerie.pk}


def test_amounts_rates_and_settings_from_the_page(
    desk: Client, alice: User, boulangerie: Dossier
) -> None:
    desk.post(f"{PAGE}nouvelle/", {"period": "01/10/2026"})
    assert desk.post(f"{PAGE}nouvelle/", {"period": "demain"}).status_code == 422
    assert desk.post(f"{PAGE}nouvelle/", {"period": "01/10/2026"}).status_code == 422
    with open_dossier(alice, boulangerie):
        pk = VatReturn.objects.get().pk
    assert desk.post(f"{PAGE}{pk}/montants/", {"credit_brought": "50"}).status_code == 302
    assert desk.post(f"{PAGE}{pk}/montants/", {"refund": "99"}).status_code == 422
    assert desk.post(f"{PAGE}{pk}/montants/", {"refund": "abc"}).status_code == 422
    assert desk.post(f"{PAGE}taux/", {"compte": "445719", "taux": "20"}).status_code == 302
    assert desk.post(f"{PAGE}taux/", {"compte": "445719", "taux": "3"}).status_code == 422
    assert desk.post(f"{PAGE}reglages/", {"previent": "0"}).status_code == 302
    assert "Client non prévenu" in desk.get(PAGE).content.decode()
    with open_dossier(alice, boulangerie):
        assert VatReturn.objects.get().credit_brought == 50
    assert desk.post(f"{PAGE}{pk}/supprimer/").status_code == 302
    assert desk.get(f"{PAGE}{pk}/").status_code == 404


API = "/api/dossiers/boulangerie/"
JSON: Any = {"content_type": "application/json"}


def test_the_api_takes_a_return_through_its_life(desk: Client) -> None:
    figures = desk.get(f"{API}vat-figures/?since=2026-10-01&until=2026-10-31").json()
    assert {box["code"]: box["tax"] for box in figures["boxes"]}["32"] == 180
    assert figures["settlement"][0]["account"].startswith("445")
    assert desk.get(f"{API}vat-figures/?since=2026-10-01").status_code == 422
    years = f"{API}vat-figures/?since=2020-01-01&until=2026-10-31"
    assert desk.get(years).status_code == 422
    made = desk.post(f"{API}vat-returns/", {"period": "2026-10-31"}, **JSON)
    assert made.status_code == 201
    row = made.json()
    assert (row["state"], row["due"], row["since"]) == ("draft", 180, "2026-10-01")
    url = f"{API}vat-returns/{row['id']}/"
    assert desk.patch(url, {"credit_brought": 80}, **JSON).json()["due"] == 100
    assert desk.post(f"{url}state/", {"state": "accepted"}, **JSON).status_code == 422
    for state in ("prepared", "handed_over"):
        assert desk.post(f"{url}state/", {"state": state}, **JSON).json()["state"] == state
    bad = desk.post(f"{url}state/", {"state": "rejected", "reason": "Zone KE"}, **JSON).json()
    assert (bad["state"], bad["reason"]) == ("rejected", "Zone KE")
    assert desk.post(f"{url}state/", {"state": "draft"}, **JSON).json()["settlement_entry"] is None
    listed = desk.get(f"{API}vat-returns/").json()
    assert [one["id"] for one in listed["results"]] == [row["id"]]
    assert desk.get(f"{API}vat-returns/987654/").status_code == 404


def test_the_api_of_the_obligations(desk: Client) -> None:
    planned = desk.post(f"{API}obligations/plan/", {"vat_day": 19}, **JSON).json()
    assert planned["created"] > 10
    assert desk.post(f"{API}obligations/plan/", {"vat_day": 40}, **JSON).status_code == 422
    rows = desk.get(f"{API}obligations/?state=to_do&kind=vat_monthly&limit=2").json()
    assert len(rows["results"]) == 2
    assert rows["next"] == "2"
    url = f"{API}obligations/{rows['results'][0]['id']}/"
    done = desk.patch(url, {"state": "done", "note": "fait"}, **JSON).json()
    assert (done["state"], done["final"], done["note"]) == ("done", True, "fait")
    moved = desk.patch(url, {"due_on": "2027-01-15"}, **JSON).json()
    assert moved["due_on"] == "2027-01-15"
    own = desk.post(f"{API}obligations/", {"label": "Loi", "due_on": "2027-02-01"}, **JSON)
    assert (own.status_code, own.json()["source"]) == (201, "manual")
    assert desk.get(f"{API}obligations/?state=x").status_code == 422
