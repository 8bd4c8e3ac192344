"""Having a plaquette made, and writing down that one was."""

from __future__ import annotations

from clients.models import Dossier
from firm import audit, jobs
from firm.models import Job, User

BOOKLET = "ledger.booklet"


def start_booklet(
    dossier: Dossier, *, query: str, title: str, parts: int, nonce: str, by: User
) -> Job:
    """Have a plaquette laid out; `query` is what its page asked for.

    The same `nonce` from the same person is the same job: a form sent twice starts one.
    """
    return jobs.start(
        BOOKLET, by=by, dossier_id=dossier.id, firm_id=dossier.firm_id, key=f"{by.id}-{nonce}",
        params={"query": query, "format": "pdf"}, label=title, total=parts,
    )  # fmt: skip


def record_booklet(dossier: Dossier, *, query: str, form: str, file_name: str, by: User) -> None:
    """Write down that a plaquette was taken away, and of what."""
    audit.record(
        "ledger.booklet_made", by=by, dossier_id=dossier.id, query=query, format=form,
        file_name=file_name,
    )  # fmt: skip
