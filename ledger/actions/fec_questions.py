"""What must be answered before the books of a file can be written, and what forbids it."""

from __future__ import annotations

from typing import Any

from clients.actions import locks
from clients.models import Dossier
from ledger.actions.fec_life import NotReviewable, QuestionsOpen, RejectedFile, State
from ledger.models import FecFinding, FecImport


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
                "prompt": "Cet exercice a déjà des écritures dans le dossier. Que faire ?",
                "choices": ["refuse", "append", "replace"],
            }
        )
    return questions


def refuse_locked(dossier: Dossier, current: FecImport) -> None:
    """Raise locks.PeriodLocked when a day of the file's year is on or before the lock date."""
    if current.year_start:
        locks.refuse_locked(dossier, since=current.year_start)


def refuse_undecidable(current: FecImport) -> None:
    """Raise NotReviewable unless the import waits for a decision on a file read to its end."""
    if current.state not in {State.TO_REVIEW, State.FAILED}:
        raise NotReviewable(
            f"Cet import est à l’état « {current.get_state_display()} » : il ne peut pas être "
            "confirmé."
        )
    if not current.accounting:
        raise NotReviewable(
            "La lecture de ce fichier n’est pas allée jusqu’au bout : relisez-le d’abord."
        )


def refuse_open(current: FecImport, *, mode: str) -> None:
    """A verdict of refusal that mapping accounts would lift is a question, any other a refusal."""
    questions = open_questions(current, mode=mode)
    if current.accounting == "reject" and not _are_only_accounts(current):
        raise RejectedFile(
            "Le fichier est refusé en l’état : corrigez d’abord les erreurs signalées."
        )
    if questions:
        raise QuestionsOpen("Répondez d’abord aux questions posées.", questions=questions)
    if current.accounting == "reject":
        raise RejectedFile(
            "Le fichier est refusé en l’état : corrigez d’abord les erreurs signalées."
        )


def _are_only_accounts(current: FecImport) -> bool:
    errors = FecFinding.objects.filter(fec_import=current, severity="error")
    return not errors.exclude(settle="account").exists()
