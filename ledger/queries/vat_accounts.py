"""The accounts that a settlement entry ends on, and the entry as it would be written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from clients.models import Dossier
from ledger.models import Account
from ledger.queries.posting_accounts import Chosen, posting_accounts
from ledger.queries.vat import VatFigures
from ledger.vat.declare import Settled

ENDS = {
    "credit": ("44567", "Crédit de TVA à reporter"),
    "refund": ("44583", "Remboursement de taxes sur le chiffre d’affaires demandé"),
    "payable": ("44551", "TVA à décaisser"),
    "rounding_cost": ("658", "Charges diverses de gestion courante"),
    "rounding_gain": ("758", "Produits divers de gestion courante"),
}


def closing_accounts(dossier: Dossier, lines: Iterable[Settled]) -> dict[str, Chosen]:
    """The account of each role among the lines: the dossier’s own, else the usual one."""
    roles = sorted({line.role for line in lines if line.role})
    if not roles:
        return {}
    length = posting_accounts(dossier).length
    found = {}
    for role in roles:
        root, label = ENDS[role]
        held = Account.objects.filter(dossier=dossier, number__startswith=root)
        own = held.order_by("number").first()
        found[role] = Chosen.of(own) if own else Chosen(root.ljust(length, "0"), label)
    return found


def preview(dossier: Dossier, figures: VatFigures) -> Sequence[tuple[Chosen, str, int]]:
    """(account, what, signed cents) of each line of the settlement entry to be."""
    ends = closing_accounts(dossier, figures.lines)
    return [
        (
            ends[line.role]
            if line.role
            else Chosen(*figures.found.accounts[line.account], line.account),
            line.what,
            line.cents,
        )
        for line in figures.lines
    ]
