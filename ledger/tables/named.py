"""The tables that can be taken away, by the name that addresses give them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from clients.models import Dossier
from firm.errors import NotFound
from ledger.tables import (
    Table,
    aged,
    anomalies,
    assets,
    auxiliary,
    balance,
    bank,
    entries,
    financials,
    general_ledger,
    invoices,
    journals,
    lettering,
    reconciliation,
    review,
    vat,
)

Build = Callable[[Dossier, Mapping[str, Any]], Table]

TABLES: dict[str, Build] = {
    "balance": balance.balance,
    "balance-auxiliaire": auxiliary.aux_balance,
    "balance-agee": aged.aged,
    "grand-livre": general_ledger.general_ledger,
    "journal": journals.journal,
    "journaux": journals.journals,
    "centralisateur": journals.centraliser,
    "ecritures": entries.entries,
    "anomalies": anomalies.anomalies,
    "bilan": financials.balance_sheet,
    "compte-de-resultat": financials.income,
    "sig": financials.margins,
    "immobilisations": assets.register,
    "immobilisations-2054": assets.form_2054,
    "immobilisations-2055": assets.form_2055,
    "immobilisations-2033-c": assets.form_2033c,
    "regularisations": assets.cutoffs,
    "flux-de-tresorerie": financials.cash_flows,
    "revision": review.review,
    "achats": invoices.purchases,
    "ventes": invoices.sales,
    "banque": bank.bank,
    "tva": vat.vat,
    "lettrage": lettering.open_items,
    "rapprochement": reconciliation.reconciliation,
}
# What a table shows beside the books: the right that it asks for besides that to export.
NEEDS = {"revision": "books.review"}


def build(name: str, dossier: Dossier, asked: Mapping[str, Any]) -> Table:
    """The table of this name with the filters of its screen (`asked` is the query of its address).

    Its rows are read as they are taken: within the same scope on the dossier.

    Raises:
        NotFound: no table has this name, or what its filters name does not exist.
    """
    if name not in TABLES:
        raise NotFound("Ce tableau n’existe pas.")
    return TABLES[name](dossier, asked)
