"""Why somebody sees a dossier, until when, who asked, and what goes when he leaves."""

from __future__ import annotations

import csv
import datetime as dt
import io
from typing import Any

import pytest
from django.utils import timezone

from clients.access import rights_on
from clients.actions import assignments, blocks
from clients.actions.dossiers import create_dossier
from clients.demo import Cast
from clients.models import AccessRequest, Dossier, DossierGrant, DossierUserObjectPermission
from clients.queries.people_access import reasons, rights_from, why
from firm import scope
from firm.models import AuditEvent, Firm, Notification, User
from tests.clients.people import browser, grants, memberships
from tests.firm.access_table import custom_role, granted, holder, member

pytestmark = pytest.mark.django_db
PEOPLE = "/cabinet/martin/utilisateurs/"
HERE = "/dossier/boulangerie/parametres/utilisateurs/"


def new_dossier(firm: Firm, maker: User, name: str, **changes: Any) -> Dossier:
    with scope.open_scope(scope.Scope(user=maker.pk, firm=firm.pk, firm_write=True)):
        made = create_dossier(firm, name=name, by=maker)
        with scope.extended(read=frozenset({made.pk}), write=frozenset({made.pk})):
            Dossier.objects.filter(pk=made.pk).update(**changes)
            made.refresh_from_db()
    return made


def inside(firm: Firm, *dossiers: Dossier, user: User | None = None) -> Any:
    ids = frozenset(row.pk for row in dossiers)
    return scope.open_scope(
        scope.Scope(user=user.pk if user else None, firm=firm.pk, firm_write=True,
                    read=ids, write=ids)
    )  # fmt: skip


def shift(dossier: Dossier, person: User, *, days: int) -> None:
    """Let days pass for a grant."""
    with scope.open_scope(scope.Scope(read=frozenset({dossier.pk}), write=frozenset({dossier.pk}))):
        grant = DossierGrant.objects.get(dossier=dossier, user=person)
        assert grant.expires_at is not None
        DossierGrant.objects.filter(pk=grant.pk).update(
            expires_at=grant.expires_at - dt.timedelta(days=days)
        )


def block(firm: Firm, person: User, by: User) -> None:
    with scope.open_scope(scope.Scope(user=by.pk, firm=firm.pk, firm_write=True)):
        blocks.block(firm, person, by=by)


@pytest.fixture
def everybody(cast: Cast) -> tuple[list[User], list[Dossier]]:
    """The cast and a person of every role and state, over dossiers of every kind."""
    martin, durand, open_one = cast.firms["martin"], cast.firms["durand"], cast.boulangerie
    people = [*cast.people.values()]
    people += [holder(cast, role) for role in ("owner", "admin", "staff_all", "client_user")]
    few = custom_role(martin, ["books.read", "firm.see_people"], reach="assigned")
    people.append(member(martin, "custom", few))
    client_role = custom_role(martin, ["books.read"], reach="assigned", kind="dossier")
    secret = new_dossier(martin, cast.people["alice"], "Secrète", is_confidential=True)
    other = new_dossier(durand, cast.people["eve"], "Chez Durand")
    lone = new_dossier(martin, cast.people["bruno"], "Déconnectée", firm_id=None,
                       status="disconnected", former_firm_id=martin.pk)  # fmt: skip
    now = timezone.now()
    granted(secret, "assigned", cast.people["chloe"], expires_at=now + dt.timedelta(days=3))
    granted(secret, "assigned", people[7], expires_at=now - dt.timedelta(days=3))  # over
    granted(secret, "assigned", people[8])  # an administrator on the list
    granted(secret, "assigned", people[11])  # a custom role on the list
    granted(secret, "custom", cast.people["fred"], custom_role=client_role)
    granted(open_one, "assigned", cast.people["eve"])  # not of the firm: counts for nothing
    granted(lone, "client_admin", cast.people["denis"])
    granted(lone, "assigned", cast.people["chloe"])  # the firm is gone
    granted(other, "employee", cast.people["bruno"])
    block(martin, cast.people["emma"], cast.people["alice"])
    block(martin, people[9], cast.people["alice"])
    return people, [open_one, secret, other, lone]


@pytest.mark.row("B4")
def test_why_somebody_sees_a_dossier_equals_the_real_check_for_everybody(
    everybody: tuple[list[User], list[Dossier]],
) -> None:
    people, dossiers = everybody
    opened = 0
    for dossier in dossiers:
        with scope.open_scope(scope.Scope(firm=dossier.firm_id, read=frozenset({dossier.pk}))):
            told = {one.pk: why(one, dossier) for one in people}
            at_once = reasons(dossier.firm_id, [dossier.pk])
        for one in people:
            with scope.open_scope(scope.Scope(user=one.pk)):
                real = rights_on(one, dossier.pk)
                is_seen = Dossier.objects.filter(pk=dossier.pk).exists()
            answer = told[one.pk]
            assert rights_from(answer.reasons) == real, (one.email, dossier.name)
            assert rights_from(at_once.get((one.pk, dossier.pk), [])) == real
            assert answer.is_open is real.may("dossier.open") is is_seen, (one.email, dossier.name)
            assert answer.is_open or answer.refusals
            opened += answer.is_open
    assert 12 < opened < len(people) * len(dossiers)


def test_the_answer_names_the_role_its_source_and_its_end(
    alice: User, chloe: User, boulangerie: Dossier, martin: Firm
) -> None:
    until = timezone.now() + dt.timedelta(days=30)
    with inside(martin, boulangerie, user=alice):
        assignments.assign(boulangerie, chloe, by=alice, expires_at=until, reason="Bilan 2025")
    page = browser(alice).get(f"{HERE}{chloe.pk}/").content.decode()
    for said in ("Comptable affecté", "par Alice Martin", "Bilan 2025", "jusqu’au",
                 "Consulter les livres"):  # fmt: skip
        assert said in page, said


def test_a_client_administrator_reads_why_an_accountant_sees_his_dossier(
    denis: User, bruno: User
) -> None:
    page = browser(denis).get(f"{HERE}{bruno.pk}/").content.decode()
    assert "Comptable affecté" in page
    assert browser(denis).get(f"{HERE}987654/").status_code == 404


@pytest.mark.row("B3")
def test_a_temporary_access_opens_for_thirty_days_and_is_404_on_the_thirty_first(
    alice: User, boulangerie: Dossier, martin: Firm
) -> None:
    helper = member(martin, "staff")
    last = (timezone.localtime() + dt.timedelta(days=30)).date()
    given = {"person": helper.pk, "until": last.strftime("%d/%m/%Y"), "reason": "Renfort"}
    assert browser(alice).post(f"{HERE}affecter/", given).status_code == 302

    his = browser(helper)
    assert his.get("/dossier/boulangerie/").status_code == 200
    shift(boulangerie, helper, days=30)  # the thirtieth day, before midnight
    assert his.get("/dossier/boulangerie/").status_code == 200
    shift(boulangerie, helper, days=1)
    assert his.get("/dossier/boulangerie/").status_code == 404
    assert his.get("/api/dossiers/boulangerie/").status_code == 404


@pytest.mark.row("B3")
def test_a_temporary_access_needs_a_reason_and_a_day_to_come(alice: User, martin: Firm) -> None:
    helper = member(martin, "staff")
    hers = browser(alice)
    bare = hers.post(f"{HERE}affecter/", {"person": helper.pk, "until": "31/12/2099"})
    assert bare.status_code == 422
    assert "Un accès temporaire a un motif" in bare.content.decode()
    past = {"person": helper.pk, "until": "01/01/2020", "reason": "Trop tard"}
    assert "L’échéance est passée" in hers.post(f"{HERE}affecter/", past).content.decode()


@pytest.mark.row("B3")
def test_who_asks_for_a_dossier_learns_nothing_until_he_is_answered(
    alice: User, cast: Cast, martin: Firm
) -> None:
    helper = member(martin, "staff")
    his, hers = browser(helper), browser(alice)
    answers = [
        his.post(f"{PEOPLE}demander/", {"wanted": wanted, "reason": "Remplacement"}, follow=True)
        for wanted in ("boulangerie", "nexiste-pas")
    ]
    texts = [answer.content.decode() for answer in answers]
    assert all("Si ce dossier existe" in text for text in texts)
    assert his.get("/dossier/boulangerie/").status_code == 404

    page = hers.get(f"{PEOPLE}?vue=demandes").content.decode()
    assert "Remplacement" in page
    with scope.open_scope(scope.Scope(user=alice.pk)):
        assert Notification.objects.filter(user_id=alice.pk, kind="access_request").count() == 1
    with scope.open_scope(scope.Scope(user=helper.pk)):
        asked = AccessRequest.objects.get(user=helper)
    answered = hers.post(f"{PEOPLE}demandes/{asked.pk}/", {"reponse": "accorder"})
    assert answered.status_code == 302
    assert his.get("/dossier/boulangerie/").status_code == 200
    again = hers.post(f"{PEOPLE}demandes/{asked.pk}/", {"reponse": "refuser"})
    assert again.status_code == 404


@pytest.mark.row("B3")
def test_a_request_for_a_confidential_dossier_reaches_those_on_its_list_alone(
    alice: User, bruno: User, martin: Firm
) -> None:
    secret = new_dossier(martin, alice, "Secrète", is_confidential=True, owner=bruno)
    his = browser(member(martin, "staff"))
    his.post(f"{PEOPLE}demander/", {"wanted": secret.slug, "reason": "Curiosité"})

    page = browser(alice).get(f"{PEOPLE}?vue=demandes").content.decode()
    assert "Secrète" not in page
    assert "Curiosité" not in page
    with scope.open_scope(scope.Scope(user=alice.pk)):
        assert not Notification.objects.filter(user_id=alice.pk, kind="access_request").exists()


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
