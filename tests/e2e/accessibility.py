"""What every page visited in a browser must be: without error, and accessible."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe

# Without preload the checker fetches no stylesheet again.
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"], "preload": False}
SETTLED_MS = 250


def check_accessibility(page: Any, calm: list[str]) -> None:
    """The console has said nothing, and the checker finds nothing."""
    assert calm == []
    found = Axe().run(page, options=RULES).response["violations"]
    told = [(rule["id"], [node["html"][:120] for node in rule["nodes"]]) for rule in found]
    assert told == [], page.url
    page.wait_for_timeout(SETTLED_MS)
    calm.clear()  # the checker itself tries an inline style, which the policy blocks
