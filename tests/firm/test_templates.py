"""Every template and asset: strict CSP, icons that exist, French typography, documented tags."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string

from firm.templatetags import formats, ui

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
SCRIPTS = sorted((ROOT / "static/js").glob("*.js"))
SHEETS = sorted((ROOT / "static/css").glob("*.css"))
SPRITE = (ROOT / "static/icons.svg").read_text("utf-8")
COMMENTS = re.compile(r"\{#.*?#\}|\{% comment %\}.*?\{% endcomment %\}", re.DOTALL)
MENU_ICON = re.compile(r"NavItem\(\s*\"[^\"]+\",\s*[^,]+,\s*\"([\w-]+)\"")
FORBIDDEN = {
    "a style attribute": re.compile(r"\sstyle\s*=", re.IGNORECASE),
    "a style element": re.compile(r"<style", re.IGNORECASE),
    "an on… attribute": re.compile(r"\s(on[a-z]+|hx-on[:\w-]*)\s*=", re.IGNORECASE),
    "a script in the page": re.compile(
        r"<script(?![^>]*(\ssrc=|type=\"application/json\"))", re.IGNORECASE
    ),
    "a javascript: address": re.compile(r"javascript:", re.IGNORECASE),
    "htmx that evaluates": re.compile(r"hx-(vals|headers|vars)\s*=\s*[\"']js:", re.IGNORECASE),
}
# Ordinary spaces where a no-break one belongs, and the typewriter's apostrophe.
SLIPS = {
    "U+00A0 before : or »": re.compile(r"[\w»)’…}] [:»](?=[\s<\"'{.,]|$)", re.MULTILINE),
    "U+202F before ; ? !": re.compile(r"[\w»)’…}] [;?!](?=[\s<\"'{]|$)", re.MULTILINE),
    "U+00A0 after «": re.compile(r"« (?=\S)"),
    "U+00A0 before € or %": re.compile(r"(?<=\d) (€|%(?!\}))"),
    "’ and not '": re.compile(r"\b(?:[cdjlmnst]|qu)'(?=[aeéèêiîoôuhyœ])", re.IGNORECASE),
}


def ids(paths: list[Path]) -> list[str]:
    return [str(path.relative_to(ROOT)) for path in paths]


@pytest.mark.parametrize("path", TEMPLATES, ids=ids(TEMPLATES))
def test_a_template_keeps_the_strict_policy(path: Path) -> None:
    text = COMMENTS.sub("", path.read_text("utf-8"))

    assert [what for what, pattern in FORBIDDEN.items() if pattern.search(text)] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=ids(TEMPLATES))
def test_a_template_is_written_in_proper_french(path: Path) -> None:
    text = COMMENTS.sub("", path.read_text("utf-8"))

    found = [
        f"{what}: …{text[max(0, hit.start() - 20) : hit.end() + 10]}…"
        for what, pattern in SLIPS.items()
        for hit in pattern.finditer(text)
    ]
    assert found == []


def icons_named(text: str) -> Iterator[str]:
    yield from re.findall(r"\{% (?:icon|icon_button|empty) \"([\w-]+)\"", text)
    yield from re.findall(r"\b(?:icon|after)=\"([\w-]+)\"", text)


BLOCK = re.compile(
    r"\{%\s*(?:block (?P<opened>\w+)|(?P<closed>endblock)|(?P<tag>.*?))\s*%\}"
    r"|\{\{(?P<shown>.*?)\}\}",
    re.DOTALL,
)
GIVEN = re.compile(r"\sas (\w+)$")


def of_each_block(text: str) -> Iterator[tuple[str, str]]:
    """(outermost block, tag or variable) of a template, quoted words taken out."""
    open_blocks: list[str] = []
    for found in BLOCK.finditer(text):
        if found["opened"]:
            open_blocks.append(found["opened"])
        elif found["closed"]:
            open_blocks.pop()
        else:
            body = re.sub(r'"[^"]*"', "", found["tag"] or found["shown"])
            yield open_blocks[0] if open_blocks else "", body


@pytest.mark.parametrize("path", TEMPLATES, ids=ids(TEMPLATES))
def test_a_name_given_in_one_block_is_not_counted_on_in_another(path: Path) -> None:
    parts = list(of_each_block(COMMENTS.sub("", path.read_text("utf-8"))))
    given: dict[str, set[str]] = {}
    for block, body in parts:
        if (name := GIVEN.search(body)) and not body.startswith("with"):
            given.setdefault(name[1], set()).add(block)

    # Django forgets it at the end of the block: a link would silently lead nowhere.
    assert [
        f"{name} in {block}: {body}"
        for name, blocks in given.items()
        for block, body in parts
        if "" not in blocks and block not in blocks and re.search(rf"(?<![\w.]){name}\b", body)
    ] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=ids(TEMPLATES))
def test_every_icon_and_file_that_a_template_names_exists(path: Path) -> None:
    text = COMMENTS.sub("", path.read_text("utf-8"))
    files = re.findall(r"\{% static \"([^\"]+)\"", text)

    assert [name for name in icons_named(text) if f'id="i-{name}"' not in SPRITE] == []
    assert [name for name in files if not finders.find(name)] == []


def test_every_icon_of_the_menus_exists() -> None:
    apps = ("firm", "clients", "ledger", "collaboration", "billing")
    sources = [path for app in apps for path in (ROOT / app).rglob("*.py")]
    named = [
        (str(path.relative_to(ROOT)), name)
        for path in sources
        for name in MENU_ICON.findall(path.read_text("utf-8"))
    ]

    assert [pair for pair in named if f'id="i-{pair[1]}"' not in SPRITE] == []


@pytest.mark.parametrize("path", SCRIPTS, ids=ids(SCRIPTS))
def test_a_script_is_one_small_behaviour_without_evaluation(path: Path) -> None:
    text = path.read_text("utf-8")

    assert len(text.splitlines()) <= 100
    assert not re.search(
        r"\beval\(|new Function|\.(inner|outer)HTML|document\.write|https?://", text
    )


@pytest.mark.parametrize("path", SHEETS, ids=ids(SHEETS))
def test_a_style_sheet_stays_at_home(path: Path) -> None:
    text = path.read_text("utf-8")

    assert not re.search(r"url\([\"']?(data:|https?:|//)", text)
    assert len(text.splitlines()) <= 300


def test_every_tag_and_filter_is_documented_and_every_documented_one_exists() -> None:
    page = (ROOT / "docs/ui.md").read_text("utf-8")
    known = set(ui.register.tags) | set(formats.register.tags)
    documented = set(re.findall(r"\{% (\w+)", page))
    ours = {"sort_th", "message_toast", "url_or_nothing"}
    written = set(re.findall(r"\b\w+\b", page))

    assert known - documented - ours == set()
    assert {f for f in formats.register.filters if f not in written} == set()
    builtin = {"load", "extends", "for", "endfor", "block", "static"}
    assert {tag for tag in documented - known if not tag.startswith("end")} - builtin == set()


class Checker(HTMLParser):
    """Ids used twice, and references to ids that are not in the page."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.references: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id" and value:
                self.ids.append(value)
            elif name in {"for", "aria-controls", "aria-labelledby", "aria-describedby"} and value:
                self.references.update(value.split())


def test_the_component_page_renders_with_unique_ids_and_no_dead_reference() -> None:
    page = render_to_string("ui/index.html")
    checker = Checker()
    checker.feed(page)

    assert len(checker.ids) == len(set(checker.ids))
    # #volet takes its title from the fragment that opens it.
    assert checker.references - set(checker.ids) == {"volet-t"}
    assert [what for what, pattern in FORBIDDEN.items() if pattern.search(page)] == []


@pytest.mark.parametrize("code", [400, 403, 404, 500])
def test_an_error_page_needs_nothing_from_its_caller(code: int) -> None:
    page = render_to_string(f"{code}.html")

    assert "<h1>" in page
    assert "Revenir à l’accueil" in page
