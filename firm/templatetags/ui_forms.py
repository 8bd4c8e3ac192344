"""Fields wired for assistive technology, and the drop zone."""

from __future__ import annotations

from typing import Any

from django import template
from django.forms import BoundField, CheckboxInput, RadioSelect, Select
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

register = template.Library()


@register.inclusion_tag("ui/field.html")
def field(
    bound: BoundField, label: str = "", help: str = "", css: str = "", **more: str
) -> dict[str, Any]:
    """`{% field form.siren css="span-2" placeholder="jj/mm/aaaa" %}`: label, widget, help or error.

    An error takes the place of the help; « facultatif » marks a field that is not required.
    A widget whose `input_type` is hidden is written bare.
    """
    help_text = help or bound.help_text
    identifier = bound.auto_id or bound.html_name
    described = f"{identifier}-e" if bound.errors else f"{identifier}-h" if help_text else ""
    widget = bound.field.widget
    ticked = isinstance(widget, CheckboxInput)
    control = "" if ticked else "form-select" if _is_list(bound) else "form-control"
    given = {name.replace("_", "-"): value for name, value in more.items()}
    classes = [control, str(widget.attrs.get("class", "")), given.pop("class", "")]
    attrs: dict[str, str | bool] = {
        **given,
        "class": " ".join(filter(None, [*classes, "is-bad" if bound.errors else ""])),
    }
    # False keeps Django (5.x) from describing the widget by ids that this template does not write.
    attrs["aria-describedby"] = described or False
    if bound.errors:
        attrs["aria-invalid"] = "true"
    return {"bound": bound, "widget": bound.as_widget(attrs=attrs), "label": label or bound.label,
            "help": help_text, "css": css, "ticked": ticked, "id": identifier,
            "group": isinstance(widget, RadioSelect)}  # fmt: skip


def _is_list(bound: BoundField) -> bool:
    return isinstance(bound.field.widget, Select) and not isinstance(
        bound.field.widget, RadioSelect
    )


@register.simple_block_tag
def field_box(
    content: str,
    label: str,
    target: str,
    *,
    help: str = "",
    error: str = "",
    optional: bool = False,
    css: str = "",
) -> SafeString:
    """`{% field_box "Date retenue" "cor" help="jj/mm/aaaa" error=err %}<input id="cor">…`.

    For inputs that no form made: the input itself carries `aria-describedby="cor-h"` (`cor-e`).
    """
    return render_to_string(
        "ui/field_box.html",
        {"content": content, "label": label, "id": target, "help": help, "error": error,
         "optional": optional, "css": css},
    )  # fmt: skip


@register.inclusion_tag("ui/form_errors.html")
def form_errors(form: Any) -> dict[str, Any]:
    """`{% form_errors form %}`: what concerns no single field, on top of the form."""
    return {"errors": form.non_field_errors()}


@register.inclusion_tag("ui/drop_zone.html", takes_context=True)
def drop_zone(  # noqa: PLR0913 (each is an attribute of the element)
    context: dict[str, Any],
    action: str,
    title: str,
    help: str = "",
    *,
    name: str = "file",
    accept: str = "",
    multiple: bool = False,
    button: str = "Choisir un fichier",
    max_bytes: int = 0,
    id: str = "depot",
) -> dict[str, Any]:
    """`{% drop_zone url "Déposez le FEC ici" "Fichier .txt ou .xml" accept=".txt,.xml" %}`.

    Posts multipart `name`.  The answer: JSON `{"url": "…"}` or a redirection is followed;
    problem+json, or any error, is written under the zone.
    """
    return {"action": action, "title": title, "help": help, "name": name, "accept": accept,
            "multiple": multiple, "button": button, "max_bytes": max_bytes, "id": id,
            "csrf_token": context.get("csrf_token", "")}  # fmt: skip
