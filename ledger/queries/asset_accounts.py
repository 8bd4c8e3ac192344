"""The accounts and the journal that closing entries are written on."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q

from clients.models import Dossier
from ledger.assets.accounts import from_root, label_of
from ledger.models import Account, Journal
from ledger.queries.posting_accounts import (
    USUAL_LENGTH,
    Chosen,
    ChosenJournal,
    defaults,
)


class Chart:
    """The dossier's accounts by number, read once."""

    def __init__(self, dossier: Dossier) -> None:
        rows = Account.objects.filter(dossier=dossier).values_list("number", "id", "label")
        self.accounts = {number: (pk, label) for number, pk, label in rows}
        lengths = [len(number) for number in self.accounts if number.isdigit()]
        self.length = max(set(lengths), key=lengths.count) if lengths else USUAL_LENGTH

    @property
    def numbers(self) -> Iterable[str]:
        """Every number."""
        return self.accounts.keys()

    def of_root(self, root: str) -> Chosen:
        """The account of the chart with this root, else the usual one, still without id."""
        return self.chosen(from_root(root, self.length, self.accounts))

    def chosen(self, number: str, label: str = "") -> Chosen:
        """An account by its number; without id while it does not exist."""
        known = self.accounts.get(number)
        if known:
            return Chosen(number, known[1], known[0])
        return Chosen(number, label or label_of(number) or self._near(number))

    def _near(self, number: str) -> str:
        for size in range(len(number) - 1, 2, -1):
            same = [one for one in sorted(self.accounts) if one.startswith(number[:size])]
            if same:
                return str(self.accounts[same[0]][1])
        return f"Compte {number}"


def misc_journal(dossier: Dossier) -> ChosenJournal:
    """The journal « Opérations diverses » of the dossier, by code or label; else the usual one."""
    usual = defaults()["journals"]["misc"]
    named = Q(label__icontains="rations diverses")
    rows = Journal.objects.filter(Q(code__istartswith=usual["code"]) | named, dossier=dossier)
    found = rows.order_by("code").first()
    if found:
        return ChosenJournal(found.code, found.label, found.nature, found.id)
    return ChosenJournal(usual["code"], usual["label"], Journal.Nature.MISC)
