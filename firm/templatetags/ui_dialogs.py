"""Dialogs, drawers, menus and toasts; `data-open="id"` on any button opens one."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString

from firm.templatetags.ui_html import attributes, icon_svg

register = template.Library()


@register.simple_block_tag
def dialog(content: str, id: str, title: str, wide: bool = False) -> SafeString:
    """`{% dialog "partage" "Partager" %}…{% enddialog %}`; a `.dialog-foot` inside closes it."""
    return render_to_string(
        "ui/dialog.html", {"id": id, "title": title, "content": content, "wide": wide}
    )


@register.simple_block_tag
def drawer(content: str, id: str, title: str, open: bool = False) -> SafeString:
    """`{% drawer "gerer" "Gérez le dossier client" %}<div class="drawer-body">…{% enddrawer %}`.

    A form with `data-dirty` inside counts its changes and asks before they are lost.
    """
    return render_to_string(
        "ui/drawer.html", {"id": id, "title": title, "content": content, "open": open}
    )


@register.inclusion_tag("ui/drawer_head.html")
def drawer_head(title: str, sub: str = "") -> dict[str, Any]:
    """`{% drawer_head "Titre" %}`: head of a fragment swapped into `#volet` (hx-target)."""
    return {"title": title, "sub": sub}


@register.simple_block_tag(takes_context=True)
def confirm(  # noqa: PLR0917 (the order of a sentence: what, where, by which button)
    context: Context,
    content: str,
    id: str,
    title: str,
    action: str,
    submit: str,
    *,
    word: str = "",
    kind: str = "danger",
) -> SafeString:
    """`{% confirm "arch" "Archiver ?" url "Archiver 426 éléments" word=dossier.slug %}…`.

    A dialog that POSTs its content's fields and, with `word`, the typed `confirmation`; the button
    stays off until the word is right (the server checks it again).
    """
    return render_to_string(
        "ui/confirm.html",
        {"id": id, "title": title, "action": action, "submit": submit, "word": word, "kind": kind,
         "content": content, "csrf_token": context.get("csrf_token", "")},
    )  # fmt: skip


@register.inclusion_tag("ui/typed_word.html")
def typed_word(word: str, submit: str, help: str = "", id: str = "typed") -> dict[str, Any]:
    """`{% typed_word dossier.slug "Supprimer 12 pièces" %}` in a page's own form."""
    return {"word": word, "submit": submit, "help": help, "id": id}


@register.simple_block_tag
def menu(
    content: str, id: str, label: str, text: str = "", icon: str = "dots-vertical"
) -> SafeString:
    """`{% menu "m-12" "Actions pour Lefèvre" %}<a href="…">…</a><hr>…{% endmenu %}`.

    An icon button, or with `text` a button with a chevron, and the popover that it opens.
    """
    return render_to_string(
        "ui/menu.html", {"id": id, "label": label, "text": text, "icon": icon, "content": content}
    )


@register.simple_tag
def toast(
    text: str, undo_url: str = "", kind: str = "ok", undo_label: str = "Annuler", *, url: str = ""
) -> SafeString:
    """`{% toast "Facture archivée." undo_url %}`: as the script makes them; kinds ok, danger.

    `url` adds « Voir ».
    """
    undo = (
        format_html(
            '<button type="button"{}>{}</button>', attributes(data_undo=undo_url), undo_label
        )
        if undo_url
        else ""
    )
    return format_html(
        '<div class="toast-s" data-toast-kind="{}">{}<span>{}</span>{}{}'
        '<button type="button" class="x" data-toast-close>Fermer</button></div>',
        kind, icon_svg("circle-x" if kind == "danger" else "circle-check"), text, undo,
        format_html('<a href="{}">Voir</a>', url) if url else "",
    )  # fmt: skip


@register.simple_tag
def message_toast(message: Any) -> SafeString:
    """A Django message as a toast; `extra_tags="undo:/url/ see:/url/"` gives it both buttons."""
    words = str(getattr(message, "extra_tags", "") or "").split()
    extra = {name: url for name, _colon, url in (word.partition(":") for word in words)}
    is_bad = getattr(message, "level_tag", "") == "error"
    return toast(
        str(message), extra.get("undo", ""), "danger" if is_bad else "ok", url=extra.get("see", "")
    )
