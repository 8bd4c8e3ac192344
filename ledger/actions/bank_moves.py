"""Where bank transactions stand: the legal moves between « À comptabiliser » and « Justifiée ».

Booking belongs to the posting actions, archiving to the bulk ones; these are the moves of people
who look for a document.  Each is one set-based statement over any number of transactions.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from django.db import transaction
from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet

from clients.models import Dossier
from firm import audit
from firm.errors import BusinessError
from firm.models import User
from ledger.actions.summaries import refresh_receipts
from ledger.models import BankTransaction

Booking = BankTransaction.Booking
WITHOUT_DOCUMENT = ExpressionWrapper(Q(document__isnull=True), output_field=BooleanField())


class NothingToMove(BusinessError):
    """None of those chosen may make this move."""

    code = "nothing_to_move"
    title = "Aucune opération concernée"


class Move(NamedTuple):
    """A move: where from, where to, what else it writes."""

    origins: tuple[str, ...]
    target: str
    verb: str
    exempt: bool | None = None


MOVES = {
    "demander": Move((Booking.TO_PROCESS,), Booking.PENDING_CLIENT, "asked"),
    "justifier": Move(
        (Booking.TO_PROCESS, Booking.PENDING_CLIENT), Booking.JUSTIFIED, "justified", exempt=True
    ),
    "reprendre": Move(
        (Booking.PENDING_CLIENT, Booking.JUSTIFIED), Booking.TO_PROCESS, "reopened", exempt=False
    ),
}


@transaction.atomic
def move(
    dossier: Dossier, chosen: QuerySet[BankTransaction], *, what: str, by: User, note: str = ""
) -> int:
    """Make a move with those chosen that may; answers how many did.

    `demander`: a document is awaited from the client.  `justifier`: what it is is known, and no
    document is needed beyond the one it has.  `reprendre`: back to « À comptabiliser ».  A `note`
    replaces theirs.

    Raises:
        NothingToMove: none of them may, or the move does not exist.
        PeriodLocked: one is dated in a locked period.
    """
    wanted = MOVES.get(what)
    if wanted is None:
        raise NothingToMove("Choisissez ce qu’il faut faire des opérations cochées.")
    fields: dict[str, object] = {"booking": wanted.target}
    if wanted.exempt is not None:
        fields["is_exempt"] = WITHOUT_DOCUMENT if wanted.exempt else False
    if note.strip():
        fields["note"] = note.strip()[:2000]
    ids = list(chosen.filter(booking__in=wanted.origins, entry=None).values_list("pk", flat=True))
    count = _update(ids, wanted, fields)
    if not count:
        raise NothingToMove(
            "Aucune des opérations cochées n’est dans un état qui le permet\u00a0: elles sont déjà "
            "comptabilisées, archivées, ou déjà là."
        )
    audit.record(
        f"ledger.bank_transactions_{wanted.verb}", by=by, dossier_id=dossier.id, count=count,
        transactions=ids[:200],
    )  # fmt: skip
    refresh_receipts(dossier.id)
    return count


def _update(ids: Sequence[int], wanted: Move, fields: dict[str, object]) -> int:
    still = BankTransaction.objects.filter(pk__in=ids, booking__in=wanted.origins, entry=None)
    return int(still.update(**fields))
