"""French typography of what Python code shows to people: every string literal of the product."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
APPS = ("firm", "clients", "ledger", "collaboration", "billing")
# Made-up content of other programs' files is as such programs write it.
ELSEWHERE = ("migrations", "generate")
SOURCES = sorted(
    path
    for app in APPS
    for path in (ROOT / app).rglob("*.py")
    if not set(ELSEWHERE) & set(path.parts)
)
# What makes a text French: an accent, or words that English, SQL and code do not use as such.
WORDS = re.compile(
    r"[àâçéèêëîïôûùœÀÇÉÈÊ]"
    r"|\b(?:le|la|les|des|du|une|est|pas|vous|votre|dans|avec|pour|par|sur|cette|aucun|sans|qui"
    r"|lignes?|comptes?|dossiers?|fichiers?|cabinet|exercices?|montants?|jeton|journal|journaux"
    r"|ouvrir|choisir|changer|voir|importer)\b"
    r"|«|\S : ",  # English puts no space before a colon
    re.IGNORECASE,
)
CODE = re.compile(
    r"\b(?:SELECT|INSERT|UPDATE|DELETE|CREATE|WHERE|AND)\b|\(\?[:P=!<]|\\[bdswS]|\$[A-Z]{2}"
)
GAP = "\ue000"  # stands for what an f-string puts in
LETTER = rf"[^\W\d_{GAP}]"
QUOTES = "« » and not the typewriter's quotes"
SLIPS = {
    "’ and not '": re.compile(rf"(?<={LETTER})'(?={LETTER}|{GAP})"),
    "U+00A0 before : » % €": re.compile(rf"(?<=[^\s:]) (?:[:»€]|%(?!\())(?=[\s.,;)\"{GAP}]|$)"),
    "U+202F before ; ? !": re.compile(rf"(?<=\S) [;?!](?=[\s»\"{GAP}]|$)"),
    "U+00A0 after «": re.compile(r"« "),
    "… and not ...": re.compile(r"\.\.\."),
    QUOTES: re.compile(r'"'),
}

SPACES = frozenset(rule for rule in SLIPS if rule.startswith("U+"))


def texts(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """(line, text) of every literal that is no docstring, f-strings whole."""
    skipped = set()
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list):
            skipped |= {id(one.value) for one in body if isinstance(one, ast.Expr)}
        if isinstance(node, ast.JoinedStr):
            skipped |= {id(one) for one in node.values}
    for node in ast.walk(tree):
        if id(node) in skipped:
            continue
        if isinstance(node, ast.JoinedStr):
            yield (
                node.lineno,
                "".join(
                    str(one.value) if isinstance(one, ast.Constant) else GAP for one in node.values
                ),
            )
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value


def rules_of(path: Path) -> dict[str, re.Pattern[str]]:
    """The rules that hold in a file: findings of a FEC are given their spaces in one place."""
    is_fec = path.is_relative_to(ROOT / "ledger" / "fec")
    return {rule: slip for rule, slip in SLIPS.items() if not (is_fec and rule in SPACES)}


def slips(path: Path) -> Iterator[str]:
    """What is wrong in a file, and where."""
    source, rules = path.read_text("utf-8"), rules_of(path)
    for line, text in texts(ast.parse(source)):
        if " " not in text.strip() or not WORDS.search(text) or CODE.search(text):
            continue
        for rule, pattern in rules.items():
            if rule == QUOTES and "<" in text:  # markup
                continue
            for hit in pattern.finditer(text):
                around = text[max(0, hit.start() - 25) : hit.end() + 15].replace(GAP, "{}")
                yield f"line {line}, {rule}: …{around}…"


@pytest.mark.parametrize("path", SOURCES, ids=[str(path.relative_to(ROOT)) for path in SOURCES])
def test_a_sentence_of_the_code_is_in_proper_french(path: Path) -> None:
    assert list(slips(path)) == []


@pytest.mark.parametrize(
    ("code", "rule"),
    [
        ('raise E("L\'import est annulé.")', "’ and not '"),
        ("raise E(f\"Il s'agit de l'exercice {year}\")", "’ and not '"),
        ('raise E("Choisissez : un mois")', "U+00A0 before : » % €"),
        ('raise E(f"{name} : {count}")', "U+00A0 before : » % €"),
        ('raise E(f"« {slug}\u00a0» est pris")', "U+00A0 after «"),
        ('raise E("Voulez-vous continuer ?")', "U+202F before ; ? !"),
        ('label = "Choisir un compte..."', "… and not ..."),
        ("label = 'Le \"compte\" choisi'", QUOTES),
    ],
)
def test_a_slip_is_seen(tmp_path: Path, code: str, rule: str) -> None:
    path = tmp_path / "sentences.py"
    path.write_text(code, "utf-8")

    assert {found.split(", ", 1)[1].split(": …")[0] for found in slips(path)} == {rule}


@pytest.mark.parametrize(
    "code",
    [
        '"""Docstrings are English: « le dossier » : fine."""',
        'SQL = "SELECT name FROM le WHERE id = ?"',
        'raise E("Choisissez\u00a0: un mois, un an\u202f; puis « validez\u00a0».")'.replace(
            "« ", "«\u00a0"
        ),
        'log.error("The cache is this process\'s memory: %s", error)',
        'tag = f"<span title=\\"Le compte\\">{name}</span>"',
    ],
)
def test_what_is_right_or_no_sentence_is_left_alone(tmp_path: Path, code: str) -> None:
    path = tmp_path / "sentences.py"
    path.write_text(code, "utf-8")

    assert list(slips(path)) == []
