"""Lists of dossiers, always those that the person may see: the policy is the access query."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from clients.models import Dossier, DossierStats
from firm import scope
from firm.models import Firm


@dataclass(frozen=True, slots=True)
class DossierRow:
    """A dossier and its counters; amounts in signed cents."""

    dossier: Dossier
    stats: DossierStats | None


def visible(
    firm: Firm | None = None, *, search: str = "", limit: int = 100, after: str = ""
) -> list[Dossier]:
    """Dossiers open to the person in scope, by name, in one query."""
    rows = Dossier.objects.select_related("firm").order_by("name", "id")
    if firm:
        rows = rows.filter(firm=firm)
    if search:
        digits = "".join(search.split())
        by_siren = Q(siren__startswith=digits) if digits.isdigit() else Q()
        rows = rows.filter(Q(name__icontains=search) | Q(slug__icontains=search) | by_siren)
    if after:
        name, _sep, pk = after.rpartition("~")
        rows = rows.filter(Q(name__gt=name) | Q(name=name, id__gt=int(pk)))
    return list(rows[:limit])


def count(firm: Firm, *, search: str = "") -> int:
    """How many dossiers of the firm match, in one query."""
    rows = Dossier.objects.filter(firm=firm)
    if search:
        digits = "".join(search.split())
        by_siren = Q(siren__startswith=digits) if digits.isdigit() else Q()
        rows = rows.filter(Q(name__icontains=search) | Q(slug__icontains=search) | by_siren)
    return rows.count()


def with_stats(dossiers: list[Dossier]) -> list[DossierRow]:
    """The dossiers with their counters, in one query over dossiers already found visible."""
    ids = frozenset(dossier.id for dossier in dossiers)
    with scope.extended(read=ids, write=frozenset()):
        stats = {row.dossier_id: row for row in DossierStats.objects.filter(dossier_id__in=ids)}
    return [DossierRow(dossier, stats.get(dossier.id)) for dossier in dossiers]
