"""« Tableau de bord »: over all dossiers, where work waits."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from clients.queries import counters, portfolio
from clients.queries.cockpit import cockpit as figures_of
from clients.rights import may_in_firm
from clients.views.portfolio import add_links, new_menu
from firm.access import FirmRequest, firm_view
from firm.formats import integer

PERIMETERS = [(portfolio.MINE, "Mes dossiers"), (portfolio.EVERY, "Tout le cabinet")]
WORK = [counter for counter in counters.columns() if counter.kind != "date"]


@firm_view(needs="firm.open", may=may_in_firm)
def cockpit(request: FirmRequest) -> HttpResponse:
    """The figures of one's own dossiers, or of the whole firm; each opens its list."""
    seen = portfolio.reach(request.membership, request.GET.get("perimetre", ""))
    shown = figures_of(seen)
    address = reverse("clients:list", args=[request.firm.slug])

    def to_list(**query: str) -> str:
        return f"{address}?{urlencode({'onglet': seen.tab, **query})}"

    for row in shown.rows:
        add_links(row, request.firm.slug)
    context: dict[str, Any] = {
        "shown": shown,
        "tab": seen.tab,
        "today": timezone.localdate(),
        "perimeters": PERIMETERS if portfolio.has_every(request.membership) else [],
        "figures": [(figure, to_list(**figure.query)) for figure in shown.figures],
        "ages": [(label, count, to_list(**query)) for label, count, query in shown.ages],
        "heads": WORK,
        "waiting_count": integer(shown.waiting),
        "due_count": integer(shown.due_count),
        "waiting_url": to_list(travail="1"),
        "unassigned_url": to_list(comptable="aucun"),
        "entries": _entries(seen, address),
        "series": ("Avec du travail en attente", "Sans travail en attente"),
        "may_create": may_in_firm(request.membership, "firm.create_dossier"),
        "may_set_up": may_in_firm(request.membership, "firm.settings"),
        "new_menu": new_menu(),
    }
    return render(request, "clients/cockpit.html", context)


def _entries(seen: portfolio.Reach, address: str) -> list[tuple[str, int, str]]:
    """Clients on their way in: label, number, address."""
    return [
        (portfolio.LABELS[tab], seen.counts[tab], f"{address}?onglet={tab}")
        for tab in (portfolio.INVITATIONS, portfolio.SETUP)
        if tab in seen.tabs
    ]
