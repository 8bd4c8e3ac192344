"""Writing the books of a checked FEC: its artefacts, in one transaction, without a row in Python.

Each artefact is COPYed into a temporary table, where its ordinals become ids; then one INSERT …
SELECT a table.  The caller's transaction makes it all visible, or nothing.  It must hold no
savepoint around the load: the keys' triggers spare the rows of the transaction itself (mass_keys).
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db import connection
from django.utils import timezone

from firm.errors import BusinessError
from firm.formats import date_fr
from ledger.actions import fec_unload
from ledger.actions.fec_import import YearHasBooks
from ledger.actions.scripts import run_script
from ledger.models import Entry, FecImport, FiscalYear

BLOCK = 1 << 20
STAGED = 0.2  # what the copies take of the whole time

# The columns of each artefact, in order; then what the load works out beside them.
TEMPORARY = {
    "journals": ("journal_no int, code text, label text, nature text", "id bigint"),
    "accounts": ("account_no int, number text, label text", "id bigint"),
    "thirds": (
        "third_no int, role text, code text, label text, account_no int, is_derived bool",
        "id bigint",
    ),
    "letterings": (
        "lettering_no int, account_no int, third_no int, code text, lettered_on date, debit bigint,"
        " credit bigint, is_balanced bool",
        "id bigint DEFAULT nextval('ledger_lettering_id_seq'), is_known bool DEFAULT false",
    ),
    "entries": (
        "entry_no int, journal_no int, number text, date date, piece_ref text, piece_date date,"
        " label text, validated_on date, first_line int, is_opening bool, shape text, debit bigint,"
        " line_count int",
        "id bigint DEFAULT nextval('ledger_entry_id_seq'), month date GENERATED ALWAYS AS"
        " (date_trunc('month', date::timestamp)::date) STORED",
    ),
    "lines": (
        "entry_no int, line_no int, account_no int, third_no int, label text, debit bigint,"
        " credit bigint, lettering_no int, lettering_code text, lettered_on date,"
        " foreign_amount text, currency text, extra jsonb",
        "",
    ),
    "invoices": (
        "entry_no int, direction text, type text, number text, issue_date date, third_no int,"
        " net bigint, vat bigint, gross bigint, currency text, foreign_gross text,"
        " vat_lines bigint[], paid_on date, is_paid bool, due_dates json",
        "id bigint DEFAULT nextval('ledger_invoice_id_seq')",
    ),
    "bank": (
        "entry_no int, line_no int, account_no int, date date, amount bigint, label text, ref text",
        "",
    ),
}
# Joined by these; nothing else of a temporary table is looked up.
ANALYSED = "t_entries (entry_no), t_letterings (lettering_no), t_lines (entry_no)"


class YearsOverlap(BusinessError):
    """The file's exercise covers only a part of a year that the dossier has, or more than it."""

    code = "years_overlap"
    title = "Exercices qui se chevauchent"


class YearIsClosed(BusinessError):
    """The file's year is closed or locked in the dossier."""

    code = "year_is_closed"
    title = "Exercice fermé"


def load(
    fec_import: FecImport, artefacts: Path, *, mode: str, progress: Callable[..., None]
) -> dict[str, int]:
    """Write what the artefacts describe; answers the rows written, by table.

    `mode` says what to do with books that the year already has: `refuse`; `append` writes only the
    entries that are missing (by journal, number and date); `replace` first takes the year's other
    imports back.  It must run in the dossier's scope and in the caller's transaction.

    Raises:
        YearHasBooks: `refuse` meets entries in the year.
        YearsOverlap: the dossier has a year that covers the file's exercise in part.
        YearIsClosed: that year is closed or locked.
        fec_unload.BooksAreFrozen: `replace` meets a validated entry or a closed year.
    """
    if mode == FecImport.Mode.REPLACE:
        _take_back_others(fec_import)
    year = _open_year(fec_import)
    if mode == FecImport.Mode.REFUSE and Entry.objects.filter(fiscal_year=year).exists():
        raise YearHasBooks(
            "Cet exercice a reçu des écritures entre-temps. Recommencez en choisissant d’ajouter ce"
            " qui manque ou de remplacer."
        )
    values = {
        "dossier": fec_import.dossier_id,
        "import": fec_import.id,
        "year": year.id,
        "takeover": fec_import.dossier.takeover_date,
    }
    lines = fec_import.line_count
    progress(0, step="Copie du fichier lu")
    _stage(artefacts)
    if mode == FecImport.Mode.APPEND:
        run_script("append", values)
    return run_script(
        "load", values,
        progress=lambda done: progress(
            round(lines * (STAGED + (1 - STAGED) * done)), step="Écriture des livres"
        ),
    )  # fmt: skip


def _take_back_others(fec_import: FecImport) -> None:
    others = FecImport.objects.filter(
        state=FecImport.State.IMPORTED,
        year_start__lte=fec_import.year_end,
        year_end__gte=fec_import.year_start,
    ).exclude(pk=fec_import.pk)
    for other in others.order_by("-imported_at"):
        fec_unload.unload(other)
        other.state, other.undone_at = FecImport.State.UNDONE, timezone.now()
        other.save(update_fields=["state", "undone_at"])


def _open_year(fec_import: FecImport) -> FiscalYear:
    """The year that the file's exercise is or lies in, locked against closing; made if missing."""
    start, end = fec_import.year_start, fec_import.year_end
    assert start is not None
    assert end is not None
    met = list(FiscalYear.objects.select_for_update().filter(start__lte=end, end__gte=start))
    if not met:
        made: FiscalYear = FiscalYear.objects.create(
            dossier_id=fec_import.dossier_id, start=start, end=end, created_by_import=fec_import
        )
        return made
    year: FiscalYear = next((one for one in met if one.end == end), met[0])
    if year.end != end and not (year.start <= start and end <= year.end):
        raise YearsOverlap(
            f"Le fichier couvre du {date_fr(start)} au {date_fr(end)}, et le dossier a déjà un"
            f" exercice du {date_fr(year.start)} au {date_fr(year.end)}. Choisissez de remplacer"
            " son import, ou annulez-le d’abord."
        )
    if year.state != FiscalYear.State.OPEN:
        raise YearIsClosed(
            f"L’exercice clos le {date_fr(year.end)} est {year.get_state_display().lower()} dans ce"
            " dossier : il ne reçoit plus d’écriture."
        )
    return year


def _stage(artefacts: Path) -> None:
    """Copy the artefacts as they are; the database parses them faster than we could."""
    with connection.cursor() as cursor:
        for name, (columns, worked_out) in TEMPORARY.items():
            every = f"{columns}, {worked_out}" if worked_out else columns
            cursor.execute(f"DROP TABLE IF EXISTS t_{name}")
            cursor.execute(f"CREATE TEMP TABLE t_{name} ({every}) ON COMMIT DROP")
            _copy(cursor, name, columns, artefacts / f"{name}.tsv")
        cursor.execute("SET LOCAL default_statistics_target = 10")
        cursor.execute(f"ANALYZE {ANALYSED}")
        cursor.execute("SET LOCAL default_statistics_target = DEFAULT")


def _copy(cursor: Any, name: str, columns: str, path: Path) -> None:
    names = ", ".join(column.split()[0] for column in columns.split(","))
    statement = (
        f"COPY t_{name} ({names}) FROM STDIN WITH (FORMAT csv, DELIMITER E'\\t', QUOTE E'\\x01')"
    )
    with cursor.copy(statement) as copy, path.open("rb") as source:
        while block := source.read(BLOCK):
            copy.write(block)
