"""What a person takes away of a check: every finding, as a spreadsheet."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.core.files.storage import default_storage
from django.http import HttpResponseBase, StreamingHttpResponse

from clients.access import DossierRequest, dossier_view
from firm.errors import NotFound
from firm.formats import amount_plain
from ledger.actions.fec_review import findings_name
from ledger.fec.findings import CATALOGUE
from ledger.views.imports import find

HEAD = (
    "Gravité",
    "Code",
    "Titre",
    "Ligne",
    "Zone",
    "Observation",
    "Valeur du fichier",
    "Valeur retenue",
    "Montant",
)
GRAVITY = {"error": "Erreur", "warning": "Avertissement", "info": "Information"}
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dossier_view(needs="fec.import")
def findings_csv(_request: DossierRequest, pk: int) -> HttpResponseBase:
    """« Rapport de contrôle »: all findings, streamed, for a French spreadsheet."""
    row = find(pk)
    name = findings_name(row)
    if not default_storage.exists(name):
        raise NotFound("Le fichier n’a pas encore été lu : il n’y a pas de rapport.")
    response = StreamingHttpResponse(_lines(name), content_type="text/csv; charset=utf-8")
    base = row.file_name.rsplit(".", 1)[0].replace('"', "")
    response["Content-Disposition"] = f'attachment; filename="{base}-controle.csv"'
    return response


def _lines(name: str) -> Iterator[bytes]:
    yield ("\ufeff" + ";".join(HEAD) + "\r\n").encode()
    with default_storage.open(name, "rb") as source:
        for line in source:
            yield (";".join(_cells(json.loads(line))) + "\r\n").encode()


def _cells(found: dict[str, Any]) -> Iterator[str]:
    rule = CATALOGUE.get(found["code"])
    amount = found["amount"]
    for value in (
        GRAVITY[found["severity"]], found["code"], rule.title if rule else "", found["line"] or "",
        found["column"] or "", found["message"], found["old"], found["new"],
    ):  # fmt: skip
        yield cell(value)
    yield "" if amount is None else amount_plain(amount).replace("\u00a0", "").replace("−", "-")


def cell(value: Any) -> str:
    """A text cell that a spreadsheet neither splits nor computes."""
    text = "" if value is None else str(value)
    if text.startswith(FORMULA):
        text = "'" + text
    return '"' + text.replace('"', '""') + '"' if any(sign in text for sign in ';"\r\n') else text
