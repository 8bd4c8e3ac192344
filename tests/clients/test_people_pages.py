"""« Utilisateurs » of the firm and of a dossier, the roles, and the API's two lists."""

from __future__ import annotations

import csv
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clients.access import rights_on
from clients.demo import Cast
from clients.models import Dossier
from firm import scope
from firm.models import Firm, Membership, User
from tests.clients.people import browser, grants, new_dossier
from tests.firm.access_table import custom_role, granted, new_person

pytestmark = pytest.mark.django_db
PEOPLE = "/cabinet/martin/utilisateurs/"
HERE = "/dossier/boulangerie/parametres/utilisateurs/"


def test_the_list_shows_the_firms_people_and_its_clients_with_their_hats(alice: User) -> None:
    page = browser(alice).get(PEOPLE).content.decode()
    for said in ("Alice Martin", "Bruno Keller", "Denis Lefèvre", "emma@boulangerie.example",
                 "Administrateur client", "Employé", "Comptable affecté",
                 "Propriétaire du cabinet"):  # fmt: skip
        assert said in page, said
    assert "Ève Durand" not in page


@pytest.mark.parametrize(("query", "found"), [
    ("q=KELLER", {"bruno"}), ("q=boulangerie.example", {"denis", "emma"}),
    ("vue=cabinet", {"alice", "bruno", "chloe"}), ("vue=entreprise", {"denis", "emma"}),
    ("role=staff", {"bruno", "chloe"}), ("role=client", {"denis", "emma"}),
    ("etat=blocked", set()), ("q=%25", set()), ("mfa=oui", set()),
    ("mfa=non&q=alice", {"alice"}), ("vue=nimporte&role=quoi&q=ch", {"chloe"}),
])  # fmt: skip
def test_the_list_is_searched_and_filtered(query: str, found: set[str], alice: User) -> None:
    body = browser(alice).get(f"{PEOPLE}export/?format=csv&{query}").content.decode("utf-8-sig")
    rows = csv.DictReader(io.StringIO(body), delimiter=";")
    assert {row["Adresse e-mail"].split("@")[0] for row in rows} == found


@pytest.mark.parametrize(("sort", "first"), [
    ("nom", "Alice Martin"), ("-nom", "Emma Petit"), ("email", "Alice Martin"),
    ("-dossiers", "Alice Martin"), ("'; DROP TABLE", "Alice Martin"),
])  # fmt: skip
def test_the_list_is_sorted_by_any_column(sort: str, first: str, alice: User) -> None:
    page = browser(alice).get(PEOPLE, {"tri": sort})
    assert page.context["rows"][0].label == first


def test_the_list_takes_as_many_queries_at_one_row_as_at_forty(alice: User, martin: Firm) -> None:
    hers = browser(alice)
    hers.get(PEOPLE)

    def queries(search: str) -> int:
        with CaptureQueriesContext(connection) as said:
            assert hers.get(PEOPLE, {"q": search}).status_code == 200
        return len(said)

    one = queries("bruno")
    with scope.open_scope(scope.Scope(firm=martin.pk, firm_write=True)):
        for number in range(40):
            person = new_person(f"p{number}")
            Membership.objects.create(firm=martin, user=person, role="staff")
    assert queries("") == one
    assert one <= 30


def test_the_export_holds_no_formula(alice: User, bruno: User) -> None:
    User.objects.filter(pk=bruno.pk).update(name="=1+1")
    body = browser(alice).get(f"{PEOPLE}export/?q=bruno").content.decode("utf-8-sig")
    assert "'=1+1" in body
    sheet = browser(alice).get(f"{PEOPLE}export/?q=bruno&format=xlsx")
    assert sheet.content[:2] == b"PK"


@pytest.mark.row("S0.22")
def test_new_offers_a_dossier_a_company_user_and_a_collaborator(alice: User) -> None:
    page = browser(alice).get(PEOPLE).content.decode()
    menu = page[page.index('id="nouveau"') :][:1500]
    for said in ("Dossier", "Utilisateur entreprise", "Collaborateur"):
        assert f"</svg>{said}</a>" in menu, said
    assert "type=entreprise" in menu
    assert "type=collaborateur" in menu


def test_a_company_user_is_invited_from_the_firms_page(alice: User, boulangerie: Dossier) -> None:
    hers = browser(alice)
    there = f"{PEOPLE}inviter/?type=entreprise"
    given = {"email": "z@x.example", "role": "employee", "dossier": "lefèvre"}
    assert hers.post(there, given).status_code == 302
    assert "z@x.example" in hers.get(HERE).content.decode()
    unknown = hers.post(there, {**given, "dossier": "ailleurs"})
    assert unknown.status_code == 422
    assert "Aucun dossier ne correspond" in unknown.content.decode()


def test_several_people_are_assigned_to_several_dossiers_at_once(
    alice: User, bruno: User, chloe: User, denis: User, martin: Firm
) -> None:
    made = [new_dossier(martin, alice, name) for name in ("Une", "Deux", "Trois")]
    granted(made[2], "employee", chloe)
    hers = browser(alice)
    page = hers.post(f"{PEOPLE}affecter/", {"ids": [bruno.pk, chloe.pk]})
    assert page.status_code == 200
    given = {"affecter": "1", "personnes": [bruno.pk, chloe.pk], "ids": [row.pk for row in made]}
    done = hers.post(f"{PEOPLE}affecter/", given, follow=True)
    assert "5 affectations faites" in done.content.decode()
    assert grants(made[0]) == {"bruno": "assigned", "chloe": "assigned"}
    assert grants(made[2]) == {"bruno": "assigned", "chloe": "employee"}
    assert hers.post(f"{PEOPLE}affecter/", {"affecter": "1"}).status_code == 422
    alien = {**given, "personnes": [denis.pk]}
    assert hers.post(f"{PEOPLE}affecter/", alien).status_code == 422


def test_a_dossier_that_one_does_not_see_is_not_assigned(
    alice: User, bruno: User, martin: Firm
) -> None:
    secret = new_dossier(martin, bruno, "Secrète", is_confidential=True)
    given = {"affecter": "1", "personnes": [bruno.pk], "ids": [secret.pk], "tout": "1"}
    browser(alice).post(f"{PEOPLE}affecter/", given)
    assert grants(secret) == {}


@pytest.mark.parametrize("who", ["eve", "987654321"])
def test_a_person_of_no_concern_to_the_firm_is_not_shown(who: str, alice: User, eve: User) -> None:
    key = eve.pk if who == "eve" else who
    assert browser(alice).get(f"{PEOPLE}{key}/").status_code == 404


def test_the_drawer_is_a_fragment_and_its_address_a_page(alice: User, bruno: User) -> None:
    hers = browser(alice)
    drawer = hers.get(f"{PEOPLE}{bruno.pk}/", headers={"HX-Request": "true"}).content.decode()
    page = hers.get(f"{PEOPLE}{bruno.pk}/").content.decode()
    assert "<html" not in drawer
    assert "<html" in page
    for said in ("Comptable affecté", "par Alice Martin", "Bloquer", "Détacher du cabinet"):
        assert said in drawer, said


@pytest.mark.row("S2.8")
def test_the_creator_owns_the_dossier_and_is_shown_as_its_owner(alice: User, martin: Firm) -> None:
    made = new_dossier(martin, alice, "Neuve")
    page = browser(alice).get(f"/dossier/{made.slug}/parametres/utilisateurs/").content.decode()
    line = page[: page.index("Propriétaire</span>")].rpartition("<tr")[2]
    assert "Alice Martin" in line


@pytest.mark.row("S2.9")
def test_a_companys_roles_are_three_and_a_custom_one(alice: User, martin: Firm) -> None:
    custom_role(martin, ["books.read"], reach="assigned", kind="dossier")
    page = browser(alice).get(f"{HERE}inviter/").content.decode()
    for said in ("Administrateur", "Comptable", "Utilisateur", "Rôle dossier assigned 1"):
        assert f">{said}</option>" in page, said


@pytest.mark.row("S2.9")
def test_a_custom_role_in_a_dossier_holds_what_was_named_for_it(
    cast: Cast, martin: Firm, boulangerie: Dossier
) -> None:
    role = custom_role(martin, ["books.read", "firm.settings"], reach="assigned", kind="dossier")
    person = granted(boulangerie, "custom", new_person("sur-mesure"), custom_role=role)
    with scope.open_scope(scope.Scope(user=person.pk)):
        assert rights_on(person, boulangerie.pk).held == {"dossier.open", "books.read"}


@pytest.mark.row("S2.10")
def test_a_clients_administrator_has_the_data_the_people_and_the_settings(denis: User) -> None:
    his = browser(denis)
    for page in ("", "comptabilite/balance/", "parametres/infos/", "parametres/utilisateurs/"):
        assert his.get(f"/dossier/boulangerie/{page}").status_code == 200, page
    # Entering, importing, undoing stay the firm's.
    assert his.get("/dossier/boulangerie/comptabilite/imports/").status_code == 403


@pytest.mark.row("S0.24")
def test_a_company_has_employees_and_billing_managers(alice: User, boulangerie: Dossier) -> None:
    hers = browser(alice)
    for role in ("employee", "billing_manager"):
        given = {"email": f"{role}@x.example", "role": role}
        assert hers.post(f"{HERE}inviter/", given).status_code == 302
    page = hers.get(HERE).content.decode()
    assert "Employé" in page
    assert "Gestionnaire de facturation" in page


def test_a_client_changes_a_role_and_detaches_but_not_the_accountants(
    denis: User, emma: User, bruno: User, boulangerie: Dossier, alice: User
) -> None:
    his = browser(denis)
    assert his.post(f"{HERE}{emma.pk}/role/", {"role": "client_user"}).status_code == 302
    assert grants(boulangerie)["emma"] == "client_user"
    assert his.post(f"{HERE}{bruno.pk}/retirer/").status_code == 403
    assert his.post(f"{HERE}affecter/", {"person": bruno.pk}).status_code == 403
    assert his.post(f"{HERE}{bruno.pk}/detacher/").status_code == 404
    assert his.post(f"{HERE}{alice.pk}/detacher/").status_code == 422  # the owner
    assert his.post(f"{HERE}{emma.pk}/role/", {"role": "assigned"}).status_code == 422
    assert his.post(f"{HERE}{emma.pk}/detacher/").status_code == 302
    assert "emma" not in grants(boulangerie)


@pytest.mark.row("S2.36")
def test_after_the_ownership_has_moved_the_other_users_can_be_removed(
    denis: User, emma: User, boulangerie: Dossier, alice: User
) -> None:
    granted(boulangerie, "client_user", alice)
    only = frozenset({boulangerie.pk})
    his = browser(denis)
    assert his.post(f"{HERE}{alice.pk}/detacher/").status_code == 422
    with scope.open_scope(scope.Scope(read=only, write=only)):
        Dossier.objects.filter(pk=boulangerie.pk).update(owner=denis, firm=None)
    for person in (alice, emma):
        assert his.post(f"{HERE}{person.pk}/detacher/").status_code == 302
    assert browser(alice).get("/dossier/boulangerie/").status_code == 404
    assert browser(emma).get("/dossier/boulangerie/").status_code == 404


def test_a_person_with_few_rights_gives_none_that_he_lacks(
    cast: Cast, martin: Firm, boulangerie: Dossier, emma: User
) -> None:
    few = custom_role(martin, ["dossier.people"], reach="assigned", kind="dossier")
    person = granted(boulangerie, "custom", new_person("peu"), custom_role=few)
    his = browser(person)
    assert "Administrateur</option>" not in his.get(f"{HERE}inviter/").content.decode()
    for there in ("inviter/", f"{emma.pk}/role/"):
        answer = his.post(f"{HERE}{there}", {"email": "z@x.example", "role": "client_admin"})
        assert answer.status_code == 422
    assert grants(boulangerie)["emma"] == "employee"


def test_the_last_name_on_a_confidential_list_stays(
    alice: User, bruno: User, chloe: User, boulangerie: Dossier
) -> None:
    only = frozenset({boulangerie.pk})
    with scope.open_scope(scope.Scope(read=only, write=only)):
        Dossier.objects.filter(pk=boulangerie.pk).update(is_confidential=True)
    granted(boulangerie, "assigned", alice)
    hers = browser(alice)
    assert hers.post(f"{HERE}{bruno.pk}/retirer/").status_code == 302
    assert hers.post(f"{HERE}{chloe.pk}/retirer/").status_code == 302
    assert hers.post(f"{HERE}{alice.pk}/retirer/").status_code == 422
