"""Lines of a January at the bank, and a real statement."""

from __future__ import annotations

from typing import Any

from clients.models import Dossier
from firm.models import User
from ledger.actions.bank_statements import import_statement, map_columns
from ledger.bank.mapping import Mapping
from ledger.models import BankStatement
from tests.ledger.bank.bank_rows import FILES, D, received
from tests.ledger.bank.writing import Moved, as_camt, as_csv, as_ofx

MARCH = FILES / "credit-agricole-2025-03.xml"
ROWS = [
    Moved(D(2025, 1, 3), -10_00, "PRLV EDF", "A1"),
    Moved(D(2025, 1, 4), -3_20, "CAFE DE LA GARE", "A2"),
    Moved(D(2025, 1, 4), -3_20, "CAFE DE LA GARE", "A3"),
    Moved(D(2025, 1, 9), 250_00, "VIR CLIENT", "A4"),
]
BARE = [row._replace(external_id="") for row in ROWS]
TOTAL = sum(row.amount for row in ROWS)


def imported_as(form: str, dossier: Dossier, rows: list[Moved], by: User, on: Any) -> BankStatement:
    content = {"camt": as_camt, "ofx": as_ofx, "csv": as_csv}[form](rows)  # type: ignore[operator]
    row = received(dossier, content, by, on, name=f"r.{form}")
    if row.state == "to_map":
        map_columns(row, mapping=Mapping.of(row.mapping), by=by)
    import_statement(dossier, row, by=by)
    row.refresh_from_db()
    return row
