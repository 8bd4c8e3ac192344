"""The journals, accounts and third parties that typed entries name, for any number of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db.models import Q
from django.db.models.functions import Lower

from clients.models import Dossier
from ledger.models import Account, Journal, ThirdParty

SUPPLIER, CUSTOMER = ThirdParty.Role.SUPPLIER, ThirdParty.Role.CUSTOMER


@dataclass(frozen=True)
class Parts:
    """What the dossier has of what was named."""

    journals: Mapping[str, Journal] = field(default_factory=dict)
    accounts: Mapping[str, Account] = field(default_factory=dict)
    thirds: Mapping[str, list[ThirdParty]] = field(default_factory=dict)

    def third(self, typed: str, account: str) -> ThirdParty | None:
        """The third party of a code or a name; of two, the one on the account's side."""
        found = self.thirds.get(typed.lower(), [])
        side = {"40": SUPPLIER, "41": CUSTOMER}.get(account[:2])
        return next((one for one in found if one.role == side), found[0] if found else None)


def parts_of(
    dossier: Dossier, *, journals: Iterable[str], accounts: Iterable[str], thirds: Iterable[str]
) -> Parts:
    """Journals by code, accounts by number, third parties by code or name, in three queries."""
    held = Journal.objects.filter(dossier=dossier, code__in=set(journals))
    known = Account.objects.filter(dossier=dossier, number__in=set(accounts))
    return Parts(
        {row.code: row for row in held},
        {row.number: row for row in known},
        _thirds(dossier, set(thirds) - {""}),
    )


def _thirds(dossier: Dossier, typed: set[str]) -> dict[str, list[ThirdParty]]:
    if not typed:
        return {}
    small = [one.lower() for one in typed]
    rows = ThirdParty.objects.filter(dossier=dossier).annotate(
        by_code=Lower("code"), by_name=Lower("label")
    )
    # Exact too: the database may not know the capitals of accented letters.
    named = Q(by_code__in=small) | Q(by_name__in=small) | Q(code__in=typed) | Q(label__in=typed)
    found: dict[str, list[ThirdParty]] = {}
    for row in rows.filter(named).order_by("id"):
        for name in {row.code.lower(), row.label.lower()}:
            found.setdefault(name, []).append(row)
    return found
