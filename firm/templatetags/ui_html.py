"""Attributes and icons as safe HTML, shared by the component tags."""

from __future__ import annotations

from functools import lru_cache

from django.core.signals import setting_changed
from django.templatetags.static import static
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString

Attribute = str | int | bool | None


def attributes(**pairs: Attribute) -> SafeString:
    """` a="b" c`: True stands alone, None, False and "" vanish, `_` becomes `-` in names."""
    return SafeString(
        "".join(_attribute(name.replace("_", "-"), value) for name, value in pairs.items())
    )


def _attribute(name: str, value: Attribute) -> str:
    if value is None or value is False or value == "":
        return ""
    if value is True:
        return f" {name}"
    return f' {name}="{conditional_escape(value if isinstance(value, str) else str(value))}"'


@lru_cache(maxsize=1024)
def icon_svg(name: str, *, size: str = "", label: str = "", css: str = "") -> SafeString:
    """One symbol of `static/icons.svg`; without a label it is hidden from screen readers."""
    classes = " ".join(filter(None, ("ic", size and f"ic-{size}", css)))
    heard = format_html(' role="img" aria-label="{}"', label) if label else ' aria-hidden="true"'
    return format_html(
        '<svg class="{}"{}><use href="{}#i-{}"/></svg>',
        classes, SafeString(heard), static("icons.svg"), name,
    )  # fmt: skip


def _forget_icons(**_: object) -> None:
    icon_svg.cache_clear()


setting_changed.connect(_forget_icons)
