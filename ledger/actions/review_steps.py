"""The review's questions, and the thresholds of a year and of a firm."""

from __future__ import annotations

import re
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from clients.models import Dossier
from firm import audit
from firm.errors import BusinessError, NotFound
from firm.models import Firm, User
from ledger.models import FirmBooks, ReviewStep, ReviewYear
from ledger.review.programme import cycle

DONE, TO_DO, NOT_APPLICABLE = "fait", "a-faire", "sans-objet"
_COLOUR = re.compile(r"#[0-9a-f]{6}")


class ColourUnreadable(BusinessError):
    """A colour that is not written `#rrggbb`."""

    code = "firm_colour_unreadable"
    title = "Couleur illisible"


@transaction.atomic
def answer_step(
    dossier: Dossier, year: int, *, of: str, step: str, state: str, note: str, by: User
) -> ReviewStep:
    """Say that a question of the cycle `of` is done, to do again, or without object; keep its note.

    Raises:
        NotFound: the programme has no such question.
    """
    found = cycle(of)
    if found is None or found.step(step) is None:
        raise NotFound("Cette étape n’existe pas dans le programme de révision.")
    is_done = state == DONE
    row: ReviewStep
    row, _made = ReviewStep.objects.update_or_create(
        dossier=dossier, fiscal_year_id=year, cycle=of, step=step,
        defaults={
            "is_applicable": state != NOT_APPLICABLE, "note": note,
            "done_by": by.id if state != TO_DO else None,
            "done_at": timezone.now() if is_done else None,
        },
    )  # fmt: skip
    audit.record(
        "ledger.review_step_answered", by=by, dossier_id=dossier.id, year=year, cycle=of, step=step,
        state=state,
    )  # fmt: skip
    return row


@transaction.atomic
def set_thresholds(
    dossier: Dossier, year: int, *, cents: int | None, percent: Decimal | None, by: User
) -> None:
    """Set the thresholds of a year (cents and per cent, None: the firm's)."""
    ReviewYear.objects.update_or_create(
        dossier=dossier, fiscal_year_id=year,
        defaults={"materiality": cents, "materiality_percent": percent},
    )  # fmt: skip
    audit.record(
        "ledger.review_thresholds_set", by=by, dossier_id=dossier.id, year=year, cents=cents,
        percent=None if percent is None else str(percent),
    )  # fmt: skip


@transaction.atomic
def change_firm_books(
    firm: Firm, *, materiality: int, materiality_percent: Decimal, colour: str, by: User
) -> None:
    """Set the thresholds (cents, per cent) of all the firm's reviews and the colour of its
    plaquettes (`#rrggbb`).

    Raises:
        ColourUnreadable: the colour is not written so.
    """
    colour = colour.lower()
    if not _COLOUR.fullmatch(colour):
        raise ColourUnreadable("Écrivez la couleur en hexadécimal, par exemple #2a50c7.")
    FirmBooks.objects.update_or_create(
        firm=firm,
        defaults={
            "materiality": materiality, "materiality_percent": materiality_percent,
            "colour": colour,
        },
    )  # fmt: skip
    audit.record(
        "ledger.firm_books_changed", by=by, firm_id=firm.pk, materiality=materiality,
        percent=str(materiality_percent), colour=colour,
    )  # fmt: skip
