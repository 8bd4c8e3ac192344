"""« Clients »: the firm's portfolio in four tabs, its saved views and its export."""

from __future__ import annotations

from contextlib import suppress
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.template.loader import select_template
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from clients.actions.portfolio import forget_view, note_export, save_view
from clients.models import Dossier
from clients.queries import counters, filters, portfolio, views
from clients.queries.filters import Filters
from clients.rights import may_in_firm
from firm import spreadsheets
from firm.access import FirmRequest, firm_view
from firm.errors import NotFound
from firm.formats import integer
from firm.models import Membership

STEP = 50
MOST_IDS = 20_000
STATUS = {
    Dossier.Status.INVITED: "wait",
    Dossier.Status.ONBOARDING: "run",
    Dossier.Status.ACTIVE: "ok",
}


@firm_view(needs="firm.open", may=may_in_firm)
def client_list(request: FirmRequest) -> HttpResponse:
    """« Clients »: the open tab's dossiers, filtered, in order, with the sums of the whole list."""
    wanted = Filters.read(request.GET)
    seen = portfolio.reach(request.membership, request.GET.get("onglet", ""), wanted)
    context = _shell(request, seen)
    if seen.tab == portfolio.INVITATIONS:
        context["invitations"] = _invitations(request.membership)
        return render(request, "clients/list.html", context)
    whole, page = portfolio.listing(seen, limit=STEP, after=request.GET.get("apres", ""))
    context |= _table(request, wanted, page, whole)
    return render(request, "clients/list.html", context)


def _shell(request: FirmRequest, seen: portfolio.Reach) -> dict[str, Any]:
    """Tabs, views and filters."""
    people = (
        portfolio.colleagues(request.membership) if portfolio.has_every(seen.membership) else []
    )
    return {
        "tab": seen.tab,
        "tab_label": portfolio.LABELS[seen.tab],
        "tabs": [
            (tab, portfolio.LABELS[tab], f"?onglet={tab}", integer(seen.counts[tab]))
            for tab in seen.tabs
        ],
        "saved": views.saved_views(request.membership),
        "counter_filters": [(c, request.GET.get(c.key) == "1") for c in counters.with_filter()],
        "ages": [(key, label) for key, label, *_days in counters.AGES],
        "locks": filters.LOCKS,
        "people": [*people, (filters.NOBODY, "personne")] if people else [],
        "may_create": may_in_firm(request.membership, "firm.create_dossier"),
        "manages": may_in_firm(request.membership, "firm.all_clients"),
        "new_menu": new_menu(),
        "has_none": not any(seen.counts.values()),
    }


def new_menu() -> Any:
    """« Nouveau »: the menu of what may be created, or the one button."""
    return select_template(["clients/new_menu.html", "clients/new_button.html"])


def _table(
    request: FirmRequest, wanted: Filters, page: portfolio.Page, whole: portfolio.Totals
) -> dict[str, Any]:
    """Rows, totals, and where the next rows are."""
    links = _Links(request.firm.slug)
    for row in page.rows:
        row.update(links.of(row))
        row["status_label"] = Dossier.Status(row["status"]).label
        row["status_kind"] = STATUS.get(row["status"], "wait")
    query = request.GET.copy()
    query["apres"] = page.after
    return {
        "rows": page.rows,
        "heads": counters.columns(),
        "total": whole.count,
        "sums": [(counter, whole.sums.get(counter.key)) for counter in counters.columns()],
        "more": f"?{query.urlencode()}" if page.after else "",
        "is_narrow": wanted.is_narrow,
        "active": _active(wanted),
        "is_z_to_a": wanted.sort == "-nom",
        "query": _query(request.GET),
    }


def _active(wanted: Filters) -> list[tuple[str, str]]:
    """The filters of « Plus de filtres » in force: label, parameter."""
    found = [(c.filter, c.key) for c in counters.with_filter() if c.key in wanted.counters]
    if wanted.is_waiting:
        found.append(("Du travail en attente", "travail"))
    if wanted.is_confidential:
        found.append(("Confidentiel", "confidentiel"))
    ages = {key: label for key, label, *_days in counters.AGES}
    if wanted.age:
        found.append((f"Dernière écriture\u00a0: {ages[wanted.age]}", "derniere"))
    if wanted.lock:
        found.append((f"Date de restriction\u00a0: {dict(filters.LOCKS)[wanted.lock]}", "verrou"))
    return found


def _query(asked: QueryDict) -> str:
    """The list's own parameters, each once, without the cursor."""
    return urlencode({key: value for key, value in asked.dict().items() if key != "apres"})


def add_links(row: dict[str, Any], firm: str) -> None:
    """Give one row the addresses of its actions."""
    row.update(_Links(firm).of(row))


class _Links:
    """Addresses of a row's actions, made once: reversing for each cell costs more than the row."""

    def __init__(self, firm: str) -> None:
        self.open = _pattern("ledger:home", "SLUG")
        self.drawer = _pattern("accounts:drawer", firm, "SLUG")
        self.notify = _pattern("notify:form", "SLUG")

    def of(self, row: dict[str, Any]) -> dict[str, str]:
        """The addresses for one row; nothing where the page does not exist."""
        slug = row["slug"]
        return {
            "url": self.open.replace("SLUG", slug),
            "drawer_url": self.drawer.replace("SLUG", slug),
            "notify_url": self.notify.replace("SLUG", slug) if row["may_notify"] else "",
        }


def _pattern(name: str, *arguments: object) -> str:
    with suppress(NoReverseMatch):
        return reverse(name, args=arguments)
    return ""


def _invitations(membership: Membership) -> list[dict[str, Any]]:
    return [
        {
            "invitation": invitation,
            "accept_url": _pattern("accounts:accept_client", membership.firm.slug, invitation.pk),
            "decline_url": _pattern("accounts:decline_client", membership.firm.slug, invitation.pk),
        }
        for invitation in portfolio.open_invitations(membership)[:200]
    ]


@firm_view(needs="firm.open", may=may_in_firm, methods=("GET", "POST"))
def export_clients(request: FirmRequest) -> HttpResponse:
    """The list as the person sees it, or the dossiers ticked, as XLSX or CSV."""
    form = request.GET.get("format", "xlsx")
    if form not in spreadsheets.TYPES:
        raise NotFound("Choisissez le format XLSX ou CSV.")
    wanted = Filters.read(request.GET)
    seen = portfolio.reach(request.membership, request.GET.get("onglet", ""), wanted)
    ids: list[int] = []
    if request.method == "POST" and request.POST.get("tout") != "1":
        ids = [int(pk) for pk in request.POST.getlist("ids")[:MOST_IDS] if filters.is_id(pk)]
        if not ids:
            raise NotFound("Cochez au moins un client.")
    rows = portfolio.every_row(seen, ids)
    note_export(request.firm, form=form, count=len(rows), by=request.user)
    columns = _columns()
    return spreadsheets.download(
        form,
        f"clients-{request.firm.slug}-{timezone.localdate():%Y-%m-%d}",
        [head for head, _kind, _value in columns],
        [[value(row) for _head, _kind, value in columns] for row in rows],
        kinds=[kind for _head, kind, _value in columns],
    )


def _columns() -> list[tuple[str, str, Any]]:
    """Head, kind and value of each column of an export."""

    def of_counter(counter: counters.Counter) -> tuple[str, str, Any]:
        kind = "count" if counter.kind == "percent" else counter.kind
        return counter.label, kind, lambda row: row[counter.column]

    return [
        ("Client", "text", lambda row: row["name"]),
        ("Nom court", "text", lambda row: row["slug"]),
        ("SIREN", "text", lambda row: row["siren"]),
        ("État", "text", lambda row: Dossier.Status(row["status"]).label),
        ("Confidentiel", "text", lambda row: "oui" if row["is_confidential"] else ""),
        ("Comptables", "text", lambda row: ", ".join(row["team"])),
        *map(of_counter, counters.COUNTERS),
        ("Date de restriction", "date", lambda row: row["lock_date"]),
        ("Créé le", "date", lambda row: row["created_at"]),
    ]


@firm_view(needs="firm.open", may=may_in_firm, methods=("POST",))
def keep_view(request: FirmRequest) -> HttpResponse:
    """Save the filters of the list under a name, and apply them."""
    view = save_view(
        request.firm,
        name=request.POST.get("nom", ""),
        query=request.POST.get("filtres", ""),
        by=request.user,
    )
    messages.success(request, f"Vue «\u00a0{view.name}\u00a0» enregistrée.")
    return redirect(f"{reverse('clients:list', args=[request.firm.slug])}?{view.query}")


@firm_view(needs="firm.open", may=may_in_firm, methods=("POST",))
def drop_view(request: FirmRequest, view_id: int) -> HttpResponse:
    """Delete one of one's own saved views."""
    forget_view(request.firm, view_id, by=request.user)
    messages.success(request, "Vue supprimée.")
    return redirect("clients:list", request.firm.slug)
