"""A table as a file, in one of three formats."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from django.utils import timezone

from firm.errors import BusinessError
from firm.formats import datetime_fr
from firm.models import User
from ledger.tables import Table, csv, pdf, xlsx

TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "pdf": "application/pdf",
}


class TableFormatUnknown(BusinessError):
    """Neither XLSX, nor CSV, nor PDF."""

    code = "table_format_unknown"
    title = "Format d’export inconnu"


def known_format(asked: str) -> str:
    """The format asked for; XLSX by default.

    Raises:
        TableFormatUnknown: another one.
    """
    if asked and asked not in TYPES:
        raise TableFormatUnknown("Choisissez l’un des formats XLSX, CSV ou PDF.")
    return asked or "xlsx"


def write(table: Table, path: Path, form: str, *, by: User, at: dt.datetime | None = None) -> None:
    """Write the table into a file; paper says at its foot who printed it, and when."""
    if form == "csv":
        with path.open("wb") as target:
            target.writelines(csv.chunks(table))
    elif form == "xlsx":
        xlsx.write(table, path)
    else:
        moment = datetime_fr(timezone.localtime(at or timezone.now()))
        pdf.write(table, path, printed=f"Imprimé par {by} le {moment}")
