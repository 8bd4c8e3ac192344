"""« Historique »: each act has its sentence."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from clients.queries.history_words import OTHER, sentence

ROOT = Path(__file__).parents[2]


def recorded() -> set[str]:
    """Every act that the code records of a dossier."""
    found = set()
    for app in ("clients", "ledger", "collaboration", "billing"):
        for path in (ROOT / app).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Call) and ast.unparse(node.func) == "audit.record":
                    named = {word.arg for word in node.keywords}
                    first = node.args[0]
                    if "dossier_id" in named and isinstance(first, ast.Constant):
                        found.add(str(first.value))
    return found


@pytest.mark.row("B3")
def test_every_act_recorded_of_a_dossier_has_its_sentence() -> None:
    acts = recorded()
    assert len(acts) > 20
    told = {act: sentence(act, {"until": "2026-01-01T00:00:00+00:00"}, {})[0] for act in acts}
    assert [act for act, words in told.items() if words == OTHER] == []


def test_an_act_of_a_later_version_is_told_as_another_operation() -> None:
    assert sentence("ledger.something_new", {}, {}) == (OTHER, [])
