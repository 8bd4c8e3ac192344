"""What people keep of their lists and of the set-up board, and what they take away."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

from django.db import transaction

from firm import audit
from firm.errors import BusinessError, NotFound
from firm.models import Firm, SavedView, SetupStep, User

PAGE = "clients"
MOST_VIEWS = 30
# What belongs to one reading of the list, and not to the list itself.
PASSING = frozenset({"apres", "format", "ids", "tout"})


class ViewNameMissing(BusinessError):
    """A view without a name."""

    code = "view_name_missing"
    title = "Nom de la vue manquant"


class TooManyViews(BusinessError):
    """More views than anyone reads."""

    code = "too_many_views"
    title = "Trop de vues"


def save_view(firm: Firm, *, name: str, query: str, by: User) -> SavedView:
    """Keep the filters and the order of a list under a name; the same name replaces.

    Raises:
        ViewNameMissing: no name.
        TooManyViews: the person already has thirty.
    """
    name = " ".join(name.split())[:60]
    if not name:
        raise ViewNameMissing("Donnez un nom à cette vue.")
    asked = dict(parse_qsl(query))
    kept = urlencode({key: asked[key] for key in asked if key not in PASSING})[:500]
    mine = SavedView.objects.filter(user=by, firm=firm, page=PAGE)
    with transaction.atomic():
        if mine.exclude(name=name).count() >= MOST_VIEWS:
            raise TooManyViews(
                f"Vous avez déjà {MOST_VIEWS} vues\u202f: supprimez-en une, puis recommencez."
            )
        view, _made = SavedView.objects.update_or_create(
            user=by, firm=firm, page=PAGE, name=name, defaults={"query": kept}
        )
        audit.record("clients.view_saved", by=by, firm_id=firm.id, name=name)
    return view


def forget_view(firm: Firm, view_id: int, *, by: User) -> None:
    """Delete one of one's own views.

    Raises:
        NotFound: no such view, or another's.
    """
    with transaction.atomic():
        gone, _kinds = SavedView.objects.filter(pk=view_id, user=by, firm=firm).delete()
        if not gone:
            raise NotFound("Cette vue n’existe plus.")
        audit.record("clients.view_deleted", by=by, firm_id=firm.id, view=view_id)


def note_export(firm: Firm, *, form: str, count: int, by: User) -> None:
    """Write down that a list of clients left the platform."""
    audit.record("clients.list_exported", by=by, firm_id=firm.id, format=form, dossiers=count)


def skip_step(firm: Firm, code: str, *, by: User) -> None:
    """Put a step of the set-up board aside; twice is once."""
    with transaction.atomic():
        _step, made = SetupStep.objects.get_or_create(
            firm=firm, code=code, defaults={"skipped_by": by}
        )
        if made:
            audit.record("clients.setup_step_skipped", by=by, firm_id=firm.id, step=code)


def resume_step(firm: Firm, code: str, *, by: User) -> None:
    """Take a step of the set-up board up again."""
    with transaction.atomic():
        gone, _kinds = SetupStep.objects.filter(firm=firm, code=code).delete()
        if gone:
            audit.record("clients.setup_step_resumed", by=by, firm_id=firm.id, step=code)
