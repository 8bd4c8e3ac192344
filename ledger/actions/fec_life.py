"""The states of an import, the jobs of its life, and why one of its acts may be refused."""

from __future__ import annotations

from firm.errors import BusinessError, Conflict
from ledger.models import FecImport

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
