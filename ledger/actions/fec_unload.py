"""Taking an import back: all that it wrote, in one transaction, set-based."""

from __future__ import annotations

from collections.abc import Callable

from firm.errors import BusinessError
from ledger.actions.scripts import run_script
from ledger.models import Entry, FecImport, FiscalYear


class BooksAreFrozen(BusinessError):
    """An entry of the import is validated, or its year is closed: nothing of it may go."""

    code = "books_are_frozen"
    title = "Import définitif"


def unload(fec_import: FecImport, *, progress: Callable[..., None] | None = None) -> dict[str, int]:
    """Remove what the import created; answers the rows removed, by table.

    Journals, accounts, third parties and the year that it brought go too, unless something else
    uses them by now.  A lettering shared with lines of another source keeps those.

    Raises:
        BooksAreFrozen: one of its entries is validated, or its year is closed or locked.
    """
    _refuse_frozen(fec_import)
    lines = fec_import.line_count

    def tell(done: float) -> None:
        if progress:
            progress(round(lines * done), step="Retrait des écritures")

    values = {"dossier": fec_import.dossier_id, "import": fec_import.id}
    return run_script("unload", values, progress=tell)


def _refuse_frozen(fec_import: FecImport) -> None:
    """Look at the entries and lock their years against closing."""
    entries = Entry.objects.filter(fec_import=fec_import)
    if entries.filter(state=Entry.State.VALIDATED).exists():
        raise BooksAreFrozen(
            "Des écritures de cet import ont été validées depuis : il ne peut plus être annulé. "
            "Passez une contre-passation."
        )
    years = FiscalYear.objects.select_for_update().filter(
        pk__in=entries.values("fiscal_year").distinct()
    )
    if any(year.state != FiscalYear.State.OPEN for year in years):
        raise BooksAreFrozen(
            "L’exercice de cet import est clos ou verrouillé : l’import ne peut plus être annulé."
        )
