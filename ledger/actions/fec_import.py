"""The life of an import: receive, correct, confirm, reject, undo.

The long work (reading, loading, unloading) is done by jobs; these actions decide, write the state
down and start them.  Its states and refusals are in `fec_life`, what must be answered first in
`fec_questions`, its end in `fec_ends`.
"""

from __future__ import annotations

import re
import unicodedata
from typing import IO, Any

from django.db import connection, transaction

from clients.models import Dossier
from firm import audit, jobs
from firm.models import Job, User
from ledger import storage
from ledger.actions.fec_ends import finish_load, finish_undo
from ledger.actions.fec_life import (
    CHECK,
    ENDED,
    LOAD,
    UNDO,
    EmptyUpload,
    NotReviewable,
    QuestionsOpen,
    RejectedFile,
    State,
    WrongConfirmation,
    YearHasBooks,
)  # fmt: skip
from ledger.actions.fec_questions import (
    open_questions,
    refuse_locked,
    refuse_open,
    refuse_undecidable,
)  # fmt: skip
from ledger.models import FecImport

__all__ = [
    "CHECK", "ENDED", "LOAD", "UNDO", "EmptyUpload", "NotReviewable", "QuestionsOpen",
    "RejectedFile", "State", "WrongConfirmation", "YearHasBooks", "clean_name", "confirm",
    "finish_load", "finish_undo", "open_questions", "receive", "reject", "start_check",
    "start_undo",
]  # fmt: skip


def receive(dossier: Dossier, source: IO[bytes], *, name: str, by: User) -> FecImport:
    """Keep a file and start its check.  The same bytes again give the import that exists already.

    Raises:
        EmptyUpload: not one byte came.
        FileTooLarge: more than the installation accepts.
    """
    sha256, size = storage.keep_original(dossier.id, source)
    if not size:
        raise EmptyUpload(
            "Le fichier reçu est vide. Choisissez le FEC produit par le logiciel du confrère."
        )
    with transaction.atomic():
        _one_at_a_time(dossier, sha256)
        same = FecImport.objects.filter(dossier=dossier, sha256=sha256).exclude(state__in=ENDED)
        found: FecImport | None = same.first()
        if found:
            return found
        made: FecImport = FecImport.objects.create(
            dossier=dossier, file_name=clean_name(name), size=size, sha256=sha256, uploaded_by=by.id
        )
        start_check(dossier, made, by=by)
        audit.record(
            "ledger.fec_received", by=by, dossier_id=dossier.id, fec_import=made.id, sha256=sha256
        )
    return made


def _one_at_a_time(dossier: Dossier, sha256: str) -> None:
    """Until this transaction ends, nobody else receives the same bytes in the same dossier."""
    with connection.cursor() as cursor:
        lock = "SELECT pg_advisory_xact_lock(hashtextextended(%s, %s))"
        cursor.execute(lock, (sha256, dossier.id))


def clean_name(name: str) -> str:
    """A file's own name without folders, control or bidirectional signs; at most 150 characters."""
    last = re.split(r"[\\/]", name)[-1]
    kept = "".join(
        sign
        for sign in unicodedata.normalize("NFC", last)
        if unicodedata.category(sign) not in {"Cc", "Cf", "Cs"}
    )
    return kept[-150:].strip() or "fec.txt"


def start_check(
    dossier: Dossier, fec_import: FecImport, *, by: User, then: dict[str, Any] | None = None
) -> Job:
    """Read the file (again), with the corrections noted so far; its verdicts are forgotten.

    With `then`, the import is confirmed with these answers as soon as the file is accepted.
    """
    job = jobs.start(
        CHECK,
        by=by,
        dossier_id=dossier.id,
        firm_id=dossier.firm_id,
        total=fec_import.size,
        params={"import_id": fec_import.id, "then": then},
        label=fec_import.file_name,
    )
    FecImport.objects.filter(pk=fec_import.pk).update(
        job_id=job.id, state=State.UPLOADED, error="", structure="", accounting=""
    )
    fec_import.job_id, fec_import.state = job.id, State.UPLOADED
    return job


def confirm(
    dossier: Dossier,
    fec_import: FecImport,
    *,
    by: User,
    mode: str = "",
    accounts: dict[str, list[str]] | None = None,
) -> Job:
    """Start writing the books, every warning accepted.

    `mode` answers what to do when the year already has books: refuse, append or replace.
    `accounts` (number in the file → number and label to keep) answers the questions about
    accounts: they are noted as corrections, the file is read again, and the import goes on by
    itself if it is then accepted; it waits for a decision otherwise.

    Raises:
        NotReviewable: the import is not waiting for a decision.
        RejectedFile: the accounting verdict is a refusal.
        YearHasBooks: `mode` is to refuse, and the year has books.
        QuestionsOpen: something must be answered first.
        locks.PeriodLocked: a day of the year is on or before the dossier's lock date.
        jobs.Busy: another destructive job runs on the dossier.
    """
    with transaction.atomic():
        current = FecImport.objects.select_for_update().get(pk=fec_import.pk)
        refuse_undecidable(current)
        if mode == FecImport.Mode.REFUSE and current.summary.get("overlap"):
            raise YearHasBooks(
                "Cet exercice a déjà des écritures : l’import est refusé comme demandé."
            )
        noted = current.corrections.get("accounts", {})
        if accounts and {**noted, **accounts} != noted:
            current.corrections = {**current.corrections, "accounts": {**noted, **accounts}}
            current.save(update_fields=["corrections"])
            audit.record(
                "ledger.fec_corrected", by=by, dossier_id=dossier.id, fec_import=current.id,
                change={"accounts": accounts},
            )  # fmt: skip
            job = start_check(dossier, current, by=by, then={"mode": mode})
            fec_import.refresh_from_db()
            return job
        refuse_open(current, mode=mode)
        refuse_locked(dossier, current)
        job = jobs.start(
            LOAD,
            by=by,
            dossier_id=dossier.id,
            firm_id=dossier.firm_id,
            total=current.line_count,
            params={"import_id": current.id},
            label=current.file_name,
            is_destructive=True,
        )
        FecImport.objects.filter(pk=current.pk).update(
            state=State.IMPORTING, mode=mode, job_id=job.id, confirmed_by=by.id, error=""
        )
        audit.record(
            "ledger.fec_confirmed", by=by, dossier_id=dossier.id, fec_import=current.id, mode=mode
        )
    fec_import.refresh_from_db()
    return job


def reject(dossier: Dossier, fec_import: FecImport, *, by: User) -> None:
    """Put the file aside; its bytes and findings stay.

    Raises:
        NotReviewable: it is being imported, or has been.
    """
    with transaction.atomic():
        waiting = FecImport.objects.filter(
            pk=fec_import.pk,
            state__in=[State.UPLOADED, State.PARSED, State.TO_REVIEW, State.FAILED],
        )
        if not waiting.update(state=State.CANCELLED):
            raise NotReviewable("Cet import ne peut plus être abandonné.")
        for job in Job.objects.filter(pk=fec_import.job_id or 0):
            jobs.cancel(job, by=by)
        audit.record("ledger.fec_rejected", by=by, dossier_id=dossier.id, fec_import=fec_import.id)
    storage.drop_artefacts(dossier.id, fec_import.sha256)


def start_undo(
    dossier: Dossier, fec_import: FecImport, *, by: User, confirmation: str | None = None
) -> Job:
    """Start taking an import back, as a whole.

    `confirmation` is the dossier's short name as typed; None when the caller (a token with the
    scope `destructive`) needs none.

    Raises:
        WrongConfirmation: the typed word is another.
        NotReviewable: the import is not in the books.
        locks.PeriodLocked: a day of it is on or before the dossier's lock date.
        jobs.Busy: another destructive job runs on the dossier.
    """
    if confirmation is not None and confirmation.strip() != dossier.slug:
        raise WrongConfirmation(f"Tapez exactement « {dossier.slug} » pour confirmer.")
    with transaction.atomic():
        current = FecImport.objects.select_for_update().get(pk=fec_import.pk)
        if current.state != State.IMPORTED:
            raise NotReviewable(
                f"Cet import est à l’état « {current.get_state_display()} » : "
                "il n’y a rien à annuler."
            )
        refuse_locked(dossier, current)
        job = jobs.start(
            UNDO,
            by=by,
            dossier_id=dossier.id,
            firm_id=dossier.firm_id,
            total=current.line_count,
            params={"import_id": current.id},
            label=current.file_name,
            is_destructive=True,
        )
        FecImport.objects.filter(pk=current.pk).update(state=State.UNDOING, job_id=job.id)
        audit.record("ledger.fec_undo_asked", by=by, dossier_id=dossier.id, fec_import=current.id)
    fec_import.refresh_from_db()
    return job
