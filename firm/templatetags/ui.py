"""Atoms of the design system, and the one library that pages load: `{% load ui %}`.

Every call syntax is listed in docs/ui.md and shown on the page /ui/.
"""

from __future__ import annotations

from collections.abc import Iterable

from django import template
from django.template import Context
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from firm.formats import integer
from firm.templatetags import ui_boxes, ui_charts, ui_dialogs, ui_forms, ui_shell, ui_tables
from firm.templatetags.ui_html import Attribute, attributes, icon_svg

register = template.Library()
for module in (ui_boxes, ui_charts, ui_dialogs, ui_forms, ui_shell, ui_tables):
    register.tags.update(module.register.tags)
    register.filters.update(module.register.filters)


@register.simple_tag
def icon(name: str, size: str = "", label: str = "", css: str = "") -> SafeString:
    """`{% icon "lock" %}`, `{% icon "lock" size="l" label="Verrouillé" %}` (sizes s, l)."""
    return icon_svg(name, size=size, label=label, css=css)


@register.simple_tag
def button(  # noqa: PLR0913 (each is an attribute of the element)
    label: str,
    kind: str = "",
    icon: str = "",
    *,
    href: str = "",
    size: str = "",
    keys: str = "",
    disabled: bool = False,
    busy: bool = False,
    after: str = "",
    **more: Attribute,
) -> SafeString:
    """`{% button "Exporter" "primary" icon="plus" href=url keys="Ctrl Entrée" data_open="id" %}`.

    Kinds: primary, danger (inside a confirmation only), quiet, quiet danger.  A disabled button
    needs its reason written beside it.  `keys="Ctrl Entrée"` makes it the page's main action.
    """
    more["class"] = " ".join(
        filter(None, ("btn", *_kinds(kind), size and f"btn-{size}", str(more.pop("class", ""))))
    )
    if keys == "Ctrl Entrée":
        more.setdefault("data_main", True)
    if busy:
        more["aria_busy"] = "true"
    content = format_html(
        "{}{}{}{}",
        icon_svg(icon) if icon else "",
        label,
        icon_svg(after) if after else "",
        format_html(" <kbd>{}</kbd>", keys) if keys else "",
    )
    if href and not disabled:
        return format_html("<a{}>{}</a>", attributes(href=href, **more), content)
    more.setdefault("type", "button")
    return format_html("<button{}>{}</button>", attributes(disabled=disabled, **more), content)


def _kinds(kind: str) -> Iterable[str]:
    words = kind.split()
    return (word if word == "danger" and "quiet" in words else f"btn-{word}" for word in words)


@register.simple_tag
def icon_button(
    icon: str, label: str, *, href: str = "", small: bool = False, css: str = "", **more: Attribute
) -> SafeString:
    """`{% icon_button "trash" "Archiver la facture (A)" key="a" css="danger" small=True %}`."""
    key = str(more.pop("key", ""))
    more["class"] = " ".join(filter(None, ("iconbtn", "sm" if small else "", css)))
    more = {"aria_label": label, "title": label, "data_key": key, **more}
    if href:
        return format_html("<a{}>{}</a>", attributes(href=href, **more), icon_svg(icon))
    more.setdefault("type", "button")
    return format_html("<button{}>{}</button>", attributes(**more), icon_svg(icon))


@register.simple_tag
def pill(text: str, kind: str = "", icon: str = "", title: str = "") -> SafeString:
    """`{% pill "À traiter" "accent" icon="lock" %}`; kinds ok, warn, danger, accent, line."""
    css = f"pill {kind}".strip()
    inside = format_html("{}{}", icon_svg(icon) if icon else "", text)
    return format_html("<span{}>{}</span>", attributes(title=title, **{"class": css}), inside)


@register.simple_tag
def status(text: str, kind: str = "wait") -> SafeString:
    """`{% status "En retard" "danger" %}`; kinds ok, warn, danger, wait, run: shape and word."""
    return format_html('<span class="st {}">{}</span>', kind, text)


@register.simple_tag
def badge(number: int | None, label: str = "") -> SafeString:
    """`{% badge 12 "en attente" %}`: a small count, nothing for 0; the label is read aloud."""
    if not number:
        return SafeString("")
    heard = format_html('<span class="vh"> {}</span>', label) if label else ""
    return format_html('<span class="n">{}{}</span>', integer(number), heard)


@register.simple_tag
def avatar(name: str, size: str = "xs") -> SafeString:
    """`{% avatar "Alice Martin" %}`: initials in a disc, the name in full on hover (xs, "", lg)."""
    words = name.replace("-", " ").split()
    letters = "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words[:1]))
    return format_html(
        '<span class="avatar-s {}" title="{}" aria-label="{}" role="img">{}</span>',
        size, name, name, letters.upper(),
    )  # fmt: skip


@register.simple_tag
def keys(combination: str) -> SafeString:
    """`{% keys "Ctrl K" %}`: one `<kbd>` per key; « puis » stays a word."""
    return format_html_join(" ", "{}", ((_key(word),) for word in combination.split(" ") if word))


def _key(word: str) -> SafeString:
    if word == "puis":
        return SafeString('<span class="muted">puis</span>')
    return format_html("<kbd>{}</kbd>", word)


@register.simple_tag
def hints(*pairs: str) -> SafeString:
    """`{% hints "Espace" "cocher" "Entrée" "ouvrir" %}`: keys and their effect, not on phones."""
    couples = zip(*[iter(pairs)] * 2, strict=True)
    items = format_html_join("", "<span>{} {}</span>", ((keys(key), act) for key, act in couples))
    return format_html('<span class="hints">{}</span>', items)


@register.simple_tag
def progress(done: int, total: int, label: str, css: str = "") -> SafeString:
    """`{% progress 312 426 "Archivage" %}`: read aloud « Archivage : 312 sur 426 »."""
    return format_html(
        '<progress class="{}" max="{}" value="{}" aria-label="{} : {} sur {}"></progress>',
        css, total or 1, done, label, integer(done), integer(total),
    )  # fmt: skip


@register.simple_tag
def skeleton(rows: int = 3) -> SafeString:
    """`{% skeleton 5 %}`: grey bars at row height while a fragment loads."""
    widths = ("w3", "w1", "w2")
    bars = "".join(f'<span class="skel {widths[at % 3]}"></span>' for at in range(rows))
    return mark_safe(  # noqa: S308 (only our own literals)
        f'<div class="skels" role="status"><span class="vh">Chargement…</span>{bars}</div>'
    )


@register.simple_block_tag
def note(content: str, kind: str = "", icon: str = "", id: str = "") -> SafeString:
    """`{% note "warn" icon="lock" %}…{% endnote %}`; kinds "", info, ok, warn, danger."""
    signs = {"warn": "alert-triangle", "danger": "circle-x", "ok": "circle-check"}
    sign = icon or signs.get(kind, "info-circle")
    more: dict[str, Attribute] = {"class": f"note {kind}".strip(), "id": id}
    if kind == "danger":
        more["role"] = "alert"
    return format_html("<div{}>{}<div>{}</div></div>", attributes(**more), icon_svg(sign), content)


@register.simple_tag
def error_note(what: str, remedy: str, **more: Attribute) -> SafeString:
    """`{% error_note "Le fichier n’a pas été lu." "Vérifiez le séparateur." %}`."""
    return format_html(
        '<div class="note danger" role="alert"{}>{}<div><span class="strong">{}</span> {}</div>'
        "</div>",
        attributes(**more), icon_svg("circle-x"), what, remedy,
    )  # fmt: skip


@register.simple_tag(takes_context=True)
def query(context: Context, **changes: object) -> str:
    """`{% query tri="-nom" apres=None %}`: « ?… », the page's query string with these changes."""
    return ui_tables.query_string(context, **changes)


@register.filter
def item(mapping: dict[object, object], key: object) -> object:
    """`{{ totals|item:row.code }}`: a dictionary's value, nothing when absent."""
    return mapping.get(key, "")


@register.filter
def initials(name: str) -> str:
    """`{{ "Cabinet Martin"|initials }}`: « CM »."""
    return "".join(word[0] for word in conditional_escape(name).split()[:2]).upper()
