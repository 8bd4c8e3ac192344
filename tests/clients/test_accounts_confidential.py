"""A confidential dossier: its list, its name, and the owner's way in."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from clients.actions.confidentiality import (
    BreakGlassReasonMissing,
    NothingBehindGlass,
    assign_accountants,
    break_glass,
)
from clients.actions.grants import LastListed, grant_access, revoke_access
from clients.demo import Cast
from clients.models import Dossier, DossierGrant
from firm import audit, jobs, mailer, scope, tokens
from firm.models import ApiToken, AuditEvent, Firm, Membership, OutgoingEmail, User
from tests.clients.account_acts import (
    SECRET,
    at_firm,
    letters,
    member,
    new_dossier,
    roles_of,
    secret_dossier,
    signed_in,
)
from tests.conftest import open_dossier
from tests.firm.test_structure import every_pattern

pytestmark = pytest.mark.django_db
HINTS = (
    "Zéphyrine",
    "Z\\u00e9phyrine",
    "zephyrine",
    "732829320",
    "732 829 320",
    "732\xa0829\xa0320",
)
FILL = {"firm": "martin", "slug": "boulangerie", "dossier": "boulangerie", "year_end": "2025-12-31",
        "table": "balance"}  # fmt: skip


@pytest.fixture
def secret(cast: Cast) -> Dossier:
    made = secret_dossier(cast)
    alice = cast.people["alice"]
    with open_dossier(alice, made):
        jobs.start("ledger.fec_check", by=alice, dossier_id=made.pk, firm_id=made.firm_id,
                   label=SECRET)  # fmt: skip
        mailer.queue(kind="test", key="secret", to="x@example.com", subject=SECRET, text=SECRET,
                     dossier_id=made.pk, firm_id=made.firm_id)  # fmt: skip
    return made


def pages() -> list[str]:
    """Every address that answers a GET, filled with what exists at Cabinet Martin."""
    found = []
    for url, _view in every_pattern():
        filled = "/" + url
        for part in url.split("/"):
            if part.startswith("<"):
                name = part.strip("<>").rpartition(":")[2]
                filled = filled.replace(part, FILL.get(name, "1"))
        if "<" not in filled and "?P" not in filled:
            found.append(filled)
    return found


SEARCHES = [
    "/_/palette/?q=zeph", "/_/entreprises/?q=zeph", "/cabinet/martin/clients/?q=zeph",
    "/_/palette/?q=732829320", "/cabinet/martin/comptes/?q=zeph", "/api/dossiers/?q=zeph",
    "/cabinet/martin/clients/numero/?siren=552100554",
]  # fmt: skip


def unlisted(cast: Cast, who: str) -> User:
    return (
        member(cast, "hugo@martin.example", Membership.Role.ADMIN)
        if who == "an unlisted admin"
        else cast.people[who]
    )


@pytest.mark.row("S0.21")
@pytest.mark.row("X0.1")
@pytest.mark.parametrize("who", ["bruno", "chloe", "an unlisted admin"])
def test_no_page_and_no_call_tells_its_name_to_who_is_not_listed(
    who: str, cast: Cast, secret: Dossier, martin: Firm
) -> None:
    with at_firm(cast.people["alice"], martin):
        Firm.objects.filter(pk=martin.pk).update(has_client_accounts=True)
    client = signed_in(unlisted(cast, who))
    read = 0
    for address in [*pages(), *SEARCHES]:
        answer: Any = client.get(address)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        text = body.decode(errors="replace")
        asked = address.rpartition("=")[2]
        for hint in HINTS:
            if hint != asked:
                assert hint not in text.replace(f'value="{asked}"', ""), f"{who}: {address}"
        read += answer.status_code == 200
    assert read > 10
    for address in ("/dossier/zephyrine/", "/api/dossiers/zephyrine/",
                    "/cabinet/martin/clients/zephyrine/gerer/",
                    "/dossier/zephyrine/parametres/compte/"):  # fmt: skip
        assert client.get(address).status_code == 404


@pytest.mark.row("S0.21")
def test_an_unlisted_admin_does_not_count_it_nor_export_it(
    cast: Cast, secret: Dossier, martin: Firm
) -> None:
    hugo = member(cast, "hugo@martin.example", Membership.Role.ADMIN)
    with at_firm(cast.people["alice"], martin):
        Firm.objects.filter(pk=martin.pk).update(has_client_accounts=True)
    mine, his = signed_in(cast.people["alice"]), signed_in(hugo)
    assert "2\xa0comptes" in mine.get("/cabinet/martin/comptes/").text
    assert "1\xa0compte<" in his.get("/cabinet/martin/comptes/").text
    for kind in ("csv", "xlsx"):
        ticked = {"ids": [str(secret.pk), str(cast.boulangerie.pk)], "format": kind}
        file = his.post("/cabinet/martin/comptes/exporter/", ticked).content
        assert SECRET.encode() not in file
    alone = {"ids": [str(secret.pk)], "format": "csv"}
    assert his.post("/cabinet/martin/comptes/exporter/", alone).status_code == 422
    assert SECRET in mine.post("/cabinet/martin/comptes/exporter/", alone).content.decode()


@pytest.mark.row("X0.1")
def test_a_token_of_an_unlisted_admin_finds_nothing(cast: Cast, secret: Dossier) -> None:
    hugo = member(cast, "hugo@martin.example", Membership.Role.ADMIN)
    key = tokens.new_secret()
    ApiToken.objects.create(
        user=hugo, name="x", digest=tokens.digest(key), prefix=key[:8], scopes=["*"]
    )
    client = Client(headers={"authorization": f"Bearer {key}"})
    assert [row["slug"] for row in client.get("/api/dossiers/").json()["results"]] == [
        "boulangerie"
    ]
    assert client.get("/api/dossiers/zephyrine/").status_code == 404
    assert client.patch("/api/dossiers/zephyrine/", {"name": "x"}).status_code == 404


def test_the_firms_trail_and_mail_do_not_tell_of_it_either(
    cast: Cast, secret: Dossier, martin: Firm
) -> None:
    hugo = member(cast, "hugo@martin.example", Membership.Role.ADMIN)
    with at_firm(hugo, martin):
        assert not AuditEvent.objects.filter(dossier_id=secret.pk).exists()
        assert not OutgoingEmail.objects.filter(subject__contains=SECRET).exists()
    with at_firm(cast.people["alice"], martin):
        assert AuditEvent.objects.filter(dossier_id=secret.pk).exists()
        assert OutgoingEmail.objects.filter(subject__contains=SECRET).exists()


def test_a_taken_siren_is_refused_without_its_name_to_who_does_not_see_it(
    cast: Cast, secret: Dossier, martin: Firm
) -> None:
    hugo = member(cast, "hugo@martin.example", Membership.Role.ADMIN)
    asked = {"name": "Autre", "siren": "732829320", "slug": ""}
    his = signed_in(hugo).post("/cabinet/martin/clients/nouveau/", asked)
    mine = signed_in(cast.people["alice"]).post("/cabinet/martin/clients/nouveau/", asked)
    assert his.status_code == mine.status_code == 422
    assert "demandez à un administrateur" in his.text
    assert SECRET not in his.text
    assert SECRET in mine.text


@pytest.mark.row("S0.15")
@pytest.mark.row("X0.1")
def test_who_makes_a_dossier_confidential_is_put_on_its_list(cast: Cast) -> None:
    alice, bruno = cast.people["alice"], cast.people["bruno"]
    made = new_dossier(cast, "Alfa")
    with open_dossier(alice, made):
        assign_accountants(made, people=[bruno.pk], confidential=True, by=alice)
        listed = DossierGrant.objects.filter(dossier=made, role="assigned")
        assert set(listed.values_list("user_id", flat=True)) == {alice.pk, bruno.pk}
    assert roles_of(bruno, made) == {"assigned"}
    assert roles_of(cast.people["chloe"], made) == frozenset()


@pytest.mark.row("X0.1")
def test_the_list_of_a_confidential_dossier_is_never_empty(cast: Cast) -> None:
    alice = cast.people["alice"]
    made = secret_dossier(cast)
    with open_dossier(alice, made):
        with pytest.raises(LastListed):
            assign_accountants(made, people=[], by=alice)
        with pytest.raises(LastListed):
            revoke_access(made, of=alice, by=alice)
        soon = timezone.now() + dt.timedelta(hours=1)
        grant_access(made, to=cast.people["chloe"], role="assigned", by=alice, expires_at=soon)
        with pytest.raises(LastListed):
            revoke_access(made, of=alice, by=alice)
        grant_access(made, to=cast.people["bruno"], role="assigned", by=alice)
        revoke_access(made, of=alice, by=alice)


@pytest.mark.row("X0.1")
def test_who_is_taken_off_the_list_gets_404_at_the_next_request(cast: Cast) -> None:
    alice, bruno = cast.people["alice"], cast.people["bruno"]
    made = new_dossier(cast, "Alfa")
    with open_dossier(alice, made):
        assign_accountants(made, people=[bruno.pk], confidential=True, by=alice)
    client = signed_in(bruno)
    assert client.get("/dossier/alfa/").status_code == 200
    with open_dossier(alice, made):
        assign_accountants(made, people=[alice.pk], by=alice)
    assert client.get("/dossier/alfa/").status_code == 404


def with_alice_shut_out(cast: Cast) -> tuple[Dossier, User]:
    """Hugo, an admin, owns and lists himself; Alice owns the firm and is not listed."""
    hugo = member(cast, "hugo@martin.example", Membership.Role.ADMIN)
    with at_firm(hugo, cast.firms["martin"]):
        from clients.actions.dossiers import create_dossier

        made = create_dossier(cast.firms["martin"], name=SECRET, slug="zephyrine", by=hugo)
    with open_dossier(hugo, made):
        assign_accountants(made, people=[], confidential=True, by=hugo)
    return made, hugo


@pytest.mark.row("X0.1")
def test_the_owner_breaks_in_for_one_hour_and_those_listed_are_told(cast: Cast) -> None:
    made, hugo = with_alice_shut_out(cast)
    client = signed_in(cast.people["alice"])
    assert client.get("/dossier/zephyrine/").status_code == 404
    asked = {"slug": "zephyrine", "reason": "Contrôle fiscal ce matin"}
    answer = client.post("/cabinet/martin/clients/acces-urgence/", asked)
    assert answer.headers["Location"] == "/dossier/zephyrine/"
    assert client.get("/dossier/zephyrine/").status_code == 200
    sent = letters(made, "glass_broken", hugo)
    assert [letter.recipient for letter in sent] == [hugo.email]
    assert "Contrôle fiscal ce matin" in sent[0].text
    with open_dossier(hugo, made):
        grant = DossierGrant.objects.get(dossier=made, user=cast.people["alice"])
        assert grant.is_break_glass
        left = grant.expires_at - timezone.now()
        assert dt.timedelta(minutes=59) < left <= dt.timedelta(hours=1)
        assert AuditEvent.objects.filter(action="clients.glass_broken").count() == 1
        past = timezone.now() - dt.timedelta(days=1)
        DossierGrant.objects.filter(pk=grant.pk).update(expires_at=past)
    assert client.get("/dossier/zephyrine/").status_code == 404


def test_breaking_in_gives_one_answer_whatever_there_is(cast: Cast) -> None:
    made, hugo = with_alice_shut_out(cast)
    alice, martin = cast.people["alice"], cast.firms["martin"]
    with at_firm(alice, martin):
        with pytest.raises(BreakGlassReasonMissing):
            break_glass(martin, slug="zephyrine", reason=" ", by=alice)
        words = set()
        for slug in ("boulangerie", "nulle-part"):
            with pytest.raises(NothingBehindGlass) as refused:
                break_glass(martin, slug=slug, reason="Urgence", by=alice)
            words.add(refused.value.message)
        assert len(words) == 1
    for who, firm in ((cast.people["eve"], cast.firms["durand"]), (hugo, martin)):
        with at_firm(who, firm), pytest.raises(NothingBehindGlass):
            break_glass(firm, slug="zephyrine", reason="Urgence", by=who)
    answer = signed_in(hugo).get("/cabinet/martin/clients/acces-urgence/")
    assert answer.status_code == 403
    assert made.is_confidential


def test_an_act_recorded_by_oneself_stays_readable_to_oneself_alone(
    cast: Cast, martin: Firm
) -> None:
    bruno = cast.people["bruno"]
    with scope.open_scope(scope.Scope(user=bruno.pk)):
        audit.record("firm.profile_changed", by=bruno, person=bruno.pk)
        assert AuditEvent.objects.filter(user_id=bruno.pk).exists()
