"""What a person enters to make a template of entries, or a recurring entry."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import QueryDict

from firm.formats import amount_plain, decimal_fr, parse_amount_fr
from ledger.forms_typed import TypedCents, TypedDay, Words
from ledger.models import EntryLine, EntryTemplate, Journal, RecurringEntry

ROWS = 8
PARTS = ("account", "third", "label", "side", "how", "value")
_SHARE = re.compile(r"\d{1,5}([.,]\d{1,2})?")


class TemplateForm(forms.Form):
    """The head of a template; its lines are read beside it."""

    name = Words(label="Nom", max_length=120)
    journal = forms.ChoiceField(label="Journal")
    label = Words(
        label="Libellé",
        max_length=200,
        help_text="{mois} et {année} suivent la date de l’écriture.",
    )
    piece_ref = Words(label="Pièce", max_length=100, required=False)

    def __init__(self, journals: Sequence[Journal], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(one.code, f"{one.code} · {one.label}") for one in journals]
        self.fields["journal"].choices = choices  # type: ignore[attr-defined]

    @classmethod
    def of(cls, journals: Sequence[Journal], row: EntryTemplate) -> TemplateForm:
        """With the fields of a template."""
        return cls(journals, initial={name: getattr(row, name) for name in cls.base_fields})


def lines_of_template(row: EntryTemplate | None) -> list[dict[str, str]]:
    """Lines as the form shows them, with empty ones to go on."""
    shown = [{**line, "value": value_text(line)} for line in row.lines] if row else []
    return with_room(shown)


def lines_of_entry(lines: Sequence[EntryLine]) -> list[dict[str, str]]:
    """The lines of an entry as those of a template with fixed amounts."""
    return with_room([
        {
            "account": line.account.number,
            "third": line.third_party.code if line.third_party else "",
            "label": "",
            "side": "D" if line.debit else "C",
            "how": "fixed",
            "value": amount_plain(line.debit or line.credit),
        }
        for line in lines
    ])  # fmt: skip


def with_room(lines: list[dict[str, str]]) -> list[dict[str, str]]:
    """At least eight rows, two of them empty."""
    empty = {"account": "", "third": "", "label": "", "side": "D", "how": "fixed", "value": ""}
    return [*lines, *(dict(empty) for _n in range(max(2, ROWS - len(lines))))]


def value_text(line: dict[str, Any]) -> str:
    """« 1 234,56 », « 83,33 »; nothing for a rest."""
    if line["how"] == "fixed":
        return amount_plain(line["value"])
    if line["how"] == "share":
        return decimal_fr(line["value"] / 100, 2).rstrip("0").rstrip(",")
    return ""


def sent_lines(sent: QueryDict) -> tuple[list[dict[str, Any]], list[dict[str, str]], list[str]]:
    """The lines posted: as a template keeps them, as they were typed, and what is wrong."""
    columns = [sent.getlist(f"ligne-{name}") for name in PARTS]
    typed = [
        dict(zip(PARTS, (text.strip()[:300] for text in row), strict=True))
        for row in zip(*columns, strict=False)
    ][:200]
    filled = [row for row in typed if row["account"] or row["value"]]
    lines, faults = [], []
    for rank, row in enumerate(filled, 1):
        try:
            lines.append({**row, "value": _value(row)})
        except ValueError as error:
            faults.append(f"Ligne {rank} : {error}")
    return lines, with_room(filled), faults


def _value(row: dict[str, str]) -> int:
    """Cents, or hundredths of a per cent; 0 where none is needed.

    Raises:
        ValueError: in French.
    """
    if row["how"] == "share":
        text = re.sub(r"[\s%]", "", row["value"])
        if not _SHARE.fullmatch(text):
            raise ValueError(f"« {row['value']} » n’est pas une part en pour cent.")
        whole, _mark, rest = text.replace(",", ".").partition(".")
        return int(whole) * 100 + int(rest.ljust(2, "0"))
    if row["how"] != "fixed":
        return 0
    try:
        cents = parse_amount_fr(row["value"])
    except ValueError as error:
        raise ValueError(f"« {row['value']} » n’est pas un montant.") from error
    if cents is not None and cents > 10**14:
        raise ValueError("ce montant est trop grand.")
    return cents or 0


class RecurringForm(forms.Form):
    """A recurring entry."""

    template: forms.ModelChoiceField[EntryTemplate] = forms.ModelChoiceField(
        label="Modèle", queryset=None, empty_label=None
    )
    rhythm = forms.TypedChoiceField(
        label="Rythme", choices=RecurringEntry.Rhythm.choices, coerce=int
    )
    since = TypedDay(label="Première écriture le")
    until = TypedDay(label="Dernière au plus tard le", required=False)
    amount = TypedCents(
        label="Montant", required=False, help_text="Ce dont les parts du modèle sont prises."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["template"]
        field.queryset = EntryTemplate.objects.order_by("name")

    @classmethod
    def of(cls, row: RecurringEntry) -> RecurringForm:
        """With the fields of a recurring entry."""
        return cls(initial={
            "template": row.template_id, "rhythm": row.rhythm, "since": f"{row.since:%d/%m/%Y}",
            "until": f"{row.until:%d/%m/%Y}" if row.until else "",
            "amount": amount_plain(row.amount),
        })  # fmt: skip

    def clean_since(self) -> Any:
        """A first day is needed."""
        if self.cleaned_data["since"] is None:
            raise forms.ValidationError("Indiquez le jour de la première écriture.")
        return self.cleaned_data["since"]

    def clean_amount(self) -> Any:
        """Amounts are positive: the template says the side."""
        amount = self.cleaned_data["amount"]
        if amount is not None and amount < 0:
            raise forms.ValidationError("Le montant est positif : le modèle dit le sens.")
        return amount
