"""The firm's clients as its people see them: four tabs, their rows, their totals.

Each function runs a constant number of queries, whatever the number of dossiers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db.models import BigIntegerField, Count, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from clients.models import Dossier, DossierStats, FirmInvitation
from clients.queries import counters, id_lists
from clients.queries.filters import FEW, NOBODY, Filters, Order, among, assignments
from clients.rights import may_in_firm, of_rows
from firm import scope
from firm.errors import NotFound
from firm.models import Membership

INVITATIONS, SETUP, MINE, EVERY = "invitations", "integration", "mes", "tous"
LABELS = {
    INVITATIONS: "Invitations",
    SETUP: "Intégration",
    MINE: "Mes clients",
    EVERY: "Tous",
}
STATUS = Dossier.Status
IN_SETUP = Q(status__in=[STATUS.INVITED, STATUS.ONBOARDING])
COLUMNS = ("id", "name", "slug", "siren", "status", "is_confidential", "lock_date", "lock_mode",
           "created_at")  # fmt: skip


@dataclass(frozen=True)
class Reach:
    """What one of the firm's people sees of its clients.

    `counts` by tab; `ids` of the dossiers of the open tab that are what the filters say.
    """

    membership: Membership
    tab: str
    filters: Filters
    counts: dict[str, int]
    ids: frozenset[int]

    @property
    def tabs(self) -> list[str]:
        """The tabs shown: invitations and set-up only while something is there."""
        kept = [INVITATIONS, SETUP, MINE, EVERY] if has_every(self.membership) else [SETUP, MINE]
        return [tab for tab in kept if self.counts.get(tab) or tab in {MINE, EVERY}]

    @contextmanager
    def opened(self) -> Iterator[None]:
        """Read the counters of the tab's dossiers inside the block."""
        with scope.extended(read=self.ids, write=frozenset()):
            yield


@dataclass(frozen=True)
class Page:
    """Rows as dictionaries of plain values, and where the next ones start (nothing at the end)."""

    rows: list[dict[str, Any]]
    after: str


def has_every(membership: Membership) -> bool:
    """Whether the tabs « Invitations » and « Tous » are open to this person."""
    return may_in_firm(membership, "firm.all_clients")


def first_tab(membership: Membership) -> str:
    """The tab that opens by itself."""
    return EVERY if has_every(membership) else MINE


def reach(membership: Membership, tab: str = "", filters: Filters | None = None) -> Reach:
    """Count the tabs and find the dossiers of one of them, in two queries.

    No later query joins dossiers with their counters: each wall is passed once, over plain ids.

    Raises:
        NotFound: no such tab, or not for this person.
    """
    tab, filters = tab or first_tab(membership), filters or Filters()
    known = {INVITATIONS, SETUP, MINE, EVERY} if has_every(membership) else {SETUP, MINE}
    if tab not in known:
        raise NotFound("Cette liste n’existe pas ou ne vous est pas ouverte.")
    rows = Dossier.objects.filter(firm_id=membership.firm_id)
    if not membership.sees_all:
        # What he follows is found by his grants: the wall need not weigh all the firm's dossiers.
        rows = rows.filter(_followed(membership))
    found: dict[str, Any] = rows.aggregate(
        **{name: Count("id", filter=_of_tab(membership, name)) for name in (SETUP, MINE, EVERY)},
        ids=id_lists.listed("id", _of_tab(membership, tab) & filters.own()),
    )
    ids = _of_person(frozenset(id_lists.read(found.pop("ids"))), filters.person)
    if has_every(membership):
        found[INVITATIONS] = open_invitations(membership).count()
    return Reach(membership, tab, filters, found, ids)


def _of_person(ids: frozenset[int], person: str) -> frozenset[int]:
    """Those of the dossiers that a person follows, or nobody; in one query when one is asked for.

    Who follows a dossier is told only inside its scope.
    """
    if not person:
        return ids
    with scope.extended(read=ids, write=frozenset()):
        held = assignments() if person == NOBODY else assignments().filter(user_id=int(person))
        followed = frozenset(held.values_list("dossier_id", flat=True))
    return ids - followed if person == NOBODY else ids & followed


def _of_tab(membership: Membership, tab: str) -> Q:
    """The dossiers of a tab.  An accountant sees only his own in « Intégration »."""
    mine = _followed(membership)
    if tab == INVITATIONS:
        return Q(pk__in=[])
    if tab == SETUP:
        return IN_SETUP if has_every(membership) else IN_SETUP & mine
    connected = Q(status=STATUS.ACTIVE)
    return connected & mine if tab == MINE else connected


def _followed(membership: Membership) -> Q:
    """The dossiers that a person is assigned to."""
    return Q(id__in=assignments().filter(user_id=membership.user_id).values("dossier_id"))


def open_invitations(membership: Membership) -> QuerySet[FirmInvitation]:
    """Clients who invite the firm and have no answer yet, oldest first."""
    return FirmInvitation.objects.filter(
        firm_id=membership.firm_id, accepted_at=None, declined_at=None
    ).order_by("created_at", "id")


@dataclass(frozen=True)
class Totals:
    """How many dossiers a list holds, the sums of their counters, and their ids."""

    count: int
    sums: dict[str, int]
    ids: frozenset[int]


def totals(seen: Reach) -> Totals:
    """The sums over the whole list, in one query; inside `seen.opened()`."""
    asked: dict[str, Any] = {
        counter.key: Coalesce(Sum(counter.column, output_field=BigIntegerField()), 0)
        for counter in counters.COUNTERS
        if counter.kind != "date"
    }
    rows, ids = DossierStats.objects.all(), seen.ids
    if seen.filters.is_counted:
        rows = rows.filter(seen.filters.counted())
        asked["ids"] = id_lists.listed("dossier_id")
    sums: dict[str, Any] = rows.aggregate(**asked)
    if seen.filters.is_counted:
        ids = frozenset(id_lists.read(sums.pop("ids")))
    return Totals(len(ids), sums, ids)


def listing(seen: Reach, *, limit: int, after: str = "") -> tuple[Totals, Page]:
    """The sums of a list and one page of its rows with counters and accountants, in five queries.

    Raises:
        NotFound: the cursor is not one of this order.
    """
    whole, found = _keys(seen, after, limit=limit + 1)
    last = found[limit - 1] if len(found) > limit else None
    rows = rows_of(seen.membership, [pk for pk, _sort_key in found[:limit]])
    return whole, Page(rows, seen.filters.order.cursor(last[1], last[0]) if last else "")


def _keys(
    seen: Reach, after: str = "", *, limit: int | None = None
) -> tuple[Totals, list[tuple[int, Any]]]:
    """The sums, and (id, sort key) from a cursor on, by the counters or by the dossiers alone.

    The dossiers' own order is read with none of them in scope: the first rows of an index need not
    be weighed against thousands of ids.
    """
    order = seen.filters.order
    with seen.opened():
        whole = totals(seen)
        if order.counter:
            counted = DossierStats.objects.filter(seen.filters.counted())
            return whole, _cut(counted, order, after, "dossier_id", limit)
    rows = Dossier.objects.filter(firm_id=seen.membership.firm_id)
    if seen.filters.is_counted or seen.filters.person or len(whole.ids) <= FEW:
        rows = rows.filter(among("id", whole.ids))
    else:
        rows = rows.filter(_of_tab(seen.membership, seen.tab), seen.filters.own())
    return whole, _cut(rows, order, after, "id", limit)


def _cut(
    rows: QuerySet[Any], order: Order, after: str, pk: str, limit: int | None
) -> list[tuple[int, Any]]:
    rows = rows.annotate(sort_key=order.expression)
    if after:
        try:
            rows = rows.filter(order.after(after, pk))
        except ValueError:
            raise NotFound("Cette page de la liste n’existe pas.") from None
    return list(rows.order_by(*order.by(pk)).values_list(pk, "sort_key")[:limit])


def every_row(seen: Reach, chosen: Sequence[int] = ()) -> list[dict[str, Any]]:
    """All rows of a list, or those of it that were chosen, for an export; in five queries."""
    keys = [pk for pk, _sort_key in _keys(seen)[1]]
    if chosen:
        wanted = frozenset(chosen)
        keys = [pk for pk in keys if pk in wanted]
    return rows_of(seen.membership, keys)


def rows_of(membership: Membership, ids: Sequence[int]) -> list[dict[str, Any]]:
    """Dossiers with counters and team, in the order of their ids; in three queries."""
    with scope.extended(read=frozenset(ids), write=frozenset()):
        stats = {
            row["dossier_id"]: row
            for row in DossierStats.objects.values(
                "dossier_id", *(counter.column for counter in counters.COUNTERS)
            )
        }
        found = {
            row["id"]: row for row in Dossier.objects.filter(among("id", ids)).values(*COLUMNS)
        }
        rows = [{**stats[pk], **found[pk]} for pk in ids if pk in found and pk in stats]
        _add_team(membership, rows)
    for row in rows:
        row["cells"] = [(counter, row[counter.column]) for counter in counters.columns()]
        row["is_locked"] = row["lock_date"] and row["lock_mode"] != Dossier.LockMode.NONE
    return rows


def _add_team(membership: Membership, rows: list[dict[str, Any]]) -> None:
    """Accountants of each row, and whether this person may write to them; in one query."""
    grants = assignments().filter(among("dossier_id", [row["id"] for row in rows]))
    team: dict[int, list[str]] = {row["id"]: [] for row in rows}
    mine = set()
    for dossier_id, user_id, name, email in grants.order_by("user__name", "user_id").values_list(
        "dossier_id", "user_id", "user__name", "user__email"
    ):
        team[dossier_id].append(name or email)
        if user_id == membership.user_id:
            mine.add(dossier_id)
    named = membership.custom_role.rights if membership.custom_role else None
    notifies = "dossier.notify" in of_rows([(membership.role, named)])
    for row in rows:
        row["team"] = team[row["id"]]
        opens = membership.sees_all and not row["is_confidential"]
        row["may_notify"] = notifies and (opens or row["id"] in mine)


def colleagues(membership: Membership) -> list[tuple[int, str]]:
    """The firm's people by name, in one query."""
    people = Membership.objects.filter(firm_id=membership.firm_id).select_related("user")
    return [(row.user_id, row.user.get_full_name()) for row in people.order_by("user__name")]
