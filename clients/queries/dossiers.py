"""Lists of dossiers, always those that the person may see: the policy is the access query."""

from __future__ import annotations

from django.db.models import QuerySet

from clients.models import Dossier
from clients.queries import portfolio
from clients.queries.filters import Filters, absent, among, matches
from firm import scope
from firm.errors import NotFound
from firm.models import Membership


def visible(*, search: str = "", limit: int = 100) -> list[Dossier]:
    """Dossiers open to the person in scope, by name, in one query.

    A firm is not joined to them: its wall asks again for every dossier that the person sees.
    """
    return list(Dossier.objects.filter(matches(search)).order_by("name_key", "id")[:limit])


def listed(
    membership: Membership | None, tab: str, filters: Filters, after: str = ""
) -> QuerySet[Dossier]:
    """Dossiers for the API, in order: all that the person sees, or one tab of the firm where he
    works.

    Opens their counters for reading until the scope in force ends, when the order needs them.

    Raises:
        NotFound: no such tab, or not for this person; or the cursor is none of this order.
    """
    found, order = Dossier.objects.filter(filters.own()), filters.order
    if tab:
        if membership is None or tab == portfolio.INVITATIONS:
            raise NotFound("Cette liste n’existe pas ou ne vous est pas ouverte.")
        scope.extend(firm=membership.firm_id)
        ids = portfolio.reach(membership, tab, filters).ids
        found = Dossier.objects.filter(among("id", ids))
    if order.counter:
        scope.extend(read=frozenset(found.values_list("id", flat=True)))
    key = absent(order.key, "stats__") if order.counter else order.expression
    found = found.annotate(sort_key=key).order_by(*order.by())
    if not after:
        return found
    try:
        return found.filter(order.after(after))
    except ValueError:
        raise NotFound("Cette page de la liste n’existe pas.") from None
