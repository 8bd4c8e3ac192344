"""Writing the books of a checked FEC: its artefacts, in one transaction, without a row in Python.

Each artefact is COPYed into a temporary table; ordinals become ids by joins on small maps; then one
INSERT … SELECT a table.  The caller's transaction makes it all visible, or nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db import connection
from django.utils import timezone

from ledger.actions import fec_unload
from ledger.models import FecImport

Progress = Callable[[int], None]
BLOCK = 1 << 20
SQL = Path(__file__).parent / "sql"

TEMPORARY = {
    "journals": "journal_no int, code text, label text, nature text",
    "accounts": "account_no int, number text, label text",
    "thirds": "third_no int, role text, code text, label text, account_no int, is_derived bool",
    "letterings": (
        "lettering_no int, account_no int, third_no int, code text, lettered_on date, debit bigint,"
        " credit bigint, is_balanced bool"
    ),
    "entries": (
        "entry_no int, journal_no int, number text, date date, piece_ref text, piece_date date,"
        " label text, validated_on date, first_line int, is_opening bool, shape text, debit bigint,"
        " line_count int"
    ),
    "lines": (
        "entry_no int, line_no int, account_no int, third_no int, label text, debit bigint,"
        " credit bigint, lettering_no int, lettering_code text, lettered_on date,"
        " foreign_amount text, currency text, extra jsonb"
    ),
    "invoices": (
        "entry_no int, direction text, type text, number text, issue_date date, third_no int,"
        " net bigint, vat bigint, gross bigint, currency text, foreign_gross text, vat_lines jsonb,"
        " paid_on date, is_paid bool, due_dates jsonb"
    ),
    "bank": (
        "entry_no int, line_no int, account_no int, date date, amount bigint, label text, ref text"
    ),
}


def load(
    fec_import: FecImport, artefacts: Path, *, mode: str, progress: Callable[..., None]
) -> dict[str, int]:
    """Write what the artefacts describe; answers the rows written, by table.

    `mode` says what to do with books that the year already has: `append` writes only the entries
    that are missing (by journal, number and date), `replace` first takes the year's other imports
    back.  It must run in the dossier's scope and in the caller's transaction.

    Raises:
        fec_unload.BooksAreFrozen: `replace` meets a validated entry or a closed year.
    """
    if mode == "replace":
        _take_back_others(fec_import)
    with connection.cursor() as cursor:
        for name, columns in TEMPORARY.items():
            _stage(cursor, name, columns, artefacts / f"{name}.tsv")
        progress(0, step="Écriture des livres")
        if mode == "append":
            _run(cursor, fec_import, "append")
        return _run(cursor, fec_import, "load")


def _take_back_others(fec_import: FecImport) -> None:
    others = FecImport.objects.filter(
        state=FecImport.State.IMPORTED, year_end=fec_import.year_end
    ).exclude(pk=fec_import.pk)
    for other in others.order_by("-imported_at"):
        fec_unload.unload(other)
        other.state, other.undone_at = FecImport.State.UNDONE, timezone.now()
        other.save(update_fields=["state", "undone_at"])


def _stage(cursor: Any, name: str, columns: str, path: Path) -> None:
    """Copy one artefact as it is; the database parses it faster than we could."""
    cursor.execute(f"CREATE TEMP TABLE t_{name} ({columns}) ON COMMIT DROP")
    statement = f"COPY t_{name} FROM STDIN WITH (FORMAT csv, DELIMITER E'\\t', QUOTE E'\\x01')"
    with cursor.copy(statement) as copy, path.open("rb") as source:
        while block := source.read(BLOCK):
            copy.write(block)
    cursor.execute(f"ANALYZE t_{name}")


def _run(cursor: Any, fec_import: FecImport, script: str) -> dict[str, int]:
    """Run the statements of a script; `-- @name` before one makes its row count count."""
    values = {
        "dossier": fec_import.dossier_id,
        "import": fec_import.id,
        "start": fec_import.year_start,
        "end": fec_import.year_end,
        "takeover": fec_import.dossier.takeover_date,
    }
    counts: dict[str, int] = {}
    for part in (SQL / f"{script}.sql").read_text(encoding="utf-8").split("-- @")[1:]:
        name, _newline, statement = part.partition("\n")
        cursor.execute(statement, values)
        if not name.startswith("("):
            counts[name.strip()] = cursor.rowcount
    return counts
