"""Four trades, as data: what they sell, what they buy, how they are paid.

Rates are in hundredths of a percent (2000 = 20 %), prices in cents before tax, shares are parts
of the turnover.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

SectorName = Literal["negoce", "services", "batiment", "boulangerie"]
Treatment = Literal["normal", "exempt", "eu", "usd", "asset"]


@dataclass(frozen=True, slots=True)
class SaleKind:
    """One family of products or services."""

    account: str
    rate: int
    low: int
    high: int
    weight: int
    label: str


@dataclass(frozen=True, slots=True)
class PurchaseKind:
    """One family of suppliers; `share` is what it costs in a year, `weight` how often it bills."""

    account: str
    rate: int
    share: float
    weight: int
    label: str
    trades: tuple[str, ...]
    treatment: Treatment = "normal"


@dataclass(frozen=True, slots=True)
class Sector:
    """One trade.  `sales` and `tills` are the odds of a customer's invoice and of a till day,
    the rest being purchases; `till_average` is what a till takes in a day, in cents before tax.
    """

    sale_kinds: tuple[SaleKind, ...]
    purchase_kinds: tuple[PurchaseKind, ...]
    payroll_share: float
    sales: float
    tills: float
    till_average: int
    stock: str | None
    stock_change: str | None


def _overheads(scale: float) -> tuple[PurchaseKind, ...]:
    return (
        PurchaseKind("606100", 2000, 0.012 * scale, 6, "Électricité", ("Énergies", "Eaux")),
        PurchaseKind("606300", 2000, 0.010 * scale, 6, "Petit outillage", ("Quincaillerie",)),
        PurchaseKind("606400", 2000, 0.005 * scale, 4, "Fournitures", ("Papeterie", "Bureautique")),
        PurchaseKind("615500", 2000, 0.009 * scale, 4, "Entretien matériel", ("Garage", "Atelier")),
        PurchaseKind("616000", 0, 0.010 * scale, 2, "Prime", ("Assurances", "Mutuelle"), "exempt"),
        PurchaseKind("622600", 2000, 0.012 * scale, 2, "Honoraires", ("Cabinet", "Étude")),
        PurchaseKind("623100", 2000, 0.006 * scale, 2, "Insertion", ("Agence", "Studio")),
        PurchaseKind("625100", 1000, 0.006 * scale, 4, "Déplacement", ("Voyages", "Hôtel")),
        PurchaseKind("625700", 1000, 0.003 * scale, 4, "Repas", ("Restaurant", "Auberge")),
        PurchaseKind("626000", 2000, 0.006 * scale, 5, "Abonnement", ("Télécoms", "Réseaux")),
        PurchaseKind("618300", 550, 0.001 * scale, 1, "Revue", ("Librairie", "Éditions")),
        PurchaseKind("604000", 2000, 0.004 * scale, 1, "Licence", ("Software",), "usd"),
    )


SECTORS: Final[dict[SectorName, Sector]] = {
    "negoce": Sector(
        sale_kinds=(
            SaleKind("707000", 2000, 1_490, 48_900, 68, "marchandises"),
            SaleKind("707100", 550, 890, 9_900, 14, "livres et denrées"),
            SaleKind("708500", 2000, 590, 4_900, 12, "port"),
            SaleKind("706000", 2000, 6_500, 39_000, 6, "installation"),
        ),
        purchase_kinds=(
            PurchaseKind("607000", 2000, 0.49, 34, "Marchandises", ("Comptoir", "Grossiste")),
            PurchaseKind("607000", 550, 0.05, 8, "Denrées", ("Coopérative", "Librairie")),
            PurchaseKind("607000", 2000, 0.09, 7, "Marchandises UE", ("Handels",), "eu"),
            PurchaseKind("624100", 2000, 0.03, 10, "Transport", ("Transports", "Messagerie")),
            *_overheads(1),
        ),
        payroll_share=0.17,
        sales=0.745,
        tills=0.012,
        till_average=18_000,
        stock="370000",
        stock_change="603700",
    ),
    "services": Sector(
        sale_kinds=(
            SaleKind("706000", 2000, 24_000, 98_000, 80, "prestation"),
            SaleKind("706100", 2000, 45_000, 145_000, 15, "formation"),
            SaleKind("708500", 2000, 1_500, 24_000, 5, "frais"),
        ),
        purchase_kinds=(
            PurchaseKind("611000", 2000, 0.14, 14, "Sous-traitance", ("Studio", "Cabinet")),
            PurchaseKind("604000", 2000, 0.03, 4, "Étude UE", ("Beratung", "Consulting"), "eu"),
            *_overheads(1.4),
        ),
        payroll_share=0.58,
        sales=0.76,
        tills=0.004,
        till_average=12_000,
        stock=None,
        stock_change=None,
    ),
    "batiment": Sector(
        sale_kinds=(
            SaleKind("704000", 2000, 48_000, 390_000, 55, "situation de travaux"),
            SaleKind("704100", 1000, 24_000, 190_000, 40, "rénovation"),
            SaleKind("706000", 550, 19_000, 90_000, 5, "rénovation énergétique"),
        ),
        purchase_kinds=(
            PurchaseKind("601000", 2000, 0.32, 30, "Matériaux", ("Matériaux", "Scierie")),
            PurchaseKind("611000", 2000, 0.10, 8, "Sous-traitance", ("Maçonnerie", "Peinture")),
            PurchaseKind("613500", 2000, 0.03, 6, "Location d'engins", ("Location",)),
            *_overheads(1.1),
        ),
        payroll_share=0.36,
        sales=0.74,
        tills=0.004,
        till_average=15_000,
        stock="310000",
        stock_change="603100",
    ),
    "boulangerie": Sector(
        sale_kinds=(
            SaleKind("701000", 550, 1_200, 14_000, 80, "pains et pâtisseries"),
            SaleKind("701100", 1000, 1_900, 12_900, 14, "vente sur place"),
            SaleKind("707000", 2000, 1_500, 18_000, 6, "boissons"),
        ),
        purchase_kinds=(
            PurchaseKind("601000", 550, 0.22, 30, "Farines et beurres", ("Moulins", "Laiterie")),
            PurchaseKind("607000", 2000, 0.04, 8, "Boissons", ("Brasserie", "Caves")),
            *_overheads(1.2),
        ),
        payroll_share=0.36,
        sales=0.16,
        tills=0.50,
        till_average=95_000,
        stock="310000",
        stock_change="603100",
    ),
}
