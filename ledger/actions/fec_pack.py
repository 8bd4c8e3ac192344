"""The control pack of a year: FEC, legal description, check report, and the hash of each.

What the administration asks for in one file (LPF A47 A-1; CGI 1729 D if it is missing).  The
hashes go into the audit trail in the act's transaction.
"""

from __future__ import annotations

import hashlib
import tempfile
import zipfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.utils import timezone

from clients.models import Dossier
from firm import audit
from firm.models import User
from ledger.actions.fec_control import Control
from ledger.actions.fec_export import Exported, Options, export_fec
from ledger.fec.description import SOURCE, TITLE, ZONES, sections, zone_rows
from ledger.fec.wording import typographic
from ledger.models import FiscalYear

CSS = "css/control.css"
BLOCK = 1 << 20
MOST_SHOWN = 10


@dataclass(frozen=True, slots=True)
class PackFile:
    """One file of the pack."""

    name: str
    role: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Pack:
    """An open zip to be read from its start, and what it holds; the reader closes it."""

    name: str
    content: IO[bytes]
    files: tuple[PackFile, ...]
    control: Control
    is_provisional: bool


def make_pack(
    dossier: Dossier, *, year: FiscalYear, by: User, options: Options | None = None
) -> Pack:
    """Write, check, describe and hash the FEC of a year; the trail keeps the hashes.

    Raises:
        NothingToExport: the year has no entry.
    """
    with tempfile.TemporaryDirectory() as place:
        made = export_fec(dossier, year=year, folder=Path(place), by=by, options=options)
        held = _written(made, dossier, by)
        files = tuple(_hashed(path, role) for path, role in held)
        seal = made.fec.with_name(f"{made.fec.stem}-empreintes.txt")
        seal.write_text("".join(f"{one.sha256}  {one.name}\n" for one in files), encoding="utf-8")
        content = tempfile.TemporaryFile()  # noqa: SIM115 (whoever answers closes it)
        with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as target:
            for path in (*(path for path, _role in held), seal):
                target.write(path, path.name)
    content.seek(0)
    _record(dossier, year, made, files, by=by)
    name = f"{made.fec.stem}-dossier-de-controle.zip"
    return Pack(name, content, files, made.control, made.is_provisional)


def _written(made: Exported, dossier: Dossier, by: User) -> list[tuple[Path, str]]:
    """The files of the pack, the two papers made here."""
    common = {"dossier": dossier, "made": made, "by": by, "at": timezone.localtime()}
    described = made.fec.with_name(f"{made.fec.stem}-descriptif.pdf")
    _pdf(described, "ledger/control/description.html", {
        **common,
        "title": TITLE,
        "source": SOURCE,
        "zones": [_typed(asdict(row)) for row in zone_rows(made.facts)],
        "sections": [
            (heading, [typographic(line) for line in body], heading.endswith(ZONES))
            for heading, body in sections(made.facts)
        ],
    })  # fmt: skip
    report = made.fec.with_name(f"{made.fec.stem}-controle.pdf")
    control = made.control
    _pdf(report, "ledger/control/report.html", {
        **common,
        "control": control,
        "counts": [
            (label, control.count(name))
            for name, label in (("error", "Erreurs"), ("warning", "Avertissements"),
                                ("info", "Remarques"))
        ],
        "points": [
            (point, point.first[:MOST_SHOWN], point.count - len(point.first[:MOST_SHOWN]))
            for point in control.points
        ],
    })  # fmt: skip
    return [
        (made.fec, "Fichier des écritures comptables"),
        (described, "Descriptif (A47 A-1, XI)"),
        (made.description, "Descriptif, en texte"),
        (report, "Rapport de contrôle"),
        (made.report, "Rapport de contrôle, en texte"),
    ]


def _typed(fields: dict[str, Any]) -> dict[str, Any]:
    return {key: typographic(v) if isinstance(v, str) else v for key, v in fields.items()}


def _pdf(path: Path, template: str, context: dict[str, Any]) -> None:
    import weasyprint

    page = weasyprint.HTML(string=render_to_string(template, context))
    page.write_pdf(str(path), stylesheets=[weasyprint.CSS(filename=finders.find(CSS))])


def _hashed(path: Path, role: str) -> PackFile:
    digest = hashlib.sha256()
    with path.open("rb") as source:
        while block := source.read(BLOCK):
            digest.update(block)
    return PackFile(path.name, role, path.stat().st_size, digest.hexdigest())


def _record(
    dossier: Dossier, year: FiscalYear, made: Exported, files: tuple[PackFile, ...], *, by: User
) -> None:
    control = made.control
    audit.record(
        "ledger.fec_pack_made", by=by, dossier_id=dossier.id, year_end=year.end.isoformat(),
        structure=control.structure, accounting=control.accounting, lines=control.lines,
        errors=control.count("error"), warnings=control.count("warning"),
        is_provisional=made.is_provisional, files=[asdict(one) for one in files],
    )  # fmt: skip
