"""Sentences that explain a proposal, in French."""

from __future__ import annotations

from collections.abc import Sequence

from ledger.matching.items import Item, Side

NB = "\u00a0"


def euros(cents: int) -> str:
    """« 1 234,56 € », without sign."""
    whole, rest = divmod(abs(cents), 100)
    return f"{whole:,}".replace(",", NB) + f",{rest:02d}{NB}€"


def of_piece(items: Sequence[Item], piece: str, *, is_cited: bool) -> str:
    """« Même pièce FA-12 », « Pièce FA-12 citée dans le libellé »."""
    said = f"Pièce {piece} citée dans le libellé" if is_cited else f"Même pièce {piece}"
    return said + completing(items)


def of_amount(items: Sequence[Item]) -> str:
    """« Montant exact, écart de 12 jours »."""
    return f"Montant exact, {days(items)}" + completing(items)


def of_sum(many: Sequence[Item], side: Side) -> str:
    """« 3 factures pour un règlement »."""
    owed = many[0].cents > 0
    if not side:
        return f"{len(many)} lignes pour une" + completing(many)
    if owed is (side == "customer"):
        return f"{len(many)} factures pour un règlement" + completing(many)
    return f"{len(many)} règlements pour une facture" + completing(many)


def of_near(items: Sequence[Item]) -> str:
    """« Montant à 0,02 € près, écart de 3 jours »."""
    gap = sum(item.cents for item in items)
    return f"Montant à {euros(gap)} près, {days(items)}" + completing(items)


def of_equals(items: Sequence[Item]) -> str:
    """« 2 lignes au débit et 1 au crédit du même montant, 120,00 € : à choisir »."""
    debits = sum(item.cents > 0 for item in items)
    others = len(items) - debits
    one = "ligne" if debits == 1 else "lignes"
    return (
        f"{debits} {one} au débit et {others} au crédit du même montant,"
        f" {euros(items[0].cents)}{NB}: à choisir"
    )


def of_several(target: Item) -> str:
    """« Plusieurs combinaisons font 300,00 € : à choisir »."""
    return f"Plusieurs combinaisons font {euros(target.cents)}{NB}: à choisir"


def of_several_near(target: Item) -> str:
    """« Plusieurs montants proches de 300,00 € : à choisir »."""
    return f"Plusieurs montants proches de {euros(target.cents)}{NB}: à choisir"


def days(items: Sequence[Item]) -> str:
    """« même jour », « écart de 12 jours »."""
    gap = (max(item.date for item in items) - min(item.date for item in items)).days
    if not gap:
        return "même jour"
    return f"écart de {gap} jour{'s' if gap > 1 else ''}"


def completing(items: Sequence[Item]) -> str:
    """« , solde d’un lettrage partiel », or nothing."""
    return ", solde d’un lettrage partiel" if any(item.lettering for item in items) else ""
