"""API tokens that people make for themselves."""

from __future__ import annotations

import datetime as dt
import hashlib
from io import StringIO
from typing import Any

import pytest
from allauth.account.internal.flows.login import record_authentication
from django.core.management import CommandError, call_command
from django.http import HttpRequest
from django.test import Client
from django.utils import timezone

from clients.demo import PASSWORD
from firm import scope, tokens
from firm.actions.tokens import NotYourDossier, UnknownScope, create_token, revoke_token
from firm.errors import NotFound
from firm.models import ApiToken, AuditEvent, User
from firm.queries.tokens import tokens_of

PAGE = "/compte/jetons/"
NEW = PAGE + "nouveau/"


@pytest.fixture(autouse=True)
def _own_cache(settings: Any, tmp_path: Any) -> None:
    """Attempts are counted in the cache: each test counts its own."""
    backend = "django.core.cache.backends.locmem.LocMemCache"
    settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": str(tmp_path)}}


@pytest.fixture
def fresh(client: Client, alice: User) -> Client:
    """Alice, signed in just now."""
    client.post("/connexion/", {"login": alice.email, "password": PASSWORD})
    return client


def wanted(**changes: Any) -> dict[str, Any]:
    """A form that asks for a reading token on every dossier, for ninety days."""
    return {"name": "Export", "scopes": ["read"], "reach": "all", "lives": "90", **changes}


def make(user: User, **changes: Any) -> tuple[ApiToken, str]:
    asked: dict[str, Any] = {"name": "Export", "scopes": ["read"], **changes}
    with scope.open_scope(scope.Scope(user=user.pk)):
        return create_token(**asked, by=user)


def test_a_token_is_shown_once_and_only_its_digest_is_kept(fresh: Client, alice: User) -> None:
    answer = fresh.post(NEW, wanted())

    token = ApiToken.objects.get(user=alice)
    secret = answer.context["secret"]
    assert answer.status_code == 201
    assert "no-store" in answer["Cache-Control"]
    assert secret in answer.text
    assert secret.startswith("cab_")
    assert len(secret) > 40
    assert token.digest == hashlib.sha256(secret.encode()).hexdigest()
    assert (token.scopes, token.dossiers, token.prefix) == (["read"], [], secret[:12])
    assert secret not in fresh.get(PAGE).text
    assert tokens.person_of_token(secret) == token


def test_making_one_wants_a_fresh_sign_in(client: Client, alice: User) -> None:
    client.force_login(alice)

    assert client.get(NEW)["Location"] == "/compte/confirmer/?next=%2Fcompte%2Fjetons%2Fnouveau%2F"
    assert client.post(NEW, wanted()).status_code == 302
    assert not ApiToken.objects.exists()


@pytest.mark.parametrize(("lives", "days"), [("30", 30), ("90", 90), ("365", 365), ("0", None)])
def test_it_expires_when_its_maker_said(
    lives: str, days: int | None, fresh: Client, alice: User
) -> None:
    fresh.post(NEW, wanted(lives=lives))

    ends = ApiToken.objects.get(user=alice).expires_at
    if days is None:
        assert ends is None
    else:
        assert ends is not None
        assert abs(ends - timezone.now() - dt.timedelta(days=days)) < dt.timedelta(minutes=1)


def test_it_may_be_kept_to_some_of_one_s_dossiers(
    fresh: Client, alice: User, boulangerie: Any
) -> None:
    assert "Boulangerie-Pâtisserie Lefèvre &amp; Fils" in fresh.get(NEW).text

    fresh.post(NEW, wanted(reach="some", dossiers=["boulangerie"]))
    refused = fresh.post(NEW, wanted(reach="some", dossiers=["someone-else"]))
    empty = fresh.post(NEW, wanted(reach="some"))

    assert [row.dossiers for row in ApiToken.objects.filter(user=alice)] == [["boulangerie"]]
    assert (refused.status_code, empty.status_code) == (422, 422)
    assert "Cochez au moins un dossier" in empty.text
    assert "Boulangerie-Pâtisserie" in fresh.get(PAGE).text


@pytest.mark.parametrize(
    ("who", "slugs"),
    [
        ("alice", ["boulangerie"]),
        ("bruno", ["boulangerie"]),
        ("denis", ["boulangerie"]),
        ("eve", []),
        ("fred", []),
    ],
)
def test_one_may_choose_among_the_dossiers_open_to_oneself(
    who: str, slugs: list[str], cast: Any
) -> None:
    person = cast.people[who]
    with scope.open_scope(scope.Scope(user=person.pk)):
        assert [slug for slug, _name in tokens.dossiers_of(person)] == slugs


def test_a_dossier_that_closed_loses_its_name_in_the_list(bruno: User, boulangerie: Any) -> None:
    make(bruno, dossiers=["boulangerie"])
    with scope.open_scope(scope.Scope(user=bruno.pk)):
        names = [row.dossiers for row in tokens_of(bruno)]
    assert names == [["Boulangerie-Pâtisserie Lefèvre & Fils"]]

    ApiToken.objects.filter(user=bruno).update(dossiers=["boulangerie", "garage"])
    with scope.open_scope(scope.Scope(user=bruno.pk)):
        assert tokens_of(bruno)[0].dossiers[1] == "dossier fermé"


@pytest.mark.parametrize(
    "changes",
    [{"name": ""}, {"scopes": []}, {"scopes": ["everything"]}, {"lives": "3650"}, {"reach": "x"}],
)
def test_a_nonsensical_token_is_refused(changes: dict[str, Any], fresh: Client, cast: Any) -> None:
    assert fresh.post(NEW, wanted(**changes)).status_code == 422
    assert not ApiToken.objects.exists()


def test_the_action_itself_refuses_unknown_scopes_and_strangers_dossiers(alice: User) -> None:
    with pytest.raises(UnknownScope):
        make(alice, scopes=["admin"])
    with pytest.raises(UnknownScope):
        make(alice, scopes=[])
    with pytest.raises(NotYourDossier):
        make(alice, dossiers=["not-hers"])


def test_a_revoked_token_opens_nothing_any_more(fresh: Client, alice: User) -> None:
    token, secret = make(alice)

    answer = fresh.post(f"{PAGE}{token.pk}/revoquer/")

    assert answer["Location"] == PAGE
    assert tokens.person_of_token(secret) is None
    assert "Révoqué" in fresh.get(PAGE).text


def test_expired_tokens_and_those_of_blocked_people_open_nothing(alice: User, bruno: User) -> None:
    _old, expired = make(alice, expires_at=timezone.now() - dt.timedelta(seconds=1))
    _his, blocked = make(bruno)
    User.objects.filter(pk=bruno.pk).update(is_active=False)

    assert tokens.person_of_token(expired) is None
    assert tokens.person_of_token(blocked) is None
    assert tokens.person_of_token("cab_made-up") is None


def test_nobody_sees_or_revokes_the_token_of_another(
    fresh: Client, alice: User, bruno: User
) -> None:
    his, secret = make(bruno, name="Le sien")

    assert "Le sien" not in fresh.get(PAGE).text
    assert fresh.post(f"{PAGE}{his.pk}/revoquer/").status_code == 404
    assert tokens.person_of_token(secret)
    with pytest.raises(NotFound), scope.open_scope(scope.Scope(user=alice.pk)):
        revoke_token(his.pk, by=alice)


def test_making_and_revoking_are_in_the_trail_without_the_secret(alice: User) -> None:
    token, secret = make(alice, scopes=["read", "write"])
    with scope.open_scope(scope.Scope(user=alice.pk)):
        revoke_token(token.pk, by=alice)
        revoke_token(token.pk, by=alice)
        events = list(
            AuditEvent.objects.filter(action__startswith="firm.token_").order_by("action")
        )

    assert [event.action for event in events] == ["firm.token_created", "firm.token_revoked"]
    assert events[0].details == {"token": token.pk, "scopes": ["read", "write"], "dossiers": []}
    assert secret not in str([event.details for event in events])


@pytest.mark.parametrize("path", ["/compte/", PAGE, NEW, "/compte/securite/"])
def test_a_token_does_not_open_its_maker_s_account(path: str, client: Client, alice: User) -> None:
    _token, secret = make(alice, scopes=["read", "write", "destructive"])
    bearer = {"authorization": f"Bearer {secret}"}

    assert client.get(path, headers=bearer).status_code == 302
    assert client.post(NEW, wanted(scopes=["destructive"]), headers=bearer).status_code == 302
    assert ApiToken.objects.count() == 1


def run(*arguments: str) -> str:
    output = StringIO()
    call_command("api_token", *arguments, stdout=output)
    return output.getvalue()


def test_the_command_prints_the_token_alone_on_the_last_line(alice: User) -> None:
    lines = run("Alice@martin.example", "--name", "Tableur").splitlines()

    token = tokens.person_of_token(lines[-1])
    assert token
    assert (token.user, token.name, token.scopes) == (alice, "Tableur", ["read", "write"])


def test_the_command_takes_scopes_and_refuses_unknown_ones(alice: User) -> None:
    token = tokens.person_of_token(run(alice.email, "--scopes", "read, destructive").strip())

    assert token
    assert token.scopes == ["destructive", "read"]
    with pytest.raises(CommandError, match="destructive, read, write"):
        run(alice.email, "--scopes", "admin")
    with pytest.raises(CommandError, match="nobody@"):
        run("nobody@martin.example")


def test_recording_a_proof_is_what_makes_a_sign_in_fresh(client: Client, alice: User) -> None:
    client.force_login(alice)
    request = HttpRequest()
    request.session, request.user = client.session, alice
    record_authentication(request, alice, method="password")
    request.session.save()

    assert client.get(NEW).status_code == 200
