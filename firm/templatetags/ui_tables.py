"""Sorting, paging, filtering and selecting in tables; the state lives in the URL.

Parameters of every list: `tri` (a key, `-key` descending), `apres` (keyset cursor), `q` (search).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from django import template
from django.http import QueryDict
from django.template import Context
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString

from firm.templatetags.formats import amount
from firm.templatetags.ui_html import attributes

register = template.Library()


def current_query(context: Context) -> QueryDict:
    """A mutable copy of the request's query string; empty without a request."""
    request = context.get("request")
    return request.GET.copy() if request is not None else QueryDict(mutable=True)


def query_string(context: Context, **changes: object) -> str:
    """« ?… » with these changes; None or "" removes a parameter.  Never empty: « ? » at least."""
    query = current_query(context)
    for name, value in changes.items():
        if value in (None, ""):
            query.pop(name, None)
        else:
            query[name] = str(value)
    return "?" + query.urlencode()


def _swap(target: str) -> SafeString:
    """Attributes that replace `#target` from the answer and keep the URL in step."""
    if not target:
        return SafeString("")
    return attributes(hx_target=f"#{target}", hx_select=f"#{target}", hx_swap="outerHTML",
                      hx_push_url="true")  # fmt: skip


@register.simple_tag(takes_context=True)
def sort_th(
    context: Context, label: str, key: str, css: str = "", *, target: str = "", default: str = ""
) -> SafeString:
    """`{% sort_th "À traiter" "todo" "num hide-m" target="clients" default="nom" %}`.

    First click ascending, second descending; the cursor is dropped.  `default` = the list's own
    order when the URL says none.  `target` = id of the block that htmx replaces.
    """
    now = current_query(context).get("tri", default)
    state = {key: "ascending", f"-{key}": "descending"}.get(now, "none")
    url = query_string(context, tri=f"-{key}" if state == "ascending" else key, apres=None)
    swap = format_html(' hx-get="{}"{}', url, _swap(target)) if target else ""
    # htmx gives the focus back by id after the swap.
    link = attributes(id=f"tri-{target}-{key}" if target else "", href=url)
    return format_html(
        '<th{} aria-sort="{}" scope="col"><a class="sort"{}{}>{}</a></th>',
        attributes(**{"class": css}), state, link, swap, label,
    )  # fmt: skip


@register.inclusion_tag("ui/table_foot.html")
def table_foot(
    table: str, shown: int, total: int, more: str = "", *, step: int = 50, hints: str = ""
) -> dict[str, Any]:
    """`{% table_foot "clients" shown total more_url %}`: « 18 affichés sur 132 » and the next rows.

    The rows must sit in `<tbody id="clients-rows">`; `more` is the URL of the next page (keyset),
    empty at the end; its answer may be the whole page: rows and footer are picked from it.
    `hints="Espace|cocher|Entrée|ouvrir"`.
    """
    left = max(total - shown, 0)
    pairs = hints.split("|") if hints else []
    return {"table": table, "shown": shown, "total": total, "more": more, "hints": pairs,
            "next": min(step, left) or step}  # fmt: skip


@register.inclusion_tag("ui/totals_row.html")
def totals_row(label: str, cells: Iterable[int | str | None], span: int = 1) -> dict[str, Any]:
    """`{% totals_row "Total" cells span=2 %}` in `<tfoot>`: cents, texts, or None for blank."""
    shown = [cell if isinstance(cell, str) else amount(cell) for cell in cells]
    return {"label": label, "cells": shown, "span": span}


@register.simple_block_tag(takes_context=True)
def filters(
    context: Context, content: str, target: str, search: str = "", action: str = ""
) -> SafeString:
    """`{% filters "clients" search="Rechercher des clients" %}fields{% endfilters %}`.

    A GET form: every change replaces `#target` and the URL.  Works without script (Entrée).
    """
    query = current_query(context)
    # Without script the form alone makes the address: carry what its fields do not hold.
    held = {"q", "apres", *re.findall(r'\bname="([^"]+)"', content)}
    kept = [(name, value) for name in query if name not in held for value in query.getlist(name)]
    return render_to_string(
        "ui/filters.html",
        {"content": content, "target": target, "search": search, "action": action,
         "q": query.get("q", ""), "kept": kept},
    )  # fmt: skip


@register.inclusion_tag("ui/filter_select.html", takes_context=True)
def filter_select(
    context: Context, label: str, name: str, options: Iterable[tuple[Any, str]], every: str = "tous"
) -> dict[str, Any]:
    """`{% filter_select "Comptable" "comptable" options every="tous" %}` inside `filters`."""
    return {"label": label, "name": name, "options": [(str(key), text) for key, text in options],
            "every": every, "current": current_query(context).get(name, "")}  # fmt: skip


@register.inclusion_tag("ui/filter_date.html", takes_context=True)
def filter_date(context: Context, label: str, name: str, value: str = "") -> dict[str, Any]:
    """`{% filter_date "Du" "du" %}` inside `filters`: typed jj/mm/aaaa."""
    return {"label": label, "name": name, "value": current_query(context).get(name, value)}


@register.simple_tag(takes_context=True)
def chip(context: Context, label: str, value: str, name: str) -> SafeString:
    """`{% chip "État" "En retard" "etat" %}`: a filter that a click drops, with the page."""
    url = query_string(context, **{name: None, "apres": None})
    return format_html(
        '<a class="chip on" href="{}">{}\u00a0: <b>{}</b><span aria-hidden="true">×</span>'
        '<span class="vh"> (retirer ce filtre)</span></a>',
        url, label, value,
    )  # fmt: skip


@register.simple_block_tag
def bulk_bar(content: str, table: str, one: str, many: str, total: int = 0) -> SafeString:
    """`{% bulk_bar "clients" "dossier sélectionné" "dossiers sélectionnés" total %}buttons…`.

    Takes the place of the filters while rows of `#clients` are ticked (checkboxes named `ids`).
    With `total`, « Sélectionner les 132 » sets the hidden field `tout` to 1.
    """
    return render_to_string(
        "ui/bulk_bar.html",
        {"content": content, "table": table, "one": one, "many": many, "total": total},
    )
