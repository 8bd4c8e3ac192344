"""A plaquette on paper: A4, the firm's colour, its summary with page numbers."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.utils import timezone

from ledger.booklet.content import Booklet

CSS = "css/booklet.css"
FONTS = "static:"
_COLOUR = re.compile(r"#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})")
DEFAULT_COLOUR = "#2a50c7"


class Elsewhere(ValueError):
    """An address that a document may not read."""


def write(booklet: Booklet, path: Path) -> int:
    """Lay the plaquette out into a file; answers its number of pages."""
    import weasyprint
    from weasyprint.text.fonts import FontConfiguration

    html = render_to_string(
        "ledger/booklet/pdf.html", {"booklet": booklet, "today": timezone.localdate()}
    )
    fonts, fetcher = FontConfiguration(), _fetcher()
    told: dict[str, Any] = {"url_fetcher": fetcher, "font_config": fonts}
    sheets = [
        weasyprint.CSS(string=_colours(booklet.colour), **told),
        weasyprint.CSS(filename=finders.find(CSS), **told),
    ]
    page = weasyprint.HTML(string=html, url_fetcher=fetcher)
    document = page.render(stylesheets=sheets, font_config=fonts)
    document.write_pdf(str(path))
    return len(document.pages)


def _fetcher() -> Any:
    """What a document reads with: our own static files, by `static:path`, and nothing else."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class Static(URLFetcher):  # type: ignore[misc]  # WeasyPrint ships no types
        def fetch(self, url: str, headers: Any = None) -> Any:
            del headers
            return URLFetcherResponse(url, static_bytes(url), {"Content-Type": "font/woff2"})

    return Static()


def static_bytes(url: str) -> bytes:
    """The bytes of a static file of ours.

    Raises:
        Elsewhere: the address is not one.
    """
    found = finders.find(url.removeprefix(FONTS)) if url.startswith(FONTS) else None
    if not isinstance(found, str):
        raise Elsewhere(f"A document does not read {url}.")
    return Path(found).read_bytes()


def _colours(colour: str) -> str:
    """The firm's colour, and the ink that is read on it: white, or near black on a light one."""
    held = _COLOUR.fullmatch(colour) or _COLOUR.fullmatch(DEFAULT_COLOUR)
    assert held is not None
    red, green, blue = (int(part, 16) / 255 for part in held.groups())
    is_light = 0.299 * red + 0.587 * green + 0.114 * blue > 0.6
    ink = "#161a21" if is_light else "#ffffff"
    text = "#161a21" if is_light else held.group()
    return f":root {{ --brand: {held.group()}; --on-brand: {ink}; --brand-text: {text}; }}"
