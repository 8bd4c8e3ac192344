"""Third parties and accounts as they are typed: completion, and who was meant."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Q
from django.db.models.functions import Lower

from clients.models import Dossier
from ledger.models import Account, ThirdParty
from ledger.queries.invoices import role_of

MOST = 8


def party_typed(
    dossier: Dossier, direction: str, typed: str, chosen: int | None
) -> ThirdParty | None:
    """The third party meant by a name, in one query: the one chosen while its name stands, else
    the first that is so named or coded.
    """
    if not typed:
        return None
    found = ThirdParty.objects.filter(dossier=dossier, role=role_of(direction)).filter(
        Q(label__iexact=typed) | Q(code__iexact=typed)
    )
    rows: list[ThirdParty] = list(found.order_by("id")[:MOST])
    same = [row for row in rows if row.id == chosen]
    return next(iter(same or rows), None)


def complete_party(dossier: Dossier, direction: str, typed: str) -> list[ThirdParty]:
    """Third parties whose name or code holds what was typed, in one query; best matches first."""
    found = ThirdParty.objects.filter(dossier=dossier, role=role_of(direction))
    if typed:
        found = found.filter(
            Q(label__icontains=typed) | Q(code__icontains=typed) | Q(siren__startswith=typed)
        )
    rows = list(found.select_related("default_account").order_by("label", "id")[: MOST * 5])
    rows.sort(key=lambda row: not row.label.lower().startswith(typed.lower()))
    return rows[:MOST]


def accounts_by_number(dossier: Dossier, numbers: Collection[str]) -> dict[str, Account]:
    """The accounts of these numbers, in one query at most."""
    if not numbers:
        return {}
    found = Account.objects.filter(dossier=dossier, number__in=list(numbers))
    return {account.number: account for account in found}


def parties_by_name(dossier: Dossier, role: str, names: Collection[str]) -> dict[str, ThirdParty]:
    """The third parties of these names (or codes) in small letters, in one query at most."""
    if not names:
        return {}
    wanted = [name.lower() for name in names]
    rows = ThirdParty.objects.filter(dossier=dossier, role=role).annotate(
        by_name=Lower("label"), by_code=Lower("code")
    )
    found: dict[str, ThirdParty] = {}
    # Exact too: the database may not know the capitals of accented letters.
    named = Q(by_name__in=wanted) | Q(by_code__in=wanted) | Q(label__in=list(names))
    for row in rows.filter(named).order_by("-id"):
        found[row.code.lower()] = row
        found[row.label.lower()] = row
    return found
