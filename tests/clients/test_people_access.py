"""Why somebody sees a dossier, until when, who asked, and what goes when he leaves."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from clients.access import rights_on
from clients.actions import assignments
from clients.demo import Cast
from clients.models import AccessRequest, Dossier, DossierGrant
from clients.queries.people_access import reasons, rights_from, why
from firm import scope
from firm.models import Firm, Notification, User
from tests.clients.people import block, browser, inside, new_dossier
from tests.firm.access_table import custom_role, granted, holder, member

pytestmark = pytest.mark.django_db
PEOPLE = "/cabinet/martin/utilisateurs/"
HERE = "/dossier/boulangerie/parametres/utilisateurs/"


def shift(dossier: Dossier, person: User, *, days: int) -> None:
    """Let days pass for a grant."""
    with scope.open_scope(scope.Scope(read=frozenset({dossier.pk}), write=frozenset({dossier.pk}))):
        grant = DossierGrant.objects.get(dossier=dossier, user=person)
        assert grant.expires_at is not None
        DossierGrant.objects.filter(pk=grant.pk).update(
            expires_at=grant.expires_at - dt.timedelta(days=days)
        )


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
