"""Taking a table away: at once, or by a job when it is long."""

from __future__ import annotations

from typing import Any

from clients.models import Dossier
from firm import audit, jobs
from firm.models import Job, User

EXPORT = "ledger.table_export"
# Rows above which the file is prepared by a job (U4).
MOST_AT_ONCE = 20_000


def start_table_export(
    dossier: Dossier,
    *,
    table: str,
    form: str,
    query: str,
    title: str,
    rows: int,
    nonce: str,
    by: User,
) -> Job:  # fmt: skip
    """Have a long table prepared; `query` is that of the screen's address.

    The same `nonce` from the same person is the same job: a form sent twice starts one.
    """
    return jobs.start(
        EXPORT,
        by=by,
        dossier_id=dossier.id,
        firm_id=dossier.firm_id,
        key=f"{by.id}-{nonce}",
        params={"table": table, "format": form, "query": query},
        label=title,
        total=rows,
    )


def record_table_export(
    dossier: Dossier, *, table: str, form: str, query: str, file_name: str, rows: int, by: User
) -> None:
    """Write down that a table was taken away, and with which filters."""
    details: dict[str, Any] = {"table": table, "format": form, "query": query, "rows": rows}
    audit.record(
        "ledger.table_exported", by=by, dossier_id=dossier.id, file_name=file_name, **details
    )
