"""The page that describes the API: every call, in French, searchable, in the shell."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from firm import openapi

BASE = "https://cabinet.example"
ENGLISH = re.compile(r"\b(the|and|of|with|one|its|dossiers that)\b", re.IGNORECASE)


@pytest.fixture(scope="module")
def calls() -> list[openapi.Call]:
    return [call for group in openapi.calls(BASE).values() for call in group]


def test_every_call_of_the_schema_is_described_once_in_french(calls: list[openapi.Call]) -> None:
    known = {
        (method.upper(), path)
        for path, item in openapi.schema()["paths"].items()
        for method in item
        if method in openapi.METHODS
    }
    assert {(call.method, call.path) for call in calls} == known
    assert len({call.id for call in calls}) == len(calls) == len(known) > 20
    assert [call.id for call in calls if not call.summary or ENGLISH.search(call.summary)] == []


def test_an_example_gives_all_that_must_be_given(calls: list[openapi.Call]) -> None:
    by_id = {call.id: call.example for call in calls}
    assert by_id["dossiers_create"] == (
        f'curl -X POST "{BASE}/api/dossiers/" \\\n  -H "Authorization: Bearer $JETON" \\\n'
        '  -H "Content-Type: application/json" \\\n  -d \'{"name": "texte"}\''
    )
    assert (
        f'"{BASE}/api/dossiers/boulangerie/fec-exports/?year_end=2025-12-31"'
        in (by_id["dossiers_fec_exports_retrieve"])
    )
    assert "-F file=@fichier.txt" in by_id["dossiers_fec_imports_create"]
    assert [name for name, example in by_id.items() if "{" in example.split("\n")[0]] == []


def test_fields_of_a_list_are_told_by_their_dotted_names(calls: list[openapi.Call]) -> None:
    entries = next(call for call in calls if call.id == "dossiers_entries_list")
    fields = {field.name: field for field in dict(entries.answers)["200"]}
    assert {"next", "results[].journal", "results[].lines[].account"} <= fields.keys()
    assert fields["next"].kind == "texte ou null"
    assert fields["results[].date"].kind == "date AAAA-MM-JJ"


@pytest.mark.django_db
def test_the_page_needs_no_sign_in_and_finds_calls_by_their_words(client: Client) -> None:
    page: Any = client.get("/api/docs/")
    assert page.text.count("data-copy=") == page.context["total"] > 20
    found: Any = client.get("/api/docs/?q=BALANCE+générale")
    assert [call.id for calls in found.context["groups"].values() for call in calls] == [
        "dossiers_trial_balance_retrieve"
    ]
    assert "Aucun appel ne correspond" in client.get("/api/docs/?q=<script>").text


def test_the_schema_says_that_a_call_carries_a_token() -> None:
    schemes = openapi.schema()["components"]["securitySchemes"]
    assert schemes["jeton"] == {"type": "http", "scheme": "bearer"}
