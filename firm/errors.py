"""Refusals: what the product declines to do, with a stable code and a French sentence.

Faults in data are values (see `ledger.fec.findings`); our own bugs are ordinary exceptions.
A subclass is declared beside the action that raises it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import IntegrityError


class BusinessError(Exception):
    """A request refused for a reason that its author can act on.

    `code` is stable and unique; `status` is the HTTP answer (see DECISIONS.md, answers).
    """

    code = "refused"
    status = 422
    title = "Demande refusée"

    def __init__(self, message: str, **details: Any) -> None:
        super().__init__(message)
        self.message = message
        self.details = details


class NotFound(BusinessError):
    """The thing does not exist, or not for this person: the answer is the same."""

    code = "not_found"
    status = 404
    title = "Introuvable"


class Forbidden(BusinessError):
    """The person may open the dossier but lacks this right."""

    code = "forbidden"
    status = 403
    title = "Droit manquant"


class Conflict(BusinessError):
    """Something else stands in the way right now; trying again later may pass."""

    code = "conflict"
    status = 409
    title = "Opération impossible pour le moment"


class TooLarge(BusinessError):
    """The upload exceeds what the installation accepts."""

    code = "too_large"
    status = 413
    title = "Fichier trop volumineux"


class TooMany(BusinessError):
    """Too many requests in too little time."""

    code = "too_many_requests"
    status = 429
    title = "Trop de demandes"


class Unauthenticated(BusinessError):
    """No token, or one that is not valid any more."""

    code = "unauthenticated"
    status = 401
    title = "Identification requise"


@contextmanager
def refusals_in(form: Any, **fields: str) -> Iterator[None]:
    """Show a refusal raised in the block beside the form's field that `fields[code]` names."""
    try:
        yield
    except BusinessError as error:
        form.add_error(fields.get(error.code), error.message)


_guards: dict[str, Callable[[str], BusinessError]] = {}


def guard(constraint: str, refusal: Callable[[str], BusinessError]) -> None:
    """Say which refusal a guard of the database means; `refusal` gets the DETAIL that it raised."""
    _guards[constraint] = refusal


def refusal_of(error: Exception) -> BusinessError | None:
    """The refusal that an exception is or means; None for a bug of ours."""
    if isinstance(error, BusinessError):
        return error
    diagnosis = (
        getattr(error.__cause__, "diag", None) if isinstance(error, IntegrityError) else None
    )
    found = _guards.get(diagnosis.constraint_name or "") if diagnosis else None
    return found(diagnosis.message_detail or "") if found and diagnosis else None
