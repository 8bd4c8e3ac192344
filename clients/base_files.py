"""The spreadsheet of a firm's client base: its columns, reading one, making the template.

Every fault of a cell is a value of its row, beside the line where it stands; only a file that is no
such spreadsheet is refused.
"""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import IO, Any

from django.utils.text import slugify

from clients.models import Dossier
from firm.errors import BusinessError
from firm.formats import parse_date_fr
from firm.sheets_read import read_sheet

MOST_BYTES = 5 * 1024 * 1024
MOST_ROWS = 20_000

# Field → heading of the template; other spellings are met by `_known`.
HEADINGS = {
    "id": "Identifiant",
    "name": "Nom",
    "siren": "SIREN",
    "siret": "SIRET",
    "legal_form": "Forme juridique",
    "tax_regime": "Régime fiscal",
    "vat_regime": "Régime de TVA",
    "year_end": "Fin d’exercice (jj/mm)",
    "takeover_date": "Date de reprise",
    "accountant": "Comptable (e-mail)",
}
ALIASES = {
    "raison-sociale": "name", "denomination": "name", "client": "name", "dossier": "name",
    "fin-dexercice": "year_end", "cloture": "year_end", "date-de-cloture": "year_end",
    "comptable": "accountant", "collaborateur": "accountant", "regime-tva": "vat_regime",
    "tva": "vat_regime", "id": "id",
}  # fmt: skip
CHOICES = {"tax_regime": Dossier.TaxRegime, "vat_regime": Dossier.VatRegime}


class UnreadableBase(BusinessError):
    """The file is no spreadsheet of clients."""

    code = "unreadable_base"
    title = "Fichier illisible"


@dataclass
class Row:
    """One line of the spreadsheet; `faults` says what is wrong with its cells."""

    line: int
    values: dict[str, str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """As it is kept."""
        return asdict(self)


def read_base(source: IO[bytes], *, today: dt.date) -> tuple[list[Row], list[str]]:
    """The rows of a CSV or XLSX file, and the headings that mean nothing here.

    Raises:
        UnreadableBase: neither, too large, without a column « Nom », or without a row.
    """
    heads, cells = read_sheet(source, most_bytes=MOST_BYTES, most_rows=MOST_ROWS, refuse=_refuse)
    fields = {heading: _known(heading) for heading in heads}
    if "name" not in fields.values() and "id" not in fields.values():
        raise UnreadableBase(
            "Aucune colonne «\u00a0Nom\u00a0» n’a été trouvée\u00a0: partez du modèle proposé."
        )
    if not cells:
        raise UnreadableBase("Ce fichier ne contient aucune ligne sous ses en-têtes.")
    rows = [
        _row(at, dict(zip(fields.values(), row, strict=True)), today)
        for at, row in enumerate(cells, 2)
    ]
    ignored = [heading for heading, name in fields.items() if not name]
    return [row for row in rows if any(row.values.values())], ignored


def _refuse(why: str) -> UnreadableBase:
    return UnreadableBase(f"{why} Partez du modèle proposé.")


def _known(heading: str) -> str:
    """The field of a heading; "" when it is none."""
    said = slugify(heading.replace("’", "").replace("'", ""))
    exact = {slugify(text.replace("’", "")): name for name, text in HEADINGS.items()}
    found = exact.get(said) or ALIASES.get(said)
    return found or next((name for text, name in exact.items() if text.startswith(f"{said}-")), "")


def _row(line: int, cells: Mapping[str, str], today: dt.date) -> Row:
    row = Row(line)
    for name, raw in cells.items():
        text = " ".join(raw.split())
        if not name:
            continue
        try:
            row.values[name] = _value(name, text, today) if text else ""
        except ValueError as error:
            row.values[name] = text
            row.faults.append(f"{HEADINGS[name]}\u00a0: {error}")
    return row


def _value(name: str, text: str, today: dt.date) -> str:
    """A cell as it is kept: codes of choices, ISO dates, « MM-JJ ».

    Raises:
        ValueError: in French.
    """
    if name in CHOICES:
        return _choice(name, text)
    if name == "takeover_date":
        return _date(text, today).isoformat()
    if name == "year_end":
        found = re.fullmatch(r"(\d{1,2})/(\d{1,2})(?:/\d{2,4})?", text)
        day = _date(f"{found[1]}/{found[2]}/2024", today) if found else _date(text, today)
        return f"{day:%m-%d}"
    if name in ("siren", "siret", "id"):
        return text.removesuffix(".0")
    return text


def _choice(name: str, text: str) -> str:
    wanted = slugify(text)
    for value, label in CHOICES[name].choices:
        if wanted in (slugify(value), slugify(str(label))):
            return str(value)
    known = ", ".join(str(label) for label in CHOICES[name].labels)
    raise ValueError(f"«\u00a0{text}\u00a0» n’est pas connu\u00a0; choisissez parmi\u00a0: {known}")


def _date(text: str, today: dt.date) -> dt.date:
    iso = re.match(r"(\d{4})-(\d{2})-(\d{2})", text)
    try:
        found = dt.date(*map(int, iso.groups())) if iso else parse_date_fr(text, today)
    except ValueError:
        found = None
    if found is None:
        raise ValueError(f"«\u00a0{text}\u00a0» n’est pas une date (jj/mm/aaaa)")
    return found


def template(rows: Iterable[Mapping[str, Any]]) -> bytes:
    """The XLSX template, filled with the dossiers that exist, so that a second import updates."""
    import xlsxwriter

    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet("Clients")
        bold = book.add_format({"bold": True})
        for at, heading in enumerate(HEADINGS.values()):
            sheet.write_string(0, at, heading, bold)
        for line, row in enumerate(rows, 1):
            for at, name in enumerate(HEADINGS):
                sheet.write_string(line, at, str(row.get(name) or ""))
        sheet.set_column(0, len(HEADINGS) - 1, 22)
        sheet.freeze_panes(1, 2)
        for name, choices in CHOICES.items():
            at = list(HEADINGS).index(name)
            allowed = {"validate": "list", "source": [str(label) for label in choices.labels]}
            if len(",".join(allowed["source"])) <= 255:  # the format's own limit
                sheet.data_validation(1, at, MOST_ROWS, at, allowed)
    return out.getvalue()
