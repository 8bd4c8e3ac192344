"""« Anomalies »: the page, what is set aside and comes back, rights, files, the API."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from clients.models import Dossier
from firm import scope
from firm.actions.tokens import create_token
from firm.models import AuditEvent, User
from ledger.actions import anomalies as actions
from ledger.anomalies.catalogue import rules
from ledger.models import AnomalyDismissal, EntryLine
from ledger.queries.anomalies import DISMISSED, Wanted, counts, hit_page
from tests.conftest import open_dossier
from tests.ledger.anomaly_books import clean_year, found, operation, scene_of, written
from tests.ledger.book_pages import BACKEND, BOOKS, Get, words
from tests.ledger.books import Piece, asked_of_the_books

pytestmark = [pytest.mark.django_db, pytest.mark.row("B11")]

D = dt.date
PAGE = f"{BOOKS}anomalies/"
MARCH = D(2022, 3, 9)
WHY = "Vu avec le client"


def card(cents: int) -> Piece:
    """A charge that the bank paid without a supplier."""
    lines = (("622600", cents), ("512000", -cents))
    return operation(MARCH, *lines, journal="BQ", label=f"Carte {cents}")


def waiting(*amounts: int) -> list[Piece]:
    """What a rule of lines finds, an amount each, and what a rule of balances finds."""
    return [*map(card, amounts), operation(MARCH, ("471000", 500), ("467000", -500))]


@pytest.fixture
def planted(alice: User, boulangerie: Dossier) -> Dossier:
    with open_dossier(alice, boulangerie):
        written(boulangerie, [*clean_year(), *waiting(20_000, 30_000, 40_000)])
    return boulangerie


@pytest.fixture
def web(client: Client, alice: User) -> Client:
    client.force_login(alice, backend=BACKEND)
    return client


def keys(dossier: Dossier, by: User, code: str) -> list[str]:
    with open_dossier(by, dossier):
        return [hit.key for hit in hit_page(scene_of(dossier), rules()[code], Wanted()).hits]


def test_the_page_counts_by_rule_and_opens_one_beside(get: Get, planted: Dossier) -> None:
    page = words(get(PAGE))
    assert "Compte d’attente non soldé Soldes 1 5,00 €" in page
    assert "Charge ou vente passée directement par la banque Nature 3 900,00 €" in page
    assert "63 règles respectées sur 65" in page

    beside = words(get(f"{PAGE}?regle=charge_through_bank"))
    assert "Que faire Demandez la facture" in beside
    assert "à partir de : 100,00 €" in beside
    assert "Carte 40000" in beside
    assert "compte=471000" in get(f"{PAGE}suspense_open/")
    assert "Règle respectée" in get(f"{PAGE}cash_credit/")
    get(f"{PAGE}rien/", status=404)


def test_filters_leave_rules_out(get: Get, planted: Dossier) -> None:
    assert "Compte d’attente" not in words(get(f"{PAGE}?gravite=error"))
    assert "Aucune anomalie à examiner" in get(f"{PAGE}?gravite=error")
    shown = words(get(f"{PAGE}?famille=balances&vides=1"))
    assert "Caisse créditrice" in shown
    assert "passée directement par la banque" not in shown


def test_a_dossier_without_books_says_the_next_step(get: Get, boulangerie: Dossier) -> None:
    assert "Aucune écriture dans ce dossier" in get(PAGE)


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("query", "queries"), [("", 4), ("?regle=charge_through_bank", 8)])
def test_the_page_costs_the_same_queries_at_one_and_three_hits(
    web: Client, alice: User, boulangerie: Dossier, count: int, query: str, queries: int
) -> None:
    with open_dossier(alice, boulangerie):
        written(boulangerie, [*clean_year(), *waiting(*range(20_000, 20_000 + count))])
    assert asked_of_the_books(lambda: web.get(PAGE + query)) == queries


def test_a_hit_is_set_aside_with_a_reason_and_comes_back_when_its_entry_changes(
    web: Client, alice: User, planted: Dossier
) -> None:
    first, *_others = keys(planted, alice, "charge_through_bank")
    url = f"{PAGE}charge_through_bank/ecarter/?exercice=2022-12-31"
    assert web.post(url, {"ids": [first], "motif": "  "}).status_code == 422
    assert web.post(url, {"ids": [first], "motif": "x" * 501}).status_code == 422

    answer = web.post(url, {"ids": [first], "motif": f" {WHY} "})

    assert answer.status_code == 302
    with open_dossier(alice, planted):
        row = AnomalyDismissal.objects.get()
        assert (row.rule, row.reason, row.created_by) == ("charge_through_bank", WHY, alice.pk)
        assert {cents for _n, _l, cents in found(planted, row.rule)} == {20_000, 30_000}
        (kept,) = hit_page(scene_of(planted), rules()[row.rule], Wanted(DISMISSED)).hits
        assert (kept.amount, kept.reason, kept.kept_by) == (40_000, WHY, str(alice))
        event = AuditEvent.objects.get(action="ledger.anomalies_dismissed")
        assert (event.details["reason"], event.details["count"]) == (WHY, 1)
        EntryLine.objects.filter(entry_id=kept.entry_id, line_no=1).update(label="Autre chose")
        assert len(found(planted, row.rule)) == 3
        scene = scene_of(planted)
        actions.dismiss_hits(scene, rules()[row.rule], keys=[first], reason="Encore", by=alice)
        assert len(found(planted, row.rule)) == 2
        assert AnomalyDismissal.objects.filter(revoked_at=None).count() == 1


def test_a_balance_comes_back_when_its_amount_changes(inside: Dossier, alice: User) -> None:
    written(inside, [*clean_year(), *waiting()])
    rule = rules()["suspense_open"]
    actions.dismiss_hits(scene_of(inside), rule, keys=None, reason=WHY, by=alice)
    assert found(inside, "suspense_open") == set()

    later = AnomalyDismissal.objects.get()
    AnomalyDismissal.objects.filter(pk=later.pk).update(amount=499)
    assert found(inside, "suspense_open") == {("471000", 0, 500)}


def test_all_open_hits_go_at_once_and_the_toast_takes_it_back(
    web: Client, alice: User, planted: Dossier
) -> None:
    url = f"{PAGE}charge_through_bank/ecarter/?exercice=2022-12-31"
    page = web.post(url, {"tout": "1", "motif": WHY}, follow=True).content.decode()
    assert "3\u00a0anomalies écartées." in page
    with open_dossier(alice, planted):
        act = AnomalyDismissal.objects.values_list("act", flat=True).distinct().get()
        assert found(planted, "charge_through_bank") == set()
    undo = reverse("ledger:undo_dismissal", args=[planted.slug, act])
    assert undo in page

    assert web.post(undo).status_code == 302
    with open_dossier(alice, planted):
        assert len(found(planted, "charge_through_bank")) == 3
        assert AuditEvent.objects.filter(action="ledger.anomalies_restored").count() == 1
    assert web.post(undo).status_code == 404
    strange = reverse("ledger:undo_dismissal", args=["boulangerie", uuid.uuid4()])
    assert web.post(strange).status_code == 404


def test_a_whole_rule_is_set_aside_for_the_year_alone(
    web: Client, alice: User, planted: Dossier
) -> None:
    url = f"{PAGE}suspense_open/ecarter-la-regle/?exercice=2022-12-31"
    assert web.post(url, {"motif": WHY}).status_code == 302
    assert web.post(url, {"motif": WHY}).status_code == 409
    page = words(web.get(f"{PAGE}?regle=suspense_open").content.decode())
    assert f"Règle écartée pour l’exercice par {alice}" in page
    with open_dossier(alice, planted):
        row = next(one for one in counts(scene_of(planted)) if one.rule.code == "suspense_open")
        assert (row.hits, row.kept) == (0, 1)
        (whole,) = AnomalyDismissal.objects.filter(is_whole=True)
        AnomalyDismissal.objects.filter(pk=whole.pk).update(year_end=D(2021, 12, 31))
        assert found(planted, "suspense_open") == {("471000", 0, 500)}
        AnomalyDismissal.objects.filter(pk=whole.pk).update(year_end=D(2022, 12, 31))

    restore = f"{PAGE}retablir/?exercice=2022-12-31&regle=suspense_open"
    assert web.post(restore, {"ids": [whole.pk]}).status_code == 302
    with open_dossier(alice, planted):
        assert found(planted, "suspense_open") == {("471000", 0, 500)}


def test_what_is_no_anomaly_any_more_cannot_be_set_aside(web: Client, planted: Dossier) -> None:
    url = f"{PAGE}charge_through_bank/ecarter/?exercice=2022-12-31"
    assert web.post(url, {"ids": ["1~1~~", "rien"], "motif": WHY}).status_code == 409


def test_pages_follow_each_other_in_either_order(inside: Dossier) -> None:
    written(inside, [*clean_year(), *waiting(*range(20_000, 20_007))])
    for sort in ("-montant", "montant", "date", "-date"):
        seen, after = [], ""
        while True:
            rule, wanted = rules()["charge_through_bank"], Wanted(sort=sort, limit=3)
            page = hit_page(scene_of(inside), rule, wanted, after)
            seen += [hit.amount for hit in page.hits]
            after = page.after
            if not after:
                break
        assert sorted(seen) == list(range(20_000, 20_007))
        if sort.endswith("montant"):
            assert seen == sorted(seen, reverse=sort.startswith("-"))


@pytest.mark.parametrize("kind", ["csv", "xlsx", "pdf"])
def test_the_report_is_taken_away_as_a_file(web: Client, planted: Dossier, kind: str) -> None:
    answer: Any = web.get(f"/dossier/boulangerie/exports/anomalies/?format={kind}")

    body = b"".join(answer.streaming_content)
    assert answer.status_code == 200
    assert "anomalies-2022" in answer["Content-Disposition"]
    if kind == "csv":
        text = body.decode("utf-8-sig")
        assert "Avertissement;Compte d’attente non soldé;;;;;471000;;Compte 471000;5,00;" in text
        assert text.count("\r\n") == 1 + 4 + 1  # header, hits, total


@pytest.mark.parametrize(
    ("who", "reads", "writes"),
    [("alice", 200, 302), ("bruno", 200, 302), ("denis", 200, 403), ("emma", 403, 403),
     ("eve", 404, 404)],
)  # fmt: skip
def test_who_may_read_and_who_may_set_aside(
    client: Client, planted: Dossier, request: pytest.FixtureRequest, who: str, reads: int,
    writes: int,
) -> None:  # fmt: skip
    client.force_login(request.getfixturevalue(who), backend=BACKEND)

    assert client.get(PAGE).status_code == reads
    url = f"{PAGE}suspense_open/ecarter-la-regle/?exercice=2022-12-31"
    assert client.post(url, {"motif": WHY}).status_code == writes


def api(person: User, *scopes: str) -> tuple[Client, dict[str, str]]:
    with scope.open_scope(scope.Scope(user=person.pk)):
        token = create_token(name="Essai", scopes=list(scopes), by=person)[1]
    return Client(), {"Authorization": f"Bearer {token}"}


def test_the_api_lists_sets_aside_and_brings_back(alice: User, planted: Dossier) -> None:
    client, headers = api(alice, "read", "write")
    base = "/api/dossiers/boulangerie/anomalies/"

    listed = client.get(base, headers=headers).json()
    one = next(row for row in listed["results"] if row["rule"] == "charge_through_bank")
    assert (listed["year_end"], one["count"], one["amount"]) == ("2022-12-31", 3, "900.00")
    hits = client.get(f"{base}charge_through_bank/?limit=2", headers=headers).json()
    assert [row["amount"] for row in hits["results"]] == ["400.00", "300.00"]
    assert (hits["total"], hits["amount"], bool(hits["next"])) == (3, "900.00", True)
    made = client.post(
        f"{base}charge_through_bank/dismiss/",
        {"keys": [hits["results"][0]["key"]], "reason": WHY},
        headers=headers, content_type="application/json",
    )  # fmt: skip
    assert (made.status_code, made.json()["count"]) == (201, 1)
    aside = client.get(f"{base}charge_through_bank/?dismissed=true", headers=headers).json()
    assert [(row["amount"], row["reason"]) for row in aside["results"]] == [("400.00", WHY)]
    back = client.post(
        f"{base}restore/", {"act": made.json()["act"]},
        headers=headers, content_type="application/json",
    )  # fmt: skip
    assert back.json() == {"count": 1}
    asked = (
        ({"reason": WHY}, 422), ({"keys": ["x"]}, 422), ({"all": True, "reason": WHY}, 201),
        ({"whole": True, "reason": WHY}, 201),
    )  # fmt: skip
    for body, status in asked:
        answer = client.post(f"{base}suspense_open/dismiss/", body, headers=headers,
                             content_type="application/json")  # fmt: skip
        assert answer.status_code == status, body
    assert client.get(f"{base}?year_end=2019-12-31", headers=headers).status_code == 404
    assert client.get(f"{base}?year_end=hier", headers=headers).status_code == 422


def test_a_large_year_shows_its_page_before_the_rules_have_run(
    get: Get, planted: Dossier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ledger.views.anomalies.AT_ONCE", 10)

    page = get(f"{PAGE}?gravite=warning")
    assert "Compte d’attente" not in page
    assert 'hx-get="?gravite=warning&amp;calcul=1" hx-trigger="load"' in page

    assert "Compte d’attente non soldé" in get(f"{PAGE}?gravite=warning&calcul=1")
