"""Panels, figures, empty states, verdicts, tabs: the boxes of a page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import template
from django.template import Context
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from firm.templatetags.ui_html import Attribute, attributes
from firm.templatetags.ui_tables import query_string

register = template.Library()


@register.simple_block_tag
def panel(
    content: str,
    title: str,
    count: str | int = "",
    note: str = "",
    *,
    link: str = "",
    link_label: str = "",
    body: bool = True,
    **more: Attribute,
) -> SafeString:
    """`{% panel "Échéances" count=48 link=url link_label="Voir les 48" %}…{% endpanel %}`.

    `body=False` when the content is a table, which goes edge to edge.
    """
    css = str(more.pop("class", ""))
    return render_to_string(
        "ui/panel.html",
        {"content": content, "title": title, "count": count, "note": note, "link": link, "css": css,
         "link_label": link_label, "body": body, "attributes": attributes(**more)},
    )  # fmt: skip


@register.inclusion_tag("ui/kpi.html")
def kpi(label: str, value: str | int, sub: str = "", href: str = "") -> dict[str, Any]:
    """`{% kpi "Factures à comptabiliser" "214" "38 depuis plus de 15 jours" url %}` in `.kpis`."""
    return {"label": label, "value": value, "sub": sub, "href": href}


@register.simple_tag
def figure(value: str, label: str, small: str = "") -> SafeString:
    """`{% figure "3 412" "écritures" "numéros conservés" %}` inside `<div class="makes">`."""
    tail = format_html('<small class="num">{}</small>', small) if small else ""
    return format_html('<div class="make"><b>{}</b><span>{}</span>{}</div>', value, label, tail)


@register.inclusion_tag("ui/empty.html")
def empty(
    icon: str, title: str, text: str = "", action: str = "", href: str = "", *, opens: str = ""
) -> dict[str, Any]:
    """`{% empty "file-import" "Aucune écriture en 2026" "Importez…" "Importer un FEC" url %}`.

    `opens="dialog-id"` makes the action open a dialog in place of a link.
    """
    return {"icon": icon, "title": title, "text": text, "action": action, "href": href,
            "opens": opens}  # fmt: skip


@register.simple_block_tag
def verdict(content: str, about: str, kind: str, answer: str) -> SafeString:
    """`{% verdict "Verdict comptable" "danger" "Refusé en l’état" %}why{% endverdict %}`."""
    return render_to_string(
        "ui/verdict.html", {"about": about, "kind": kind, "answer": answer, "content": content}
    )


@register.simple_tag
def definitions(*pairs: object) -> SafeString:
    """`{% definitions "Période" period "Encodage" "UTF-8" %}`: a `<dl>`; empty values say so."""
    rows = zip(*[iter(pairs)] * 2, strict=True)
    items = format_html_join("", "<dt>{}</dt><dd>{}</dd>", ((k, _or_dash(v)) for k, v in rows))
    return format_html('<dl class="dl">{}</dl>', items)


def _or_dash(value: object) -> object:
    if value in ("", None):
        return SafeString('<span class="muted">non renseigné</span>')
    return value


@register.inclusion_tag("ui/stepper.html")
def stepper(current: int, *labels: str) -> dict[str, Any]:
    """`{% stepper 2 "Choisir" "Vérifier et confirmer" "Exécuter" %}`; one past the end = done."""
    return {"steps": [(at, label) for at, label in enumerate(labels, 1)], "current": current}


@register.inclusion_tag("ui/tabs.html")
def tabs(label: str, items: Iterable[Sequence[Any]], current: str) -> dict[str, Any]:
    """`{% tabs "Listes" items current %}`: pages; items = (key, label, url, count or "")."""
    rows = [(*item, "")[:4] for item in items]
    return {"label": label, "items": rows, "current": current}


@register.inclusion_tag("ui/tab_buttons.html")
def tab_buttons(label: str, *pairs: str) -> dict[str, Any]:
    """`{% tab_buttons "Volet" "p-infos" "Infos" "p-droits" "Droits" %}`: panels of one page."""
    return {"label": label, "items": list(zip(*[iter(pairs)] * 2, strict=True))}


@register.inclusion_tag("ui/segmented.html", takes_context=True)
def segmented(
    context: Context, label: str, name: str, options: Iterable[tuple[str, str]], current: str
) -> dict[str, Any]:
    """`{% segmented "Périmètre" "perimetre" options current %}`: links that keep the filters."""
    links = [
        (query_string(context, **{name: value, "apres": None}), text, str(value) == str(current))
        for value, text in options
    ]
    return {"label": label, "links": links}
