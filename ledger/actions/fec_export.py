"""Exporting a year as a FEC: the file named by law, its description, its check report.

The file is written to disk in a stream, hashed on the way, then checked by the same rules as a file
that comes in.  The same books give the same bytes.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple

from django.conf import settings
from django.db.models import Sum

from clients.models import Dossier
from firm import audit, scope
from firm.errors import BusinessError, NotFound
from firm.models import User
from ledger.actions.fec_control import Control, control_of, control_text
from ledger.fec.columns import Layout
from ledger.fec.description import ExportFacts, JournalFacts, description
from ledger.fec.filenames import read_name
from ledger.fec.write import name_by_law, text_chunks
from ledger.fec.write_xml import xml_chunks
from ledger.models import Entry, FecImport, FiscalYear, Journal, JournalMonth
from ledger.queries.fec_packs import undated_count
from ledger.queries.fec_records import extra_columns, records

Format = Literal["txt", "xml"]
NO_SIREN = "000000000"
SEPARATORS = {"tab": "\t", "pipe": "|"}


class NothingToExport(BusinessError):
    """The year has no entry."""

    code = "nothing_to_export"
    title = "Aucune écriture à exporter"


@dataclass(frozen=True)
class Options:
    """What the law leaves free."""

    format: Format = "txt"
    separator: str = "tab"
    encoding: str = "utf-8"

    def __post_init__(self) -> None:
        """Refuse what the law does not admit.

        Raises:
            ExportOptionInvalid: another format, separator or encoding.
        """
        if (
            self.format not in {"txt", "xml"}
            or self.separator not in SEPARATORS
            or self.encoding not in {"utf-8", "iso8859-15"}
        ):
            raise ExportOptionInvalid(
                "Choisissez le format txt ou xml, la tabulation ou la barre verticale, "
                "UTF-8 ou ISO 8859-15."
            )


class ExportOptionInvalid(BusinessError):
    """A format, separator or encoding that the law does not admit."""

    code = "export_option_invalid"
    title = "Option d’export inconnue"


@dataclass(frozen=True)
class Exported:
    """What one export wrote; `sha256` and `size` are those of the FEC itself."""

    fec: Path
    description: Path
    report: Path
    sha256: str
    size: int
    lines: int
    is_provisional: bool
    facts: ExportFacts
    control: Control


class Written(NamedTuple):
    """The file as it was written; `drafts` counts the entries without a day of validation."""

    fec: Path
    sha256: str
    size: int
    drafts: int
    layout: Layout
    extra: list[str]


def year_ending(year_end: dt.date) -> FiscalYear:
    """The year of the dossier in scope that ends on this day.

    Raises:
        NotFound: there is none.
    """
    year: FiscalYear | None = FiscalYear.objects.filter(end=year_end).first()
    if year is None:
        raise NotFound(f"Aucun exercice clos le {year_end:%d/%m/%Y} dans ce dossier.")
    return year


def export_fec(
    dossier: Dossier, *, year: FiscalYear, folder: Path, by: User, options: Options | None = None
) -> Exported:
    """Write the three files of a year into `folder`; the export goes into the audit trail.

    Raises:
        NothingToExport: the year has no entry.
    """
    options = options or Options()
    made = write_fec(dossier, year=year, folder=folder, options=options)
    audit.record(
        "ledger.fec_exported", by=by, dossier_id=dossier.id, year_end=year.end.isoformat(),
        sha256=made.sha256, size=made.size, format=options.format, file_name=made.fec.name,
    )  # fmt: skip
    return made


def write_fec(
    dossier: Dossier, *, year: FiscalYear, folder: Path, options: Options | None = None
) -> Exported:
    """Write the three files of a year into `folder`, for a caller who tells the trail of it.

    Raises:
        NothingToExport: the year has no entry.
    """
    options = options or Options()
    fec = folder / file_name(dossier, year, options)
    undated = undated_count(year)
    layout, extra = extra_columns(year)
    sha256, size = _write(fec, _chunks(year, options, layout, extra))
    facts = _facts(dossier, year, options, Written(fec, sha256, size, undated, layout, extra))
    described = fec.with_name(f"{fec.stem}-descriptif.txt")
    described.write_text(description(facts), encoding="utf-8", newline="")
    report = fec.with_name(f"{fec.stem}-controle.txt")
    control = control_of(fec)
    report.write_text(control_text(control), encoding="utf-8")
    return Exported(
        fec, described, report, sha256, size, facts.lines, bool(undated), facts, control
    )


def stream_fec(
    dossier: Dossier, *, year_end: dt.date, by: User, options: Options
) -> Iterator[bytes]:
    """The file itself, streamed; it opens its own scope, since an answer is sent after the
    request's.

    The audit trail learns of it once the last byte is written.
    """
    only = frozenset({dossier.id})
    digest, size = hashlib.sha256(), 0
    with scope.open_scope(scope.Scope(user=by.id, firm=dossier.firm_id, read=only)):
        year = year_ending(year_end)
        layout, extra = extra_columns(year)
        for chunk in _chunks(year, options, layout, extra):
            digest.update(chunk)
            size += len(chunk)
            yield chunk
        audit.record(
            "ledger.fec_exported",
            by=by,
            dossier_id=dossier.id,
            year_end=year.end.isoformat(),
            sha256=digest.hexdigest(),
            size=size,
            format=options.format,
        )


def file_name(dossier: Dossier, year: FiscalYear, options: Options) -> str:
    """The name by law: SirenFECAAAAMMJJ (A47 A-1 IX).

    Raises:
        NothingToExport: the year has no entry.
    """
    if not Entry.objects.filter(fiscal_year=year).exists():
        raise NothingToExport("Cet exercice n’a aucune écriture : il n’y a rien à exporter.")
    return name_by_law(_siren(dossier), year.end, options.format)


def _siren(dossier: Dossier) -> str:
    """The dossier's SIREN, else the one its latest file bore in its name, else nine zeros."""
    if dossier.siren:
        return dossier.siren
    for name in FecImport.objects.order_by("-id").values_list("file_name", flat=True)[:20]:
        found = read_name(name).siren
        if found and len(found) == len(NO_SIREN):
            return found
    return NO_SIREN


def _chunks(
    year: FiscalYear, options: Options, layout: Layout, extra: list[str]
) -> Iterator[bytes]:
    stream = records(year, layout=layout, extra=extra)
    if options.format == "xml":
        return xml_chunks(
            stream, year_end=year.end, encoding=options.encoding, layout=layout, extra_columns=extra
        )
    return text_chunks(
        stream,
        separator=SEPARATORS[options.separator],
        encoding=options.encoding,
        layout=layout,
        extra_columns=extra,
    )


def _write(path: Path, chunks: Iterator[bytes]) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    with path.open("wb") as target:
        for chunk in chunks:
            digest.update(chunk)
            size += len(chunk)
            target.write(chunk)
    return digest.hexdigest(), size


def _facts(dossier: Dossier, year: FiscalYear, options: Options, written: Written) -> ExportFacts:
    sums = (
        JournalMonth.objects.filter(fiscal_year=year)
        .values("journal__code", "journal__label", "journal__nature")
        .annotate(
            lines=Sum("line_count"), entries=Sum("entry_count"), d=Sum("debit"), c=Sum("credit")
        )
        .order_by("journal__code")
    )
    rows = list(sums)
    journals = [
        JournalFacts(
            row["journal__code"],
            row["journal__label"],
            Journal.Nature(row["journal__nature"]).label.lower(),
            row["entries"],
            row["lines"],
        )
        for row in rows
    ]
    return ExportFacts(
        siren=_siren(dossier),
        company=dossier.name,
        year_start=year.start,
        year_end=year.end,
        file_name=written.fec.name,
        size=written.size,
        sha256=written.sha256,
        journals=journals,
        lines=sum(row["lines"] for row in rows),
        entries=sum(row["entries"] for row in rows),
        debit=sum(row["d"] for row in rows),
        credit=sum(row["c"] for row in rows),
        software=settings.PRODUCT,
        version=settings.VERSION,
        layout=written.layout,
        is_xml=options.format == "xml",
        encoding=options.encoding,
        separator=SEPARATORS[options.separator],
        drafts=written.drafts,
        extra_columns=[
            (name, "colonne propre au logiciel d’origine, rendue telle quelle")
            for name in written.extra
        ],
    )
