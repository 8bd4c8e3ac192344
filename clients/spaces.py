"""The two spaces of the shell, the firm's and a dossier's: labels, breadcrumb and menu entries."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import prefetch_related_objects
from django.http import HttpRequest
from django.urls import reverse

from clients import rights
from clients.access import Rights
from clients.models import Dossier
from clients.queries import dossiers
from firm.models import Firm, Membership
from firm.navigation import Entry, Found, NavItem


def describe(request: HttpRequest) -> dict[str, Any]:
    """Fields of the shell for the space that the page is in."""
    dossier: Dossier | None = getattr(request, "dossier", None)
    if dossier is not None:
        return _dossier(request, dossier)
    firm = getattr(request, "firm", None)
    if firm is None:
        return {}
    membership: Membership = request.membership  # type: ignore[attr-defined]
    return {
        "space_label": firm.name,
        "rights": rights.of_membership(membership),
        "crumbs": [(firm.name, reverse("clients:cockpit", args=[firm.slug]))],
        "role_label": membership.role_label,
    }


def _dossier(request: HttpRequest, dossier: Dossier) -> dict[str, Any]:
    names = rights.table()["roles"]
    roles: frozenset[str] = request.rights.roles  # type: ignore[attr-defined]
    inside = {"owner", "admin", "staff_all", "assigned"} & roles
    back = reverse("clients:list", args=[dossier.firm.slug]) if inside and dossier.firm else ""
    return {
        "dossier": {
            "name": dossier.name,
            "slug": dossier.slug,
            "siren": dossier.siren,
            "going_on": dossier.deletion_due_at,
            "legal_form": dossier.legal_form,
            "year_label": "",
            "lock_date": dossier.lock_date if dossier.lock_mode != Dossier.LockMode.NONE else None,
        },
        "firm": dossier.firm,
        "space_label": dossier.name,
        "rights": request.rights.held,  # type: ignore[attr-defined]
        "back_url": back,
        "crumbs": [(dossier.name, reverse("ledger:home", args=[dossier.slug]))],
        "role_label": ", ".join(names[role] for role in names if role in roles),
    }


def menu(request: HttpRequest) -> Iterable[Entry]:
    """Entries of the firm's space and of a dossier that belong to this app."""
    dossier: Dossier | None = getattr(request, "dossier", None)
    if dossier is not None:
        yield from _dossier_menu(dossier, request.rights)  # type: ignore[attr-defined]
        return
    firm = getattr(request, "firm", None)
    if firm is not None:
        home = reverse("clients:cockpit", args=[firm.slug])
        yield "", NavItem("Tableau de bord", home, "layout-dashboard", 0, is_alone=True)
        yield from _firm_accounts(request, firm)
        yield from _people(request, firm)
        yield "", NavItem("Clients", reverse("clients:list", args=[firm.slug]), "building", 10)
        due = reverse("obligations:firm", args=[firm.slug])
        yield "", NavItem("Échéances", due, "calendar-event", 20)
        yield (
            "",
            NavItem("Travaux", reverse("clients:jobs", args=[firm.slug]), "progress-check", 40),
        )


def _dossier_menu(dossier: Dossier, held: Rights) -> Iterable[Entry]:
    for right, label, name, icon, rank in (
        ("dossier.manage", "Infos client", "clients:infos", "info-circle", 90),
        ("dossier.manage", "Compte du dossier", "accounts:actions", "transfer", 99),
        ("dossier.people", "Utilisateurs", "people:dossier", "users", 91),
        ("dossier.lock", "Date de restriction", "locks:page", "lock", 93),
        ("books.read", "Obligations", "obligations:page", "calendar-event", 94),
        ("books.read", "Notifications", "digests:choice", "bell", 95),
        ("dossier.notify", "Notifier les comptables", "notify:form", "send", 97),
    ):
        if held.may(right):
            yield "Paramètres", NavItem(label, reverse(name, args=[dossier.slug]), icon, rank)


def _firm_accounts(request: HttpRequest, firm: Firm) -> Iterable[Entry]:
    """« Comptes clients » once switched on, and the firm's own settings."""
    membership: Membership = request.membership  # type: ignore[attr-defined]
    if firm.opens_client_accounts:
        url = reverse("accounts:list", args=[firm.slug])
        yield "", NavItem("Comptes clients", url, "briefcase", 15)
    if rights.may_in_firm(membership, "firm.settings"):
        setup = reverse("clients:setup", args=[firm.slug])
        yield "Cabinet", NavItem("Mise en route", setup, "checklist", 80)
        url = reverse("accounts:settings", args=[firm.slug])
        yield "Cabinet", NavItem("Paramètres", url, "settings", 90)
    if rights.may_in_firm(membership, "firm.import_base"):
        url = reverse("base:list", args=[firm.slug])
        yield "Cabinet", NavItem("Base clients", url, "table-import", 85)


def _people(request: HttpRequest, firm: Firm) -> Iterable[Entry]:
    """Entries about people, for whom they open."""
    membership: Membership = request.membership  # type: ignore[attr-defined]
    if not rights.may_in_firm(membership, "firm.see_people"):
        return
    users = NavItem("Utilisateurs", reverse("people:list", args=[firm.slug]), "users", 60)
    yield "Cabinet", users
    roles = NavItem("Rôles et droits", reverse("people:roles", args=[firm.slug]), "user-shield", 70)
    yield "Cabinet", roles


def find(request: HttpRequest, query: str) -> Iterable[Found]:
    """Dossiers by name or SIREN, for the palette and the switcher."""
    del request
    found = dossiers.visible(search=query, limit=8)
    prefetch_related_objects(found, "firm")
    rows = [
        (
            "building",
            row.name,
            row.firm.name if row.firm else "",
            reverse("ledger:home", args=[row.slug]),
        )
        for row in found
    ]
    yield "Dossiers", rows
