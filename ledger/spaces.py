"""What the books add to a dossier's menu, in order; an entry whose right is missing is hidden."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest
from django.urls import reverse

from clients.rights import may_in_firm
from firm.navigation import Entry, NavItem

# group, label, url name, icon, right, rank
ENTRIES = (
    ("", "Accueil", "home", "home", "dossier.open", 0),
    ("", "Achats", "purchases", "shopping-cart", "books.read", 1),
    ("", "Ventes", "sales", "receipt-euro", "books.read", 2),
    ("", "Banque", "bank", "building-bank", "books.read", 3),
    ("", "Doublons", "duplicates", "copy", "books.read", 4),
    ("Dossier client", "Liste des fournisseurs", "suppliers", "building-store", "books.read", 5),
    ("Dossier client", "Liste des clients", "customers", "users", "books.read", 6),
    ("Comptabilité", "Saisie", "desk", "keyboard", "books.write", 10),
    ("Comptabilité", "Écritures", "entries", "notebook", "books.read", 11),
    ("Comptabilité", "Journaux", "journals", "book", "books.read", 12),
    ("Comptabilité", "Balance et grand livre", "balance", "scale", "books.read", 13),
    ("Comptabilité", "Lettrage", "letterings", "arrows-join", "books.read", 14),
    ("Comptabilité", "Rapprochement bancaire", "reconciliations", "checks", "books.read", 15),
    ("Comptabilité", "TVA", "vat", "receipt-tax", "books.read", 16),
    ("Comptabilité", "Immobilisations", "assets", "building-factory-2", "books.read", 17),
    ("Comptabilité", "Régularisations", "cutoffs", "calendar-stats", "books.read", 18),
    ("Comptabilité", "Révision", "review", "checklist", "books.review", 19),
    ("Comptabilité", "Anomalies", "anomalies", "alert-triangle", "books.read", 20),
    ("Comptabilité", "États financiers", "financials", "report-analytics", "books.read", 21),
    ("Comptabilité", "Exercices", "years", "calendar-event", "books.read", 22),
    ("Comptabilité", "Imports FEC", "imports", "file-import", "fec.import", 23),
    ("Comptabilité", "Reprise", "gaps", "transfer", "books.read", 24),
    ("Paramètres", "Actions", "bulk", "archive", "books.archive_bulk", 92),
)
# Pages that an entry stands for beside its own.
COVERS = {"balance": ("general_ledger", "aged")}


def menu(request: HttpRequest) -> Iterable[Entry]:
    """The dossier's entries of the books."""
    dossier = getattr(request, "dossier", None)
    if dossier is None:
        yield from _of_firm(request)
        return
    for group, label, name, icon, right, rank in ENTRIES:
        if request.rights.may(right):  # type: ignore[attr-defined]
            url = reverse(f"ledger:{name}", args=[dossier.slug])
            covers = tuple(
                reverse(f"ledger:{other}", args=[dossier.slug]) for other in COVERS.get(name, ())
            )
            yield group, NavItem(label, url, icon, rank, covers=covers, is_alone=name == "home")


def _of_firm(request: HttpRequest) -> Iterable[Entry]:
    """The firm's entries: what it sets for its books; whole dossiers, for who may take one in."""
    firm = getattr(request, "firm", None)
    if firm is not None and may_in_firm(request.membership, "firm.settings"):  # type: ignore[attr-defined]
        url = reverse("ledger:firm_books", args=[firm.slug])
        yield "Cabinet", NavItem("Révision et plaquettes", url, "checklist", 87)
    if firm is not None and may_in_firm(request.membership, "firm.import_dossier"):  # type: ignore[attr-defined]
        url = reverse("ledger:dossier_import", args=[firm.slug])
        yield "Cabinet", NavItem("Archives de dossiers", url, "archive", 88)
