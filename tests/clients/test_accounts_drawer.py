"""« Gérez le dossier client »: what it shows, and that nothing changes before it is applied."""

from __future__ import annotations

from typing import Any

import pytest

from clients.demo import Cast
from clients.models import Contact, Dossier, DossierGrant
from clients.queries.dossier_people import people_of
from firm import scope
from firm.models import AuditEvent, Block, DigestPreference
from tests.clients.account_acts import member, new_dossier, signed_in
from tests.conftest import open_dossier

pytestmark = pytest.mark.django_db
PAGE = "/cabinet/martin/clients/boulangerie/gerer/"
HX = {"HX-Request": "true"}


def filled(cast: Cast, **changes: Any) -> dict[str, Any]:
    """The form as it is sent, with these changes."""
    listed = [str(cast.people[who].pk) for who in ("bruno", "chloe")]
    return {
        "name": "Boulangerie-Pâtisserie Lefèvre & Fils", "legal_form": "SARL", "siren": "",
        "siret": "", "tax_regime": "", "vat_regime": "", "year_end": "", "takeover_date": "",
        "contacts-TOTAL_FORMS": "1", "contacts-INITIAL_FORMS": "0",
        "contacts-MIN_NUM_FORMS": "0", "contacts-MAX_NUM_FORMS": "50",
        "contacts-0-id": "", "contacts-0-name": "", "contacts-0-role": "",
        "contacts-0-email": "", "contacts-0-phone": "", "listed": listed,
        "frequency": "weekly", **changes,
    }  # fmt: skip


@pytest.mark.row("S0.18")
@pytest.mark.row("S0.19")
def test_the_drawer_has_its_tabs_and_the_box_for_confidentiality(cast: Cast) -> None:
    browser = signed_in(cast.people["alice"])
    drawer, page = browser.get(PAGE, headers=HX).text, browser.get(PAGE).text
    for text in (drawer, page):
        for word in ("Infos entreprise", "Accès", "Notifications", "Historique",
                     "Entreprise confidentielle", "Appliquer les changements"):  # fmt: skip
            assert word in text
    assert "<html" not in drawer
    assert "<html" in page


@pytest.mark.row("S0.20")
@pytest.mark.row("B3")
def test_all_changes_are_applied_at_once_and_told_in_the_history(cast: Cast) -> None:
    browser = signed_in(cast.people["alice"])
    asked = filled(
        cast, siren="73282932000074", tax_regime="is_normal", vat_regime="monthly",
        year_end="30/06", takeover_date="01/01/2026", confidential="on",
        listed=[str(cast.people["bruno"].pk)],
        **{"contacts-0-name": "Mme Lefèvre", "contacts-0-email": "contact@boulangerie.example"},
    )  # fmt: skip
    answer = browser.post(PAGE, asked, headers=HX)
    assert answer.headers["HX-Refresh"] == "true"
    with open_dossier(cast.people["alice"], cast.boulangerie):
        kept = Dossier.objects.get(pk=cast.boulangerie.pk)
        assert (kept.siren, kept.siret, kept.year_end) == ("732829320", "73282932000074", "06-30")
        assert kept.is_confidential
        assert Contact.objects.get().name == "Mme Lefèvre"
        listed = DossierGrant.objects.filter(role="assigned").values_list("user__name", flat=True)
        assert set(listed) == {"Alice Martin", "Bruno Keller"}
    told = browser.get(PAGE).text
    for words in ("Dossier rendu confidentiel", "Accès retiré à Chloé Nguyen", "Contacts modifiés",
                  "Régime fiscal\xa0: vide → IS, réel normal",
                  "Fin d’exercice\xa0: vide → 30/06"):  # fmt: skip
        assert words in told
    assert signed_in(cast.people["chloe"]).get(PAGE).status_code == 404


@pytest.mark.row("S0.20")
def test_a_refused_change_keeps_what_was_typed_and_applies_nothing(cast: Cast) -> None:
    browser = signed_in(cast.people["alice"])
    with open_dossier(cast.people["alice"], cast.boulangerie):
        before = AuditEvent.objects.count()
    for asked in (
        filled(cast, legal_form="SAS", siren="123456789"),
        filled(cast, legal_form="SAS", year_end="31/02"),
        filled(cast, legal_form="SAS", siret="12"),
        filled(cast, legal_form="SAS", **{"contacts-0-email": "pas une adresse"}),
        filled(cast, legal_form="SAS", listed=[str(cast.people["eve"].pk)]),
        filled(cast, legal_form="SAS", confidential="on", listed=[str(cast.people["emma"].pk)]),
    ):
        answer = browser.post(PAGE, asked, headers=HX)
        assert answer.status_code == 422
        assert 'value="SAS"' in answer.text
    with open_dossier(cast.people["alice"], cast.boulangerie):
        assert Dossier.objects.get(pk=cast.boulangerie.pk).legal_form == "SARL"
        assert AuditEvent.objects.count() == before


def test_looking_changes_nothing_and_neither_does_applying_no_change(cast: Cast) -> None:
    browser = signed_in(cast.people["alice"])
    with open_dossier(cast.people["alice"], cast.boulangerie):
        before = AuditEvent.objects.count()
    browser.get(PAGE)
    assert browser.post(PAGE, filled(cast)).status_code == 302
    with open_dossier(cast.people["alice"], cast.boulangerie):
        assert AuditEvent.objects.count() == before


@pytest.mark.row("S4.14")
@pytest.mark.row("S4.17")
def test_an_assigned_accountant_changes_nothing_but_his_own_digest(cast: Cast) -> None:
    browser = signed_in(cast.people["bruno"])
    text = browser.get(PAGE).text
    assert "Forme juridique" in text
    assert "Dossier créé" in text
    asked = filled(cast, name="Autre nom", confidential="on", listed=[], email="on")
    assert browser.post(PAGE, asked).status_code == 302
    with open_dossier(cast.people["alice"], cast.boulangerie):
        kept = Dossier.objects.get(pk=cast.boulangerie.pk)
        assert (kept.name, kept.is_confidential) == (cast.boulangerie.name, False)
        assert DossierGrant.objects.filter(role="assigned").count() == 2
    with scope.open_scope(scope.Scope(user=cast.people["bruno"].pk)):
        assert DigestPreference.objects.get().frequency == "weekly"
    assert signed_in(cast.people["emma"]).post(PAGE, asked).status_code == 404
    assert signed_in(cast.people["denis"]).get(PAGE).status_code == 404
    assert signed_in(cast.people["eve"]).get(PAGE).status_code == 404
    other = "/cabinet/durand/clients/boulangerie/gerer/"
    assert signed_in(cast.people["eve"]).get(other).status_code == 404


@pytest.mark.row("S0.23")
def test_the_access_tab_says_every_hat_of_a_person(cast: Cast) -> None:
    text = signed_in(cast.people["alice"]).get(PAGE).text
    row = text[text.index("Qui ouvre ce dossier") :]
    assert "Propriétaire du dossier, Propriétaire du cabinet" in row
    assert "Comptable affecté" in row
    assert "Employé" in row


def test_an_admin_keeps_a_client_in_his_role_when_he_ticks(cast: Cast) -> None:
    hugo = member(cast, "hugo@martin.example", "admin")
    made = new_dossier(cast, "Alfa")
    from clients.actions.confidentiality import NotAMember, assign_accountants
    from clients.actions.grants import grant_access

    with open_dossier(cast.people["alice"], made):
        grant_access(made, to=hugo, role="employee", by=cast.people["alice"])
        with pytest.raises(NotAMember, match="déjà un rôle"):
            assign_accountants(made, people=[hugo.pk], by=cast.people["alice"])
        assert DossierGrant.objects.get(user=hugo).role == "employee"


def test_the_api_changes_the_same_data(cast: Cast) -> None:
    browser = signed_in(cast.people["alice"])
    page = "/api/dossiers/boulangerie/"
    change = {"siren": "73282932000074", "tax_regime": "bnc", "year_end": "31/12"}
    answer = browser.patch(page, change, content_type="application/json").json()
    assert (answer["siren"], answer["siret"]) == ("732829320", "73282932000074")
    assert (answer["tax_regime"], answer["year_end"]) == ("bnc", "12-31")
    for wrong in ({"tax_regime": "x"}, {"year_end": "32/01"}, {"siret": "1"}):
        refused = browser.patch(page, wrong, content_type="application/json")
        assert refused.status_code == 422
    sly = {"is_confidential": True, "owner": 1, "firm": "durand"}
    browser.patch(page, sly, content_type="application/json")
    assert browser.get(page).json()["confidential"] is False


def test_whom_the_firm_has_blocked_is_not_said_to_open_the_dossier(cast: Cast) -> None:
    alice, martin = cast.people["alice"], cast.firms["martin"]
    with open_dossier(alice, cast.boulangerie), scope.extended(firm_write=True):
        assert cast.people["bruno"] in [one.user for one in people_of(cast.boulangerie)]
        Block.objects.create(firm=martin, user=cast.people["bruno"])
        assert cast.people["bruno"] not in [one.user for one in people_of(cast.boulangerie)]
