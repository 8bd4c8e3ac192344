"""Accounts and third parties found while their number or name is typed."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from clients.models import Dossier
from ledger.models import Account, ThirdParty

MOST = 12


def complete_accounts(dossier: Dossier, typed: str) -> list[dict[str, Any]]:
    """Accounts whose number starts so, or whose label holds every word; by number, in one query."""
    words = typed.split()
    if not words:
        return []
    wanted = Q(number__startswith=words[0]) if len(words) == 1 else Q()
    named = Q()
    for word in words:
        named &= Q(label__icontains=word)
    rows = Account.objects.filter(wanted | named if wanted else named, dossier=dossier)
    return [
        {"number": row.number, "label": row.label, "third": None}
        for row in rows.order_by("number")[:MOST]
    ]


def complete_third_parties(dossier: Dossier, typed: str) -> list[dict[str, Any]]:
    """Third parties whose code starts so, or whose name holds every word; in one query."""
    words = typed.split()
    if not words:
        return []
    named = Q()
    for word in words:
        named &= Q(label__icontains=word)
    rows = ThirdParty.objects.filter(named | Q(code__istartswith=typed.strip()), dossier=dossier)
    return [
        {
            "number": row.code,
            "label": f"{row.label} ({row.get_role_display().lower()})",
            "third": str(row.id),
        }
        for row in rows.order_by("label", "id")[:MOST]
    ]
