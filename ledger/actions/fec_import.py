"""The life of an import: receive, correct, confirm, reject, undo.

The long work (reading, loading, unloading) is done by jobs; these actions decide, write the state
down and start them.
"""

from __future__ import annotations

import re
import unicodedata
from typing import IO, Any

from django.db import connection, transaction
from django.db.models.functions import Now

from clients.actions import locks
from clients.models import Dossier
from firm import audit, jobs
from firm.errors import BusinessError, Conflict
from firm.models import Job, User
from ledger import storage
from ledger.actions import search_texts, summaries
from ledger.models import FecFinding, FecImport

State = FecImport.State
ENDED = (State.UNDONE, State.CANCELLED, State.FAILED, State.REJECTED)
CHECK, LOAD, UNDO = "ledger.fec_check", "ledger.fec_import", "ledger.fec_undo"


class EmptyUpload(BusinessError):
    """Nothing was received."""

    code = "empty_upload"
    title = "Fichier vide"


class NotReviewable(Conflict):
    """The import is past the state in which this can be asked."""

    code = "wrong_state"
    title = "Import déjà traité"


class QuestionsOpen(Conflict):
    """The file leaves questions that a person must answer first; `questions` lists them."""

    code = "questions_open"
    title = "Des questions restent ouvertes"


class RejectedFile(BusinessError):
    """The accounting verdict is a refusal."""

    code = "fec_rejected"
    title = "Fichier refusé en l’état"


class YearHasBooks(Conflict):
    """The year has books already and the person asked to refuse then."""

    code = "year_has_books"
    title = "Exercice déjà présent"


class WrongConfirmation(BusinessError):
    """The typed word is not the dossier's short name."""

    code = "wrong_confirmation"
    title = "Confirmation inexacte"


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
        _refuse_undecidable(current)
        if mode == FecImport.Mode.REFUSE and current.summary.get("overlap"):
            raise YearHasBooks(
                "Cet exercice a déjà des écritures : l’import est refusé comme demandé."
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
        _refuse_open(current, mode=mode)
        _refuse_locked(dossier, current)
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


def _refuse_locked(dossier: Dossier, current: FecImport) -> None:
    if current.year_start:
        locks.refuse_locked(dossier, since=current.year_start)


def _refuse_undecidable(current: FecImport) -> None:
    if current.state not in {State.TO_REVIEW, State.FAILED}:
        raise NotReviewable(
            f"Cet import est à l’état « {current.get_state_display()} » : il ne peut pas être "
            "confirmé."
        )
    if not current.accounting:
        raise NotReviewable(
            "La lecture de ce fichier n’est pas allée jusqu’au bout : relisez-le d’abord."
        )


def _refuse_open(current: FecImport, *, mode: str) -> None:
    """A verdict of refusal that mapping accounts would lift is a question, any other a refusal."""
    questions = open_questions(current, mode=mode)
    if current.accounting == "reject" and not _are_only_accounts(current):
        raise RejectedFile(
            "Le fichier est refusé en l’état : corrigez d’abord les erreurs signalées."
        )
    if questions:
        raise QuestionsOpen("Répondez d’abord aux questions posées.", questions=questions)
    if current.accounting == "reject":
        raise RejectedFile(
            "Le fichier est refusé en l’état : corrigez d’abord les erreurs signalées."
        )


def _are_only_accounts(current: FecImport) -> bool:
    errors = FecFinding.objects.filter(fec_import=current, severity="error")
    return not errors.exclude(settle="account").exists()


def open_questions(fec_import: FecImport, *, mode: str = "") -> list[dict[str, Any]]:
    """What must still be answered before the books can be written.

    Questions about a file that is accepted ask nothing: confirming accepts its warnings.
    """
    is_refused = fec_import.accounting == "reject"
    questions = list(fec_import.summary.get("questions", [])) if is_refused else []
    if fec_import.summary.get("overlap") and not mode:
        questions.append(
            {
                "code": "EXERCICE_DEJA_PRESENT",
                "kind": "mode",
                "prompt": "Cet exercice a déjà des écritures dans le dossier. Que faire ?",
                "choices": ["refuse", "append", "replace"],
            }
        )
    return questions


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
        raise WrongConfirmation(f"Tapez exactement « {dossier.slug} » pour confirmer.")
    with transaction.atomic():
        current = FecImport.objects.select_for_update().get(pk=fec_import.pk)
        if current.state != State.IMPORTED:
            raise NotReviewable(
                f"Cet import est à l’état « {current.get_state_display()} » : "
                "il n’y a rien à annuler."
            )
        _refuse_locked(dossier, current)
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


def finish_load(fec_import: FecImport, *, by: User, counts: dict[str, Any]) -> None:
    """Say that the books are there; the last words of the import's transaction."""
    FecImport.objects.filter(pk=fec_import.pk).update(state=State.IMPORTED, imported_at=Now())
    summaries.refresh_stats(fec_import.dossier_id)
    search_texts.start(fec_import.dossier)
    audit.record(
        "ledger.fec_imported",
        by=by,
        dossier_id=fec_import.dossier_id,
        fec_import=fec_import.id,
        counts=counts,
        sha256=fec_import.sha256,
    )


def finish_undo(fec_import: FecImport, *, by: User, counts: dict[str, Any]) -> None:
    """Say that the books of the file are gone again."""
    FecImport.objects.filter(pk=fec_import.pk).update(state=State.UNDONE, undone_at=Now())
    summaries.refresh_stats(fec_import.dossier_id)
    search_texts.start(fec_import.dossier)
    audit.record(
        "ledger.fec_undone",
        by=by,
        dossier_id=fec_import.dossier_id,
        fec_import=fec_import.id,
        counts=counts,
    )
