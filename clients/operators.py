"""The operator's way in: a management command works on one dossier, as its owner would.

The runtime role cannot find a dossier without a person; only the owner of the database may ask
whose a short name is (`operator_dossier`), in that one look-up.  All else runs behind the walls.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from clients.models import Dossier
from firm import scope
from firm.errors import NotFound
from firm.models import Firm, User
from firm.owner import ask_owner


@dataclass(frozen=True, slots=True)
class Operated:
    """The dossier that a command works on, and the person in whose name it acts."""

    dossier: Dossier
    owner: User


@contextmanager
def operator_scope(slug: str) -> Iterator[Operated]:
    """Open one dossier, reading and writing, in one transaction, in the name of its owner.

    A dossier without an owner is worked on in the name of its firm's owner.

    Raises:
        NotFound: no dossier has this short name.
        OperatorUnknown: `DATABASE_OWNER_URL` does not name the owner of the database.
    """
    dossier_id, firm_id, owner_id = _look_up(slug)
    only = frozenset({dossier_id})
    with scope.open_scope(scope.Scope(user=owner_id, firm=firm_id, read=only, write=only)):
        dossier = Dossier.objects.select_related("firm").get(pk=dossier_id)
        yield Operated(dossier, User.objects.get(pk=owner_id))


@dataclass(frozen=True, slots=True)
class OperatedFirm:
    """The firm that a command works for, and the person in whose name it acts."""

    firm: Firm
    owner: User


@contextmanager
def firm_operator_scope(slug: str) -> Iterator[OperatedFirm]:
    """Open one firm, reading and writing, in one transaction, in the name of its owner.

    Raises:
        NotFound: no firm has this short name.
        OperatorUnknown: `DATABASE_OWNER_URL` does not name the owner of the database.
    """
    found = ask_owner("SELECT * FROM operator_firm(%(slug)s)", {"slug": slug})
    if not found or found[0][1] is None:
        raise NotFound(f"Aucun cabinet n’a le nom court « {slug} ».")
    firm_id, owner_id = found[0]
    with scope.open_scope(scope.Scope(user=owner_id, firm=firm_id, firm_write=True)):
        yield OperatedFirm(Firm.objects.get(pk=firm_id), User.objects.get(pk=owner_id))


def every_dossier() -> list[str]:
    """Short names of all dossiers of the installation, in order.

    Raises:
        OperatorUnknown: `DATABASE_OWNER_URL` does not name the owner of the database.
    """
    return [slug for (slug,) in ask_owner("SELECT operator_dossiers()")]


def _look_up(slug: str) -> tuple[int, int | None, int]:
    """Ids of the dossier, its firm and its owner, asked as the owner of the database."""
    found = ask_owner("SELECT * FROM operator_dossier(%(slug)s)", {"slug": slug})
    if not found or found[0][2] is None:
        raise NotFound(f"Aucun dossier n’a le nom court « {slug} ». Vérifiez-le dans Infos client.")
    dossier, firm, owner = found[0]
    return dossier, firm, owner
