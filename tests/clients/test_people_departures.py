"""What a person reaches, and what goes when he is blocked, detached or leaves."""

from __future__ import annotations

import csv
import io

import pytest

from clients.access import rights_on
from clients.models import Dossier, DossierUserObjectPermission
from firm import scope
from firm.models import AuditEvent, Firm, User
from tests.clients.people import block, browser, grants, memberships, new_dossier
from tests.firm.access_table import granted, member

pytestmark = pytest.mark.django_db
PEOPLE = "/cabinet/martin/utilisateurs/"


@pytest.mark.row("B3")
def test_the_departure_report_lists_all_that_he_reaches_and_what_to_hand_over(
    alice: User, chloe: User, martin: Firm, boulangerie: Dossier
) -> None:
    alone = new_dossier(martin, alice, "Seule à Chloé")
    granted(alone, "assigned", chloe)
    new_dossier(martin, alice, "À Chloé", owner=chloe)
    new_dossier(martin, alice, "Cachée", is_confidential=True, owner=chloe)
    hers = browser(alice)

    page = hers.get(f"{PEOPLE}{chloe.pk}/depart/").content.decode()
    assert "seul comptable affecté" in page
    assert "Cachée" not in page
    body = hers.get(f"{PEOPLE}{chloe.pk}/depart/?format=csv").content.decode("utf-8-sig")
    rows = {
        row["Dossier"]: row["À remettre"]
        for row in csv.DictReader(io.StringIO(body), delimiter=";")
    }
    assert rows == {"Boulangerie-Pâtisserie Lefèvre & Fils": "", "À Chloé": "propriété",
                    "Seule à Chloé": "seul comptable affecté"}  # fmt: skip


@pytest.mark.row("B3")
def test_leaving_hands_over_what_is_seen_and_is_refused_while_something_is_owned(
    alice: User, chloe: User, bruno: User, martin: Firm, boulangerie: Dossier
) -> None:
    owned = new_dossier(martin, alice, "À Chloé", owner=chloe)
    hers = browser(alice)
    assert hers.post(f"{PEOPLE}{chloe.pk}/detacher/").status_code == 422

    hers.post(f"{PEOPLE}{chloe.pk}/remettre/", {"heir": bruno.pk})
    with scope.open_scope(scope.Scope(user=bruno.pk)):
        assert Dossier.objects.get(pk=owned.pk).owner_id == bruno.pk
    assert hers.post(f"{PEOPLE}{chloe.pk}/detacher/").status_code == 302
    assert "chloe" not in memberships(martin)
    assert "chloe" not in grants(boulangerie)
    assert browser(chloe).get("/dossier/boulangerie/").status_code == 404


def test_leaving_ends_the_assignments_that_whoever_detaches_does_not_see(
    alice: User, chloe: User, bruno: User, martin: Firm
) -> None:
    secret = new_dossier(martin, alice, "Secrète", is_confidential=True, owner=bruno)
    granted(secret, "assigned", bruno)
    granted(secret, "assigned", chloe)
    assert browser(chloe).get(f"/dossier/{secret.slug}/").status_code == 200

    browser(alice).post(f"{PEOPLE}{chloe.pk}/detacher/")
    assert grants(secret) == {"bruno": "assigned"}
    with scope.open_scope(scope.Scope(read=frozenset({secret.pk}))):
        assert not DossierUserObjectPermission.objects.filter(user=chloe).exists()


@pytest.mark.row("B3")
def test_the_review_of_accesses_gives_everybody_on_every_dossier_with_its_reason(
    alice: User, martin: Firm, boulangerie: Dossier
) -> None:
    new_dossier(martin, alice, "=HYPERLINK(1)")
    for form in ("csv", "xlsx"):
        assert browser(alice).get(f"{PEOPLE}revue/?format={form}").status_code == 200
    body = browser(alice).get(f"{PEOPLE}revue/?format=csv").content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(body), delimiter=";"))
    at_boulangerie = {row["Personne"] for row in rows if row["Nom court"] == "boulangerie"}
    assert at_boulangerie == {
        "Alice Martin",
        "Bruno Keller",
        "Chloé Nguyen",
        "Denis Lefèvre",
        "Emma Petit",
    }
    assert "'=HYPERLINK(1)" in {row["Dossier"] for row in rows}
    assert all(row["Pourquoi"] for row in rows)


@pytest.mark.row("X0.4")
def test_blocking_shuts_out_everywhere_at_once_and_detaching_from_one_dossier(
    alice: User, bruno: User, martin: Firm, boulangerie: Dossier
) -> None:
    second = new_dossier(martin, alice, "Seconde")
    granted(second, "assigned", bruno)
    his, hers = browser(bruno), browser(alice)

    hers.post(f"{PEOPLE}{bruno.pk}/retirer/", {"dossier": "boulangerie"})
    assert his.get("/dossier/boulangerie/").status_code == 404
    assert his.get(f"/dossier/{second.slug}/").status_code == 200

    hers.post(f"{PEOPLE}{bruno.pk}/bloquer/", {"reason": "Poste volé"})
    for address in (f"/dossier/{second.slug}/", "/cabinet/martin/clients/",
                    f"/api/dossiers/{second.slug}/"):  # fmt: skip
        assert his.get(address).status_code == 404, address
    assert "Poste volé" in hers.get(f"{PEOPLE}{bruno.pk}/").content.decode()

    hers.post(f"{PEOPLE}{bruno.pk}/debloquer/")
    assert his.get(f"/dossier/{second.slug}/").status_code == 200


@pytest.mark.row("X0.4")
def test_a_clients_address_is_changed_by_his_firm_silently_and_without_signing_him_out(
    alice: User, denis: User, eve: User, bruno: User, durand: Firm
) -> None:
    his, hers = browser(denis), browser(alice)
    there = f"{PEOPLE}{denis.pk}/adresse/"
    assert hers.post(there, {"email": "bruno@martin.example"}).status_code == 422
    assert hers.post(there, {"email": "denis@neuf.example"}).status_code == 302
    denis.refresh_from_db()
    assert denis.email == "denis@neuf.example"
    assert his.get("/dossier/boulangerie/").status_code == 200
    assert (
        browser(denis).post(f"{PEOPLE}{denis.pk}/adresse/", {"email": "x@y.example"}).status_code
        == 404
    )
    assert hers.post(f"{PEOPLE}{bruno.pk}/adresse/", {"email": "x@y.example"}).status_code == 422

    granted(new_dossier(durand, eve, "Ailleurs"), "client_user", denis)
    refused = hers.post(there, {"email": "pris@neuf.example"})
    assert refused.status_code == 422
    assert "pas seulement client du cabinet" in refused.content.decode()


def test_the_last_owner_is_not_demoted_blocked_or_detached(
    alice: User, bruno: User, martin: Firm
) -> None:
    hers = browser(alice)
    admin = browser(member(martin, "admin"))
    assert hers.post(f"{PEOPLE}{alice.pk}/role/", {"role": "admin"}).status_code == 422
    assert hers.post(f"{PEOPLE}{alice.pk}/detacher/").status_code == 422
    assert hers.post(f"{PEOPLE}{alice.pk}/bloquer/").status_code == 422
    for act in ("role", "detacher", "bloquer"):  # nor is an owner touched by an administrator
        answer = admin.post(f"{PEOPLE}{alice.pk}/{act}/", {"role": "staff"})
        assert (answer.status_code, "plus étendu" in answer.content.decode()) == (422, True), act
    assert memberships(martin)["alice"] == "owner"

    hers.post(f"{PEOPLE}{bruno.pk}/role/", {"role": "owner"})
    block(martin, bruno, alice)  # an owner who cannot enter does not count
    assert hers.post(f"{PEOPLE}{alice.pk}/role/", {"role": "admin"}).status_code == 422
    hers.post(f"{PEOPLE}{bruno.pk}/debloquer/")
    assert hers.post(f"{PEOPLE}{alice.pk}/role/", {"role": "admin"}).status_code == 302
    assert memberships(martin)["alice"] == "admin"


@pytest.mark.row("S0.23")
def test_one_login_cumulates_the_firms_side_and_a_companys(
    bruno: User, alice: User, martin: Firm, boulangerie: Dossier
) -> None:
    own = new_dossier(martin, alice, "Cabinet Martin SARL", is_firm_own=True)
    granted(own, "employee", bruno)
    with scope.open_scope(scope.Scope(user=bruno.pk)):
        assert rights_on(bruno, own.pk).roles == {"employee"}
        assert rights_on(bruno, boulangerie.pk).roles == {"assigned"}
    page = browser(alice).get(f"{PEOPLE}?q=bruno").content.decode()
    assert "Employé" in page
    assert "Comptable affecté" in page


@pytest.mark.row("S0.26")
def test_cumulated_roles_do_not_leak_into_each_other(
    bruno: User, alice: User, martin: Firm, boulangerie: Dossier
) -> None:
    own = new_dossier(martin, alice, "Cabinet Martin SARL", is_firm_own=True)
    granted(own, "employee", bruno)
    his = browser(bruno)
    assert his.get(f"/dossier/{own.slug}/comptabilite/balance/").status_code == 403
    assert his.get(f"/dossier/{own.slug}/parametres/utilisateurs/").status_code == 403
    assert his.get("/dossier/boulangerie/comptabilite/balance/").status_code == 200


def test_every_act_on_an_access_is_written_down(
    alice: User, bruno: User, martin: Firm, boulangerie: Dossier
) -> None:
    hers = browser(alice)
    hers.post(f"{PEOPLE}{bruno.pk}/retirer/", {"dossier": "boulangerie"})
    hers.post(f"{PEOPLE}{bruno.pk}/role/", {"role": "staff_all"})
    hers.post(f"{PEOPLE}{bruno.pk}/bloquer/")
    with scope.open_scope(scope.Scope(firm=martin.pk, read=frozenset({boulangerie.pk}))):
        acts = set(AuditEvent.objects.filter(user_id=alice.pk).values_list("action", flat=True))
    assert {"clients.access_revoked", "clients.firm_role_changed", "clients.blocked"} <= acts
