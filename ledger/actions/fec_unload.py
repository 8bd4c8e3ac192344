"""Taking an import back: all that it wrote, in one transaction, set-based."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from django.db import connection

from firm.errors import BusinessError
from ledger.models import Entry, FecImport, FiscalYear

SQL = Path(__file__).parent / "sql"


class BooksAreFrozen(BusinessError):
    """An entry of the import is validated, or its year is closed: nothing of it may go."""

    code = "books_are_frozen"
    title = "Import définitif"


def unload(fec_import: FecImport, *, progress: Callable[..., None] | None = None) -> dict[str, int]:
    """Remove what the import created; answers the rows removed, by table.

    Journals, accounts, third parties and the year that it brought go too, unless something else
    uses them by now.

    Raises:
        BooksAreFrozen: one of its entries is validated, or its year is closed or locked.
    """
    _refuse_frozen(fec_import)
    if progress:
        progress(0, step="Retrait des écritures")
    counts: dict[str, int] = {}
    values = {"dossier": fec_import.dossier_id, "import": fec_import.id}
    with connection.cursor() as cursor:
        for part in (SQL / "unload.sql").read_text(encoding="utf-8").split("-- @")[1:]:
            name, _newline, statement = part.partition("\n")
            cursor.execute(statement, values)
            if not name.startswith("("):
                counts[name.strip()] = counts.get(name.strip(), 0) + cursor.rowcount
    return counts


def _refuse_frozen(fec_import: FecImport) -> None:
    entries = Entry.objects.filter(fec_import=fec_import)
    if entries.filter(state=Entry.State.VALIDATED).exists():
        raise BooksAreFrozen(
            "Des écritures de cet import ont été validées depuis : il ne peut plus être annulé. "
            "Passez une contre-passation."
        )
    closed = FiscalYear.objects.filter(pk__in=entries.values("fiscal_year")).exclude(
        state=FiscalYear.State.OPEN
    )
    if closed.exists():
        raise BooksAreFrozen(
            "L’exercice de cet import est clos ou verrouillé : il ne peut plus être annulé."
        )
