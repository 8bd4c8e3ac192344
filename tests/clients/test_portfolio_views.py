"""Saved views, the export of the list, what is shown of it, and the counter of imports."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from clients.demo_portfolio import fill_portfolio, portfolio_firm
from clients.models import Dossier, DossierStats
from firm import scope
from firm.models import AuditEvent, Firm, SavedView, User
from ledger.models import FecImport
from tests.clients.portfolio import enter, make, names, page
from tests.conftest import open_dossier

pytestmark = pytest.mark.django_db


def test_a_view_is_saved_applied_and_deleted(
    client: Client, martin: Firm, alice: User, bruno: User
) -> None:
    make(martin, alice, "Zèbre bleu", stats={"suspense": 100})
    enter(client, alice)
    keep = reverse("clients:keep_view", args=["martin"])
    query = "onglet=tous&attente=1&tri=-nom&apres=x~1"
    answer = client.post(keep, {"nom": " Comptes  471 ", "filtres": query})
    assert answer.status_code == 302
    assert names(client.get(answer["Location"]).content.decode()) == ["Zèbre bleu"]
    assert "apres" not in answer["Location"]
    html = page(client)
    assert ">Comptes 471</a>" in html
    client.post(keep, {"nom": "Comptes 471", "filtres": "tri=nom"})
    with scope.open_scope(scope.Scope(user=alice.id, firm=martin.id)):
        [view] = SavedView.objects.all()
        assert view.query == "tri=nom", "the same name replaces"
    drop = reverse("clients:drop_view", args=["martin", view.id])
    enter(client, bruno)
    assert ">Comptes 471</a>" not in page(client)
    assert client.post(drop).status_code == 404, "another's view"
    enter(client, alice)
    assert client.post(drop).status_code == 302
    assert ">Comptes 471</a>" not in page(client)
    assert client.post(keep, {"nom": " ", "filtres": ""}).status_code == 422


def test_thirty_views_are_enough(client: Client, martin: Firm, alice: User) -> None:
    enter(client, alice)
    keep = reverse("clients:keep_view", args=["martin"])
    for n in range(30):
        assert client.post(keep, {"nom": f"Vue {n}", "filtres": ""}).status_code == 302
    assert client.post(keep, {"nom": "Trop", "filtres": ""}).status_code == 422


def test_the_export_holds_what_the_person_sees_and_no_formula(
    client: Client, martin: Firm, alice: User, bruno: User
) -> None:
    make(martin, alice, "=HYPERLINK(1)", to=bruno, stats={"cash": -123_456})
    make(martin, alice, "Secret SA", owner=bruno, is_confidential=True)
    enter(client, alice)
    address = reverse("clients:export", args=["martin"])
    text = client.get(address, {"format": "csv", "tri": "-tresorerie"}).content.decode("utf-8-sig")
    lines = text.splitlines()
    assert lines[0].startswith("Client;Nom court;SIREN;État;Confidentiel;Comptables;")
    assert "'=HYPERLINK(1)" in lines[2]
    assert ";-1234,56;" in lines[2]
    assert "Bruno Keller" in lines[2]
    assert "Secret" not in text
    book = client.get(address).content
    with zipfile.ZipFile(io.BytesIO(book)) as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml").decode()
        assert "<f>" not in sheet
        assert "-1234.56" in sheet
    assert client.get(address, {"format": "exe"}).status_code == 404
    with scope.open_scope(scope.Scope(user=alice.id, firm=martin.id)):
        [told, _other] = AuditEvent.objects.filter(action="clients.list_exported").order_by("at")
        assert told.details == {"format": "csv", "dossiers": 2}


def test_only_the_ticked_dossiers_are_exported_and_never_a_hidden_one(
    client: Client, martin: Firm, alice: User, bruno: User, boulangerie: Dossier
) -> None:
    kept = make(martin, alice, "Coché", to=bruno)
    hidden = make(martin, alice, "Pas à lui")
    enter(client, bruno)
    address = reverse("clients:export", args=["martin"]) + "?format=csv"
    text = client.post(address, {"ids": [kept.id, hidden.id, "x"]}).content.decode()
    assert "Coché" in text
    assert "Pas à lui" not in text
    assert "Boulangerie" not in text
    every = client.post(address, {"tout": "1", "ids": [kept.id]}).content.decode()
    assert "Boulangerie" in every
    assert "Pas à lui" not in every
    assert client.post(address, {"ids": ["x"]}).status_code == 404


@pytest.mark.row("S0.17")
def test_a_row_ends_with_the_button_that_manages_the_dossier(
    client: Client, alice: User, boulangerie: Dossier, monkeypatch: Any
) -> None:
    monkeypatch.setattr(
        "clients.views.portfolio._pattern",
        lambda name, *values: "/".join(["", *map(str, values)]) if "drawer" in name else "",
    )
    html = page(enter(client, alice))
    button = re.search(r'<a class="btn btn-sm rowact[^>]*>([^<]+)</a>', html)
    assert button
    assert button[1] == "Gérez le dossier client"
    assert 'href="/martin/boulangerie"' in button[0]
    assert 'hx-target="#volet"' in button[0]
    css = (Path(__file__).parents[2] / "static" / "css" / "tables.css").read_text()
    assert ".tbl tr:hover .rowact" in css


def test_the_bulk_bar_is_hidden_until_something_is_ticked(client: Client, alice: User) -> None:
    html = page(enter(client, alice))
    bar = re.search(r'<div class="bulk"[^>]*>', html)
    assert bar
    assert " hidden" in bar[0]


def test_imports_to_review_are_counted_wherever_their_state_changes(inside: Dossier) -> None:
    def counted() -> int:
        return DossierStats.objects.get(dossier=inside).imports_to_review

    first = FecImport.objects.create(dossier=inside, size=1, state="uploaded")
    assert counted() == 0
    FecImport.objects.create(dossier=inside, size=1, state="to_review")
    assert counted() == 1
    FecImport.objects.filter(pk=first.pk).update(state="to_review")
    assert counted() == 2
    FecImport.objects.filter(dossier=inside).update(file_name="c.txt")
    assert counted() == 2
    FecImport.objects.filter(pk=first.pk).update(state="importing")
    assert counted() == 1
    FecImport.objects.filter(dossier=inside).delete()
    assert counted() == 0


def test_the_first_rows_by_name_come_from_the_index(alice: User, db: None) -> None:
    firm = portfolio_firm("Grand cabinet", "grand", owner=alice)
    fill_portfolio(firm, dossiers=3000, people=20, by=alice)
    with (
        scope.open_scope(scope.Scope(user=alice.id, firm=firm.id)),
        connection.cursor() as cursor,
    ):
        # Without statistics of so young a table the planner may prefer to sort: the index must
        # be able to give the order.
        cursor.execute("SET LOCAL enable_sort = off; SET LOCAL enable_bitmapscan = off")
        cursor.execute(
            "EXPLAIN SELECT id, name_key FROM clients_dossier"
            " WHERE firm_id = %s AND status = 'active' ORDER BY 2, 1 LIMIT 51",
            [firm.id],
        )
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "dossiers_by_name_key" in plan
    assert "Sort" not in plan


def test_the_switchers_first_rows_come_from_an_index_whatever_the_firm(
    alice: User, db: None
) -> None:
    with scope.open_scope(scope.Scope(user=alice.id)), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_sort = off; SET LOCAL enable_bitmapscan = off")
        cursor.execute("EXPLAIN SELECT id FROM clients_dossier ORDER BY name_key, id LIMIT 30")
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "dossiers_by_name_key_alone" in plan
    assert "Sort" not in plan


def test_a_new_name_is_found_and_put_in_order_at_once(
    client: Client, martin: Firm, alice: User
) -> None:
    dossier = make(martin, alice, "Zèbre bleu")
    with open_dossier(alice, dossier):
        Dossier.objects.filter(pk=dossier.pk).update(name="Âne gris", slug="ane-gris")
    enter(client, alice)
    assert names(page(client))[0] == "Âne gris"
    assert names(page(client, "?q=ane")) == ["Âne gris"]
    assert names(page(client, "?q=zebre")) == []
